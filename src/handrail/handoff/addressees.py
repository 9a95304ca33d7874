"""Who still gets the message of a step: who has had it, to whom it sends itself no more, and when it goes to each.

One rule: to each contact once, whatever steps ask for it; and what sends itself stops for whoever answered, cannot be
reached or wants no more of it.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from handrail.handoff.contacts import Contact, contacts_in
from handrail.handoff.counting import lapsed_at
from handrail.handoff.enclosing import enclosed_since
from handrail.handoff.filling import Recipient, colleagues, first_name_of
from handrail.handoff.hearing import heard_of
from handrail.handoff.history import Handoff
from handrail.handoff.history.letters import told_roles
from handrail.handoff.plan import Plan
from handrail.handoff.words import day_words
from handrail.runbook.model import DAYS, Going, Message, Step
from handrail.worktime.calendar import Calendar

_MOST_DAYS = 400
_DAY = timedelta(days=1)


@dataclass(frozen=True, kw_only=True)
class Addressees:
    """`inside` are all those who hold its roles, as long as they have not had it; `outside` the contacts who still get
    it. `left_out` has by name why others do not, `nowhere` those of whom no address is known."""

    inside: tuple[Recipient, ...]
    outside: tuple[Recipient, ...]
    left_out: dict[str, str]
    nowhere: tuple[Contact, ...]

    @property
    def everybody(self) -> tuple[Recipient, ...]:
        return (*self.inside, *self.outside)


def once_key(step: Step, message: Message) -> str:
    """What is done for a record of a list is another message for each."""
    _, at, record = step.name.partition("@")
    return f"{message.once or message.name}{at}{record}"


def addressees(plan: Plan, handoff: Handoff, step: Step, message: Message, *, by_itself: bool) -> Addressees:
    had = {
        who: one
        for who, one in handoff.letters.get(once_key(step, message), {}).items()
        if one.number > _counts_from(handoff, step, message)
    }
    contacts = _contacts(plan, handoff, message)
    outside, left_out = [], {}
    for one in contacts:
        if one.email in had:
            day = plan.calendar.day_of(had[one.email].at)
            left_out[one.name] = f"has had this already, on {day_words(day)}."
        elif by_itself and (why := _stopped(plan, handoff, step, one.email)):
            left_out[one.name] = why
        elif one.email:
            outside.append(_recipient(plan, one))
    inside = () if told_roles(step.name) in had else colleagues(plan, handoff, message.to)
    return Addressees(
        inside=inside,
        outside=tuple(outside),
        left_out=left_out,
        nowhere=tuple(one for one in contacts if not one.email),
    )


def _counts_from(handoff: Handoff, step: Step, message: Message) -> int:
    """What was had before that is another time: each report begins it anew, and so does fresh evidence, and so does
    what goes with it."""
    known = handoff.steps.get(step.name)
    begun = handoff.begun.get(step.name, 0) if step.on_event is not None else 0
    return max(begun, known.evidence_from if known else 0, enclosed_since(handoff, message))


def _contacts(plan: Plan, handoff: Handoff, message: Message) -> tuple[Contact, ...]:
    found: dict[str, Contact] = {}
    for group in message.contacts:
        for one in contacts_in(plan, handoff, group):
            found.setdefault(one.email or f"{one.name} {one.written}", one)
    return tuple(found.values())


def _recipient(plan: Plan, one: Contact) -> Recipient:
    return Recipient(
        name=one.name,
        first_name=one.first_name or first_name_of(one.name),
        email=one.email,
        group=one.group,
        language=one.language,
        key=one.email,
        calendar=calendar_of_contact(plan, one),
    )


def calendar_of_contact(plan: Plan, one: Contact) -> Calendar:
    """By the working days of their group's calendar, and by their own clock where it is known."""
    key = plan.runbook.contacts[one.group].calendar
    calendar = plan.calendar if key == "runbook" else plan.company.calendars.get(key, plan.calendar)
    return _in_zone(calendar, one.zone) if one.zone else calendar


