"""One occurrence of a session, for all the customers who come to it: called off, moved, or held.

One rule: each handoff is told by a command of its own, with its own outcome; the occurrence itself is changed first, so
that nobody takes a seat in it meanwhile.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from handrail.desk import ledger, models
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.history import Meeting
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Mistake, Refused

MOST_AT_ONCE = 200
_LONGEST_REASON = 1000


@dataclass(frozen=True, kw_only=True)
class Of:
    """An occurrence: of which session of which runbook, when it is by the runbook, and when it is held."""

    runbook: str
    session: str
    starts_at: datetime
    held_at: datetime


@dataclass(kw_only=True)
class Outcome:
    """`refused` tells of each handoff for which it could not be, by its customer, why not."""

    done: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def call_off(of: Of, reason: str, by: Actor, now: datetime) -> Outcome | Refused:
    said = reason.strip()[:_LONGEST_REASON]
    if not said:
        says = "Say why it is called off: everybody who would have come reads it."
        return Refused(code="reason", says=says, mistakes=(Mistake(field="reason", says=says),))
    _change(of, by, called_off=said)
    return _each(of, lambda row, one: c.CallOffMeeting(by=by, step=row.step, key=row.key, reason=said), now)


def move(of: Of, to: datetime, by: Actor, now: datetime) -> Outcome | Refused:
    if to <= now:
        says = "This time has passed. Choose one to come."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="to", says=says),))
    _change(of, by, moved_to=to)

    def moved(row: models.Meeting, one: Meeting) -> c.Command:
        return c.PlanMeeting(
            by=by,
            step=row.step,
            key=row.key,
            meets_at=to,
            ends_at=to + (row.ends_at - row.starts_at),
            attendees=one.attendees,
            invited=one.invited,
            where=one.where,
            agenda=one.agenda,
            note=one.note,
        )

    return _each(of, moved, now)


def hold(of: Of, there: Mapping[int, Collection[str]], note: str, by: Actor, now: datetime) -> Outcome:
    """`there` is who came, by meeting; one to which nobody came is not held."""

    def held(row: models.Meeting, one: Meeting) -> c.Command | None:
        came = tuple(name for name in one.attendees if name in there.get(row.pk, ()))
        if not came:
            return None
        return c.HoldMeeting(by=by, step=row.step, key=row.key, met_at=row.starts_at, attendees=came, note=note)

    return _each(of, held, now)


def _change(of: Of, by: Actor, **values: object) -> None:
    known = {"runbook": of.runbook, "session": of.session, "starts_at": of.starts_at}
    models.Occurrence.objects.update_or_create(**known, defaults={**values, "by_id": by.person.id})


def _each(of: Of, command: Callable[[models.Meeting, Meeting], c.Command | None], now: datetime) -> Outcome:
    outcome = Outcome()
    for row, one in _meetings(of):
        asked = command(row, one)
        if asked is None:
            continue
        done = ledger.record(row.handoff_id, asked, now=now)
        if isinstance(done, Refused):
            outcome.refused[row.handoff.customer.name] = done.says
        else:
            outcome.done += 1
    return outcome


def _meetings(of: Of) -> Iterable[tuple[models.Meeting, Meeting]]:
    rows = models.Meeting.objects.filter(
        runbook=of.runbook, session=of.session, starts_at=of.held_at, state="planned"
    ).select_related("handoff__customer")
    for row in list(rows.order_by("pk")[:MOST_AT_ONCE]):
        one = meeting_in(wire.decode_handoff(row.handoff.state), row.step, row.key)
        if one is not None:
            yield row, one
