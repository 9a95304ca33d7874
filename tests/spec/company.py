"""The company of a story: what is known of its people beside their roles.

One rule: what a day brings is said with the day, so that the company of any instant follows from the story alone.

    company:
      Fay: {team: finance}                                              a team is called as its key says
      Lena: {leads: finance}
      Anna: {team: finance, away: 2027-01-04 to 2027-01-08, delegate: Ben}
      Carl: {left: 2027-01-06}                                          from that day on
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from handrail.handoff.company import Company, Member, Squad
from handrail.handoff.people import Person
from tests.spec.office import OFFICE

KEYS = {"team", "leads", "away", "delegate", "left"}


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """`away` are the first and the last day."""

    team: str = ""
    leads: str = ""
    away: tuple[date, date] | None = None
    delegate: str = ""
    left: date | None = None

    def is_away(self, now: datetime) -> bool:
        return self.away is not None and self.away[0] <= OFFICE.day_of(now) <= self.away[1]

    def works_here(self, now: datetime) -> bool:
        return self.left is None or OFFICE.day_of(now) < self.left


def colleague_of(said: Mapping[str, str]) -> Colleague:
    """Raises KeyError where it says what companies do not know, ValueError where a day is none."""
    for key in said.keys() - KEYS:
        raise KeyError(key)
    first, _, last = said.get("away", "").partition(" to ")
    return Colleague(
        team=said.get("team", ""),
        leads=said.get("leads", ""),
        away=(date.fromisoformat(first), date.fromisoformat(last)) if first else None,
        delegate=said.get("delegate", ""),
        left=date.fromisoformat(said["left"]) if "left" in said else None,
    )


def company_at(now: datetime, persons: Mapping[str, Person], colleagues: Mapping[str, Colleague]) -> Company:
    """As it is at that instant."""
    teams = dict.fromkeys(team for one in colleagues.values() for team in (one.team, one.leads) if team)
    leads = {one.leads: persons[name].id for name, one in colleagues.items() if one.leads}
    return Company(
        members={
            persons[name].id: Member(name, team=one.team, is_active=one.works_here(now))
            for name, one in colleagues.items()
        },
        squads={team: Squad(team.capitalize(), lead=leads.get(team)) for team in teams},
    )
