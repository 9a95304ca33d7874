"""What is done in steps."""

from dataclasses import dataclass, field
from datetime import date

from handrail.handoff.people import Person
from handrail.runbook.kinds import Written


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What stands in a field: `value` where it was given, `reason` where it does not apply. Neither is never stored."""

    value: Written | None = None
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Begun:
    """Somebody found that a discretionary step is needed."""

    step: str
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class Advised:
    """Somebody who is asked before the step is done said what they think, as the holder of these roles."""

    step: str
    roles: tuple[str, ...]
    says: str


@dataclass(frozen=True, kw_only=True)
class Finished:
    """`outcome` is how it turned out; where that means doing it again, `again_on` is the day, and `reopened` the steps
    that are to be done again with it. `wrote` is what was written into another system, by field. `unheard` are, as
    wherever something is done, those who were asked about it and had said nothing, by role.
    """

    step: str
    note: str = ""
    outcome: str = ""
    again_on: date | None = None
    reopened: tuple[str, ...] = ()
    wrote: dict[str, str] = field(default_factory=dict)
    unheard: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class FormAnswered:
    """An answer of None clears the field: it is missing again. `source` is who outside gave them, here and below."""

    step: str
    answers: dict[str, Answer | None]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Signed:
    """A form was signed by its giver; `sha256` is the digest of the handover document as it then was."""

    step: str
    sha256: str
    unheard: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Shared:
    """A document was shared with the holders of `roles` and with `contacts` (names by address); `sha256` is its digest
    as it then was."""

    step: str
    document: str
    sha256: str
    roles: tuple[str, ...] = ()
    contacts: dict[str, str] = field(default_factory=dict)
    note: str = ""
    unheard: dict[str, Person] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class AddendumAdded:
    """A text was added after what had been frozen; `after` is the digest of what it stands after, `sha256` its own,
    which rests on that."""

    text: str
    after: str
    sha256: str


@dataclass(frozen=True, kw_only=True)
class EvidenceAdded:
    """`item` is the piece of evidence that the step asks for, empty for anything else that was attached; exactly one of
    `link` and `upload` (an upload's own key) is set."""

    step: str
    key: str
    item: str = ""
    title: str
    link: str | None = None
    upload: str | None = None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceRemoved:
    """An attachment counts no longer."""

    step: str
    key: str
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceWaived:
    """A piece of evidence does not apply, for this reason; None takes that back."""

    step: str
    item: str
    reason: str | None
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Reopened:
    """A step that was done is to be done once more."""

    step: str
    reason: str
