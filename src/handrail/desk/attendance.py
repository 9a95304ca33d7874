"""Meetings to come that name somebody who leaves: whoever takes their role comes instead; taken back, they come again.

One rule: only the ledger changes who comes. Where nobody takes the role, the meeting still names who has left.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import ledger, models
from handrail.desk.departures import Invited, Move, Taken
from handrail.desk.runbooks import runbook_of
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.duty import doers
from handrail.handoff.history import Meeting
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.people import Actor, Person
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """Who leaves or is back, whose doing that is, what the histories say about it, and when."""

    person: Person
    by: Actor
    reason: str
    now: datetime


def hand_on(invited: Sequence[Invited], taken: Taken, at: Occasion) -> Iterator[Move]:
    rows = models.Handoff.objects.select_related("runbook_version").defer("runbook_version__source", "state")
    handoffs = rows.in_bulk({one.handoff_id for one in invited})
    for one in invited:
        yield _handed_on(one, _taker(one, handoffs[one.handoff_id], taken), at)


def _taker(one: Invited, handoff: models.Handoff, taken: Taken) -> Person | None:
    """Of the roles that they have there, those that do the step or attend it count before others."""
    step = runbook_of(handoff.runbook_version).steps.get(one.step.partition("@")[0])
    meant = [role for role in one.roles if step is not None and role in (*doers(step), *step.attendees)]
    people = (taken.get((one.handoff_id, role)) for role in meant or one.roles)
    return next((person for person in people if person is not None), None)


def _handed_on(one: Invited, to: Person | None, at: Occasion) -> Move:
    """`besides` is that whoever takes over was to come anyway."""
    move: Move = {"kind": "meetings", "handoff": one.handoff_id, "step": one.step, "key": one.key}
    move |= {"at": one.meets_at.isoformat(), "was": at.person.name, "to": None}
    if to is None or not _replaced(move, at.person.name, to, at):
        return move
    besides = {"besides": True} if to.name in one.attendees else {}
    return {**move, "becomes": to.name, "to": to.id, **besides}


def _replaced(move: Move, was: str, becomes: Person, at: Occasion) -> bool:
    about = {"by": at.by, "step": move["step"], "key": move["key"], "reason": at.reason}
    command = c.ReplaceAttendee(was=was, becomes=becomes.name, person=becomes.id, **about)
    return not isinstance(ledger.record_within(move["handoff"], command, now=at.now), Refused)


def take_back(move: Move, at: Occasion) -> bool:
    """Whether they are to come again, where the meeting is still to come and whoever took over is named."""
    meeting = _meeting(move)
    if meeting is None or meeting.state != "planned":
        return move["to"] is None
    if at.person.name in meeting.attendees:
        return True
    if meeting.meets_at <= at.now or move.get("becomes") not in meeting.attendees:
        return False
    was = "" if move.get("besides") else move["becomes"]
    return _replaced(move, was, at.person, at)


def _meeting(move: Move) -> Meeting | None:
    state = models.Handoff.objects.values_list("state", flat=True).get(pk=move["handoff"])
    return meeting_in(wire.decode_handoff(state), move["step"], move["key"])
