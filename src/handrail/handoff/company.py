"""The company around a handoff: who works in it, under whom, in which team and on which calendar.

One rule: it is looked at and never recorded. What it says now holds for what is due and owed now; what was recorded
keeps the names of its day.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

from handrail.handoff.people import Person
from handrail.worktime.calendar import Calendar


class Member(NamedTuple):
    """Somebody who works here, or did; `manager` is a person's id, `team` and `calendar` are keys, empty where the
    person has none (a calendar of their own, that is)."""

    name: str
    manager: int | None = None
    team: str = ""
    calendar: str = ""
    is_active: bool = True
    email: str = ""


class Squad(NamedTuple):
    """A team: who leads it, and the calendar that its people work on unless they have one of their own."""

    name: str
    lead: int | None = None
    calendar: str = ""


@dataclass(frozen=True, kw_only=True)
class Company:
    """`members` by the person's id, `squads` and `calendars` by key; `revision` is another after every change of them.

    Whoever is not among the members is taken as somebody who works here, of whom nothing else is known.
    """

    revision: int = 0
    members: Mapping[int, Member] = field(default_factory=dict)
    squads: Mapping[str, Squad] = field(default_factory=dict)
    calendars: Mapping[str, Calendar] = field(default_factory=dict)

    def works_here(self, person: Person) -> bool:
        known = self.members.get(person.id)
        return known is None or known.is_active

    def line_of(self, person: Person) -> Iterator[Person]:
        """The managers above a person, nearest first, those left out who have left. Whoever has no manager has the lead
        of their team; nobody comes twice, and never the person."""
        seen, at = {person.id}, self._above(person.id)
        while at is not None and at not in seen:
            seen.add(at)
            member = self.members.get(at)
            if member is None:
                return
            if member.is_active:
                yield Person(at, member.name)
            at = self._above(at)

    def lead_of(self, team: str) -> Person | None:
        """None where the team has no lead, or the lead has left."""
        squad = self.squads.get(team)
        member = self.members.get(squad.lead) if squad and squad.lead is not None else None
        return Person(squad.lead, member.name) if squad and squad.lead and member and member.is_active else None

    def team_name(self, team: str) -> str:
        """As people call it; its key where the company has no such team."""
        squad = self.squads.get(team)
        return squad.name if squad else team

    def email_of(self, person: Person) -> str:
        """Empty where it is not known."""
        known = self.members.get(person.id)
        return known.email if known else ""

    def team_of(self, person: Person) -> str:
        known = self.members.get(person.id)
        return known.team if known else ""

    def led_by(self, person: Person) -> frozenset[str]:
        return self._led_by.get(person.id, frozenset())

    def people_of(self, team: str) -> tuple[Person, ...]:
        """Everybody who works in the team."""
        return self._people_by_team.get(team, ()) if team else ()

    @cached_property
    def staffed(self) -> frozenset[str]:
        """The teams in which somebody works."""
        return frozenset(self._people_by_team)

    @cached_property
    def _led_by(self) -> Mapping[int, frozenset[str]]:
        found: dict[int, set[str]] = {}
        for key, squad in self.squads.items():
            if squad.lead is not None:
                found.setdefault(squad.lead, set()).add(key)
        return {lead: frozenset(keys) for lead, keys in found.items()}

    @cached_property
    def _people_by_team(self) -> Mapping[str, tuple[Person, ...]]:
        found: dict[str, list[Person]] = {}
        for at, one in self.members.items():
            if one.team and one.is_active:
                found.setdefault(one.team, []).append(Person(at, one.name))
        return {team: tuple(people) for team, people in found.items()}

    def calendar_of(self, person: Person) -> Calendar | None:
        """Their own, else that of their team."""
        known = self.members.get(person.id)
        if known is None:
            return None
        return self.calendars.get(known.calendar) or self.calendar_of_team(known.team)

    def calendar_of_team(self, team: str) -> Calendar | None:
        squad = self.squads.get(team)
        return self.calendars.get(squad.calendar) if squad else None

    def _above(self, person: int) -> int | None:
        known = self.members.get(person)
        if known is None or known.manager is not None:
            return known.manager if known else None
        squad = self.squads.get(known.team)
        return squad.lead if squad else None


NOBODY_KNOWN = Company()