@lru_cache(maxsize=256)
def _in_zone(calendar: Calendar, zone: str) -> Calendar:
    try:
        return replace(calendar, zone=ZoneInfo(zone).key)
    except (KeyError, ValueError, OSError):
        return calendar  # what is known is no zone


# ----------------------------------------------------------------------------------------------------------- what stops


def _stopped(plan: Plan, handoff: Handoff, step: Step, address: str) -> str:
    """Why a message sends itself to that address no more; empty where it does."""
    heard = heard_of(handoff, address)
    if heard.unsubscribed:
        return "wants no more messages that send themselves."
    if heard.bounced:
        return "cannot be reached: a message came back."
    if heard.replied and heard.replied > _sequence_from(plan, handoff, step, address):
        return "has answered, so that a person writes next."
    return ""


def _sequence_from(plan: Plan, handoff: Handoff, step: Step, address: str) -> int:
    """The event with which the sequence that the step is in came to them: the first of its letters, else its opening.
    What they wrote before that says nothing about it."""
    ahead = _ahead(plan, step.name.partition("@")[0])
    firsts = [
        one.number
        for had in handoff.letters.values()
        if (one := had.get(address)) is not None and one.step.partition("@")[0] in ahead
    ]
    known = handoff.steps.get(step.name)
    return min(firsts) if firsts else known.number if known else 0


def _ahead(plan: Plan, step: str) -> frozenset[str]:
    """The steps that it needs, directly or not."""
    found: set[str] = set()
    waiting = [step]
    while waiting:
        for name in plan.runbook.steps[waiting.pop()].needs:
            if name not in found:
                found.add(name)
                waiting.append(name)
    return frozenset(found)


# ---------------------------------------------------------------------------------------------------------------- when


def goes_at(plan: Plan, handoff: Handoff, step: Step, calendar: Calendar, now: datetime) -> datetime | None:
    """When it goes to whoever works by that calendar, now at the earliest; None where it never does."""
    known = handoff.steps.get(step.name)
    going, since = step.goes, known.since if known else now
    if going is None:
        return now
    earliest, whole_days = since, going.after is not None and going.after.unit in DAYS
    if going.after is not None:
        lapsed = lapsed_at(plan, handoff, since, going.after, calendar)
        if lapsed is None:
            return None
        earliest = _begins(going, calendar, lapsed) if whole_days else lapsed
    if not (whole_days or going.weekdays or going.starts or going.ends):
        return max(earliest, now)
    return next(_openings(going, calendar, max(earliest, now)), None)


def _begins(going: Going, calendar: Calendar, at: datetime) -> datetime:
    return _hours(going, calendar, calendar.day_of(at).toordinal())[0]


def _openings(going: Going, calendar: Calendar, at: datetime) -> Iterator[datetime]:
    """The instants at which it may go, the first on each day from then on."""
    first = calendar.day_of(at).toordinal()
    for number in range(first, first + _MOST_DAYS):
        starts, ends = _hours(going, calendar, number)
        if _is_day(going, calendar, number) and at < ends:
            yield max(at, starts)


def _is_day(going: Going, calendar: Calendar, number: int) -> bool:
    day = datetime.fromordinal(number).date()
    if going.weekdays:
        return day.weekday() in going.weekdays and not calendar.is_closed(day)
    return calendar.is_worked(day)


def _hours(going: Going, calendar: Calendar, number: int) -> tuple[datetime, datetime]:
    """From when to when on that day; without hours of its own those of the calendar."""
    day, zone = datetime.fromordinal(number).date(), ZoneInfo(calendar.zone)
    opening, closing = calendar.opening(day), calendar.closing(day)
    starts = datetime.combine(day, going.starts, zone) if going.starts else opening
    ends = datetime.combine(day, going.ends, zone) if going.ends else closing
    if ends <= starts:  # only one of the two is said, and the calendar has the other elsewhere
        ends = datetime.combine(day + _DAY, datetime.min.time(), zone) if going.starts else ends
        starts = starts if going.starts else datetime.combine(day, datetime.min.time(), zone)
    return starts.astimezone(opening.tzinfo), ends.astimezone(opening.tzinfo)
