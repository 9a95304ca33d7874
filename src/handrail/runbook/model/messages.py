"""What people are told: messages in the words in which they are sent, with places for what is filled in for each."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import time
from typing import Literal

from handrail.runbook.kinds import Kind
from handrail.runbook.model.conditions import Ref
from handrail.runbook.model.timing import Lapse
from handrail.runbook.problem import Place

ROLE_PARTS = ("email", "title")
RECIPIENT_PARTS = ("name", "first_name", "email")


@dataclass(frozen=True, kw_only=True)
class Variable:
    """A place for something that is filled in.

    known: what `ref` is, of that `kind` · role: of the role `name` its holder's name, or `part` · customer: its name ·
    recipient: of whoever gets the letter, `part`. `written` is how an author names it.
    """

    about: Literal["known", "role", "customer", "recipient"]
    ref: Ref | None = None
    kind: Kind | None = None
    name: str = ""
    part: str = ""
    written: str = field(compare=False)
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Template:
    """`text` is how an author writes it."""

    pieces: tuple[str | Variable, ...] = ()
    text: str = field(compare=False, default="")

    @property
    def variables(self) -> tuple[Variable, ...]:
        return tuple(one for one in self.pieces if isinstance(one, Variable))


@dataclass(frozen=True, kw_only=True)
class Wording:
    """A message in one language, which goes by its tag; empty for that in which it is written first. The body is
    Markdown."""

    language: str = ""
    subject: Template = Template()
    body: Template = Template()
    place: Place = field(compare=False)

    @property
    def variables(self) -> Iterator[Variable]:
        yield from self.subject.variables
        yield from self.body.variables


@dataclass(frozen=True, kw_only=True)
class Going:
    """When a message that sends itself goes to each who gets it: `after` so long since its step opened, on `weekdays`
    (Monday is 0), from one time of day to another; all by the calendar and the clock of who gets it."""

    after: Lapse | None = None
    weekdays: tuple[int, ...] = ()
    starts: time | None = None
    ends: time | None = None


@dataclass(frozen=True, kw_only=True)
class Enclosure:
    """What is attached as the piece of evidence `item` to a step, and goes with a message."""

    step: str
    item: str
    place: Place = field(compare=False)


@dataclass(frozen=True, kw_only=True)
class Message:
    """Something to be told to the holders of the roles `to` and to those of the groups of `contacts`.

    The first of `wordings` is for whoever has no other language. It comes from the holder of the role `sender`, on
    behalf of that of `behalf`; `bcc` is an address that gets a copy of each letter. Messages with the same `once` are
    the same to those outside, each of whom gets one of them; without it a message is one of its own. What it `encloses`
    goes with each letter, as it was attached last.
    """

    name: str
    title: str
    to: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    wordings: tuple[Wording, ...]
    sender: str | None = None
    behalf: str | None = None
    bcc: str = ""
    once: str = ""
    encloses: tuple[Enclosure, ...] = ()
    says: str = ""
    place: Place = field(compare=False)

    @property
    def first(self) -> Wording:
        """For whoever has no other language."""
        return self.wordings[0] if self.wordings else Wording(place=self.place)

    @property
    def variables(self) -> Iterator[Variable]:
        for wording in self.wordings:
            yield from wording.variables

    def wording_for(self, language: str) -> Wording:
        """In that language, else in what it is a kind of (pt for pt-BR), else as it is written first."""
        known = {one.language.lower(): one for one in self.wordings}
        tag = language.strip().lower().replace("_", "-")
        while tag:
            if tag in known:
                return known[tag]
            tag = tag.rpartition("-")[0]
        return self.first
