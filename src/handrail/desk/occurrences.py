"""One occurrence of a session, for all the customers who come to it: called off, moved, or held.

One rule: each handoff is told by a command of its own, with its own outcome; the occurrence itself is changed first, so
that nobody takes a seat in it meanwhile.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from handrail.desk import ledger, models
from handrail.desk.queries.seats import MOST_AT_ONCE, Of
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.history import Meeting
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Mistake, Refused

_LONGEST_REASON = 1000


@dataclass(kw_only=True)
class Outcome:
    """`refused` tells of each handoff for which it could not be, by its customer, why not."""

    done: int = 0
    refused: dict[str, str] = field(default_factory=dict)


def call_off(of: Of, reason: str, by: Actor, now: datetime) -> Outcome | Refused:
    said = reason.strip()[:_LONGEST_REASON]
    if not said:
        says = "Say why it is called off: everybody who would have come reads it."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="reason", says=says),))
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
    known: dict[str, Any] = {"runbook": of.runbook, "session": of.session, "starts_at": of.starts_at}
    rows = models.Occurrence.objects
    rows.bulk_create([models.Occurrence(**known)], ignore_conflicts=True)
    rows.filter(**known).update(**values, by=by.person.id)


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
