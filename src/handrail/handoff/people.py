"""People as a handoff knows them: who they are and, for what they do now, what the company lets them do."""

from dataclasses import dataclass
from typing import NamedTuple


class Person(NamedTuple):
    """Kept with the name of the day, so that history reads true after a person has left."""

    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The person who gives a command; `operations` people (CS Operations) start and staff handoffs."""

    person: Person
    operations: bool = False
