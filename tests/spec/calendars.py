"""The company's calendars in a story, beside the office's in New York: what each is, and who works on which.

calendars:
  berlin: {zone: Europe/Berlin, closed: [2027-01-06]}     Monday to Friday, 9 am to 5 pm, where nothing else is said
  short: {zone: Europe/Berlin, opens: 08:00, closes: 12:00}
works on: {Ben: berlin, team services: berlin}            people, and teams by their key
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, time
from typing import Any

from handrail.handoff.company import Company, Member, Squad
from handrail.handoff.people import Person
from handrail.worktime.calendar import Calendar
from tests.spec.office import OFFICE


def on_calendars(
    company: Company, calendars: Mapping[str, Any], works_on: Mapping[str, Any], persons: Mapping[str, Person]
) -> Company:
    """The company, whose people and teams work on those calendars."""
    members, squads = dict(company.members), dict(company.squads)
    for who, calendar in works_on.items():
        if who.startswith("team "):
            key = who.removeprefix("team ")
            squads[key] = squads.get(key, Squad(key))._replace(calendar=calendar)
        else:
            person = persons[who]
            members[person.id] = members.get(person.id, Member(person.name))._replace(calendar=calendar)
    known = {"office": OFFICE, **{key: _calendar(key, said) for key, said in calendars.items()}}
    return replace(company, members=members, squads=squads, calendars=known)


def _calendar(key: str, said: Mapping[str, Any]) -> Calendar:
    return Calendar(
        name=key,
        zone=said["zone"],
        opens=time.fromisoformat(said.get("opens", "09:00")),
        closes=time.fromisoformat(said.get("closes", "17:00")),
        closed=frozenset(date.fromisoformat(day) for day in said.get("closed", [])),
    )
