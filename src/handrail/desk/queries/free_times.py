"""When those who are to come to a meeting are free, as a form offers it: by their calendars, absences, other meetings,
and what their own calendars say.

One rule: few queries, however many come; of whoever is away for a day, the whole day is taken.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handrail.desk import models
from handrail.desk.absences import within
from handrail.desk.queries.due import clock_text
from handrail.desk.queries.opened import Opened
from handrail.handoff.contacts import Contact
from handrail.handoff.people import Person
from handrail.runbook.model import Step
from handrail.runbook.words import USUAL_MINUTES
from handrail.worktime.calendar import Calendar
from handrail.worktime.free import Span, free_times

PROPOSED = 6
_AHEAD = timedelta(days=22)
_SOONEST = timedelta(hours=2)


def free_choices(
    opened: Opened, step: Step, people: Sequence[Person], contacts: Sequence[Contact], now: datetime
) -> tuple[tuple[str, str], ...]:
    """Each as the instant that is sent on, and what a person reads: with the clocks of contacts elsewhere."""
    known = opened.plan.company
    calendars = {one.id: known.calendar_of(one) or opened.plan.calendar for one in people}
    distinct: tuple[Calendar, ...] = tuple(dict.fromkeys(calendars.values())) or (opened.plan.calendar,)
    length, since = timedelta(minutes=step.minutes or USUAL_MINUTES), now + _SOONEST
    spans = free_times(distinct, _busy(calendars, now), length, since, PROPOSED)
    zones = tuple(dict.fromkeys(zone for one in contacts if (zone := _zone(one)) is not None))
    zone = opened.plan.calendar.zone
    return tuple((one.starts_at.isoformat(), _text(one.starts_at, zone, zones, now)) for one in spans)


def _busy(calendars: dict[int, Calendar], now: datetime) -> list[Span]:
    ids, until = list(calendars), now + _AHEAD
    meetings = models.MeetingPerson.objects.filter(person__in=ids, ends_at__gt=now, starts_at__lt=until)
    own = models.BusyTime.objects.filter(account__person__in=ids, ends_at__gt=now, starts_at__lt=until)
    found = [Span(*one) for one in meetings.values_list("starts_at", "ends_at")]
    found += [Span(*one) for one in own.values_list("starts_at", "ends_at")]
    day = timedelta(days=1)
    for row in within(now.date() - day, until.date()).filter(person__in=ids):
        zone = ZoneInfo(calendars[row.person_id].zone)
        first = datetime.combine(row.first_day, time.min, zone)
        last = datetime.combine(row.last_day + day, time.min, zone)
        found.append(Span(first.astimezone(UTC), last.astimezone(UTC)))
    return found


def _zone(contact: Contact) -> str | None:
    try:
        return ZoneInfo(contact.zone).key if contact.zone else None
    except (ValueError, OSError, LookupError):  # what somebody wrote is no zone
        return None


def _text(at: datetime, zone: str, zones: Sequence[str], now: datetime) -> str:
    there = [f"{at.astimezone(ZoneInfo(one)):%H:%M} in {one}" for one in zones if one != zone]
    return " · ".join((clock_text(at, zone, now), *there))
