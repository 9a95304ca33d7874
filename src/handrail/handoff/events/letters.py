"""Messages that went out, and what was done with them before."""

from dataclasses import dataclass, field

from handrail.handoff.people import Person


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one person got: somebody outside at the address `email`, who is of that `group` of contacts; or with
    `person` a colleague. `language` is that in which it is written, empty for the first. The body is Markdown."""

    name: str
    email: str = ""
    group: str = ""
    person: Person | None = None
    language: str = ""
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Enclosed:
    """What went with each letter: of the attachment `key` of `step` its `title`, and its `link` or its `upload`."""

    step: str
    key: str
    title: str
    link: str | None = None
    upload: str | None = None


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A message went out to the holders of the roles `to`, with these words, and to each of `letters` with words of
    their own.

    `once` is what each of those outside gets once. `sender` and `behalf` are from whom it comes and on whose behalf,
    `bcc` gets a copy of each letter. `left_out` has, by name, who did not get it and why. Where others get it later, it
    is not complete. What is `enclosed` went with each.
    """

    step: str
    to: tuple[str, ...]
    subject: str = ""
    body: str = ""
    unheard: dict[str, Person] = field(default_factory=dict)
    letters: tuple[Letter, ...] = ()
    once: str = ""
    sender: Person | None = None
    behalf: Person | None = None
    bcc: str = ""
    left_out: dict[str, str] = field(default_factory=dict)
    is_complete: bool = True
    enclosed: tuple[Enclosed, ...] = ()


@dataclass(frozen=True, kw_only=True)
class NotSent:
    """There is nobody whom the message would still go to: by name, why not."""

    step: str
    left_out: dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Paused:
    """The message does not send itself until it goes on."""

    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class WentOn:
    """The message sends itself again."""

    step: str


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """The message is not sent to this customer."""

    step: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Edited:
    """The message says something else to this customer; by language, subject and body, in which names may stand in
    braces."""

    step: str
    wordings: dict[str, tuple[str, str]]
