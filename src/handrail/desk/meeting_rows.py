"""The rows of meetings, kept with the events that plan, move and hold them; and the seats of sessions, which are for
all customers together.

One rule: seats are taken under the lock of the occurrence, in the transaction that plans the meeting, so that two at
once cannot take the last one.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Sum

from handrail.desk import models
from handrail.handoff import events as e
from handrail.handoff.history import Handoff, Meeting
from handrail.handoff.items import step_of
from handrail.handoff.plan import Plan
from handrail.runbook.model import Session, Step
from handrail.runbook.words import USUAL_MINUTES
from handrail.worktime.sessions import Session as Time

CHANGES = (
    e.MeetingPlanned,
    e.MeetingCalledOff,
    e.AttendeeReplaced,
    e.MeetingHeld,
    e.GuestAdmitted,
    e.VersionChanged,
    e.Cancelled,
)
# Who comes instead of somebody takes no other seat; and what moves people out of the company is never held up by one.
_TAKES_SEATS = (e.MeetingPlanned, e.GuestAdmitted)


class NoSeat(Exception):
    """The session has no seat for them, or is not held then; `says` tells it to whoever planned it."""

    def __init__(self, says: str) -> None:
        super().__init__(says)
        self.says = says


def keep(handoff_id: int, plan: Plan, handoff: Handoff, added: Iterable[e.Recorded]) -> None:
    """Raises NoSeat."""
    events = [one.event for one in added if isinstance(one.event, CHANGES)]
    if not events:
        return
    for event in events:
        if isinstance(event, _TAKES_SEATS):
            _seat(handoff_id, plan, handoff, event.step, event.key)
    write(handoff_id, plan, handoff)


def write(handoff_id: int, plan: Plan, handoff: Handoff) -> None:
    models.Meeting.objects.filter(handoff=handoff_id).delete()
    told = list(_rows(handoff_id, plan, handoff))
    models.Meeting.objects.bulk_create(row for row, _ in told)
    models.MeetingPerson.objects.bulk_create(
        models.MeetingPerson(meeting=row, person_id=person, starts_at=row.starts_at, ends_at=row.ends_at)
        for row, people in told
        for person in people
    )


def differ(handoff_id: int, plan: Plan, handoff: Handoff) -> bool:
    """Whether the rows are not what the events give."""
    kept = models.Meeting.objects.filter(handoff=handoff_id).prefetch_related("people")
    stands = {(_told(row), frozenset(one.person_id for one in row.people.all())) for row in kept}
    return stands != {(_told(row), frozenset(people)) for row, people in _rows(handoff_id, plan, handoff)}


def _told(row: models.Meeting) -> tuple[object, ...]:
    names = (
        "step",
        "key",
        "title",
        "where",
        "state",
        "starts_at",
        "ends_at",
        "runbook",
        "session",
        "seats",
        "sequence",
    )
    return tuple(getattr(row, name) for name in names)


def ends_at(plan: Plan, step: Step, meeting: Meeting) -> datetime:
    """As it was planned, or else as the runbook says how long it is."""
    if meeting.ends_at is not None:
        return meeting.ends_at
    time = session_time(plan, step, meeting.meets_at)
    return time.ends_at if time else meeting.meets_at + timedelta(minutes=step.minutes or USUAL_MINUTES)


def session_time(plan: Plan, step: Step, at: datetime) -> Time | None:
    """The occurrence of the step's session that starts then; None where none does."""
    if step.session is None:
        return None
    day, sessions = at.date(), plan.sessions[step.session]
    near = sessions.between(day - timedelta(days=1), day + timedelta(days=1))
    return next((one for one in near if one.starts_at == at), None)


def _rows(handoff_id: int, plan: Plan, handoff: Handoff) -> Iterator[tuple[models.Meeting, set[int]]]:
    """Of a handoff that was cancelled nothing is to come."""
    for name, meetings in handoff.meetings.items():
        step = step_of(plan, handoff, name)
        for one in meetings if step is not None else ():
            if step is not None and (one.state == "held" or (one.state == "planned" and not handoff.cancelled)):
                yield _row(handoff_id, plan, step, one), _people(one) if one.state == "planned" else set()


def _people(meeting: Meeting) -> set[int]:
    """The colleagues who are to come, and who planned it."""
    invited = {one.person for one in meeting.invited if one.person is not None}
    return invited | ({meeting.organizer.id} if meeting.organizer else set())


def _row(handoff_id: int, plan: Plan, step: Step, one: Meeting) -> models.Meeting:
    ends = ends_at(plan, step, one)
    return models.Meeting(
        handoff_id=handoff_id,
        step=step.name,
        key=one.key,
        title=step.title[:300],
        where=one.where,
        state=one.state,
        starts_at=one.meets_at,
        ends_at=ends,
        runbook=plan.runbook.name,
        session=step.session or "",
        seats=seats_of(one),
        sequence=one.sequence,
    )


def seats_of(meeting: Meeting) -> int:
    """How many come from outside: whoever is not known as a colleague."""
    colleagues = {one.name for one in meeting.invited if one.person is not None}
    return len([name for name in meeting.attendees if name not in colleagues])


def _seat(handoff_id: int, plan: Plan, handoff: Handoff, name: str, key: str) -> None:
    step = step_of(plan, handoff, name)
    meeting = next((one for one in handoff.meetings.get(name, ()) if one.key == key), None)
    if step is None or meeting is None or meeting.state != "planned" or step.session is None:
        return
    session = plan.runbook.sessions[step.session]
    row = _held(plan.runbook.name, session.name, meeting.meets_at)
    if row is not None and (row.called_off or row.moved_to):
        why = row.called_off or "it is held at another time."
        raise NoSeat(f"“{session.title}” is not held then: {why}")
    if row is not None and session.seats is not None:
        _enough(handoff_id, plan.runbook.name, session, meeting)


def _held(runbook: str, session: str, at: datetime) -> models.Occurrence | None:
    """The row of the occurrence, held until the transaction ends."""
    models.Occurrence.objects.bulk_create(
        [models.Occurrence(runbook=runbook, session=session, starts_at=at)], ignore_conflicts=True
    )
    return (
        models.Occurrence.objects.select_for_update(no_key=True)
        .filter(runbook=runbook, session=session, starts_at=at)
        .first()
    )


def _enough(handoff_id: int, runbook: str, session: Session, meeting: Meeting) -> None:
    """What was taken before by this handoff itself is not taken again."""
    there = models.Meeting.objects.filter(
        runbook=runbook, session=session.name, starts_at=meeting.meets_at, state="planned"
    )
    others = there.exclude(handoff=handoff_id, key=meeting.key).aggregate(taken=Sum("seats"))["taken"] or 0
    had = there.filter(handoff=handoff_id, key=meeting.key).aggregate(taken=Sum("seats"))["taken"] or 0
    wanted, seats = seats_of(meeting), session.seats or 0
    if wanted > had and others + wanted > seats:
        left = max(0, seats - others)
        free = (
            f"{left} of its {seats} seats {'is' if left == 1 else 'are'} free"
            if left
            else f"All {seats} seats are taken"
        )
        raise NoSeat(f"“{session.title}” is full then: {free}, and {wanted} would come.")
