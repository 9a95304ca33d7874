"""People as a handoff knows them: who they are and, for what they do now, what the company lets them do."""

from dataclasses import dataclass
from typing import NamedTuple


class Person(NamedTuple):
    """Kept with the name of the day, so that history reads true after a person has left."""

    id: int
    name: str


class Outsider(NamedTuple):
    """Somebody outside the company, as they were known on that day; `side` is customer or partner."""

    name: str
    address: str
    side: str

    @property
    def words(self) -> str:
        """`Ana Lima (ana@rivermill.example), of the customer`"""
        return f"{self.name} ({self.address}), of the {self.side}"


def by_words(by: Person | None, on_behalf_of: Person | None = None) -> str:
    """`Ben Ray`, or `Ben Ray, for Anna Lind`; empty where nobody acted."""
    if by is None:
        return ""
    return f"{by.name}, for {on_behalf_of.name}" if on_behalf_of else by.name


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person who gives a command; `operations` people (CS Operations) start and staff handoffs.

    `team` is the key of the team they are in, `leads` those of the teams that they lead; `stands_in_for` are the people
    who are away just now and have named them as their delegate.
    """

    person: Person
    operations: bool = False
    team: str = ""
    leads: frozenset[str] = frozenset()
    stands_in_for: tuple[Person, ...] = ()

    @property
    def acts_as(self) -> tuple[Person, ...]:
        """Whose roles they may use: their own, before those of whom they stand in for."""
        return (self.person, *self.stands_in_for)
