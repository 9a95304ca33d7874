"""What a value of a kind is typed into on a page, with what stands in it.

One rule: what cannot be chosen whole is typed as text, and shown again as it was typed until it is read.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    PersonName,
    Records,
    Text,
    Unfit,
    Written,
    YesNo,
    read_scalar,
    spoken,
)

Sort = Literal["text", "line", "choice", "list", "link", "person"]


@dataclass(frozen=True, kw_only=True)
class Control:
    """`written` is what stands in it, None where nothing does; it may be unfit."""

    kind: Kind
    written: Written | None = None

    @property
    def sort(self) -> Sort:
        match self.kind:
            case Records():
                return "list"
            case Choice() | YesNo():
                return "choice"
            case Link():
                return "link"
            case PersonName():
                return "person"
            case Text():
                return "text"
            case _:
                return "line"

    @property
    def choices(self) -> tuple[str, ...]:
        return choices_of(self.kind)

    @property
    def example(self) -> str:
        """What an empty field shows, where there is one way of writing that must be known."""
        match self.kind:
            case Date():
                return "2027-03-31"
            case Instant():
                return "2027-03-31T09:00-05:00"
            case Link():
                return "https://"
            case _:
                return ""

    @property
    def text(self) -> str:
        return self.written if isinstance(self.written, str) else ""

    @property
    def has_lines(self) -> bool:
        """Whether it takes a field of several lines to keep the text as it is."""
        return "\n" in self.text

    @property
    def words(self) -> str:
        """What stands in it as a person reads it."""
        value = read_scalar(self.kind, self.text)
        return self.text if isinstance(value, Unfit) else spoken(self.kind, value)

    @property
    def columns(self) -> "tuple[Cell, ...]":
        """The cells of a new row of a list."""
        return _row(self.kind, {})

    @property
    def rows(self) -> "tuple[tuple[Cell, ...], ...]":
        return tuple(_row(self.kind, row) for row in self.written) if isinstance(self.written, list) else ()

    @property
    def is_none(self) -> bool:
        """Whether it says that there are none, which is an answer."""
        return self.written == []

    @property
    def may_be_none(self) -> bool:
        return isinstance(self.kind, Records) and self.kind.at_least == 0


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a list, with the name and title of its column."""

    name: str
    title: str
    control: Control


def _row(kind: Kind, row: dict[str, str]) -> tuple[Cell, ...]:
    columns = kind.columns if isinstance(kind, Records) else {}
    return tuple(
        Cell(name=name, title=name.replace("_", " ").capitalize(), control=Control(kind=one, written=row.get(name)))
        for name, one in columns.items()
    )


def choices_of(kind: Kind) -> tuple[str, ...]:
    """What a person may choose from; empty where anything may be written."""
    match kind:
        case Choice(of=of):
            return of
        case YesNo():
            return ("yes", "no")
        case _:
            return ()


def asks_for_people(kinds: Iterable[Kind]) -> bool:
    """Whether somebody of the company is to be named in one of them."""
    return any(
        isinstance(one, PersonName) or (isinstance(one, Records) and asks_for_people(one.columns.values()))
        for one in kinds
    )
