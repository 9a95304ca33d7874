"""The people that an order names: its statement of work has an author and a specialist.

One rule: who is chosen is somebody who works here, or whoever stood there before.
"""

from dataclasses import dataclass

from handrail.desk.company import company
from handrail.desk.people import called, nobody_called
from handrail.desk.queries.people import PersonChoice, few_choices


@dataclass(frozen=True, kw_only=True)
class Named:
    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Staff:
    """`choices` are all who work here, where they are so few that one chooses from a list."""

    choices: tuple[PersonChoice, ...] = ()

    def named(self, given: str) -> Named | None:
        """By number, name or e-mail address."""
        if given.isascii() and given.isdigit() and len(given) < 18:
            member = company().members.get(int(given))
            return Named(id=int(given), name=member.name) if member is not None else None
        found = called(given) if given else None
        return Named(id=found.id, name=found.name) if found is not None else None

    def nobody(self, given: str) -> str:
        return nobody_called(given)


def staff_with(*these: int | None) -> Staff:
    return Staff(choices=few_choices(*these))
