"""The fold: each event's own way of changing a handoff."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, get_args

from handrail.handoff import events as e
from handrail.handoff.history import hearing, knowing, letters, outside, ruling, steps
from handrail.handoff.history.parts import Happened, Loan, OnHold
from handrail.handoff.history.renaming import change_version
from handrail.handoff.history.whole import Handoff, working_copy


def evolve(handoff: Handoff, recorded: e.Recorded) -> Handoff:
    """The handoff after one more event; the one before is left as it was."""
    after = working_copy(handoff)
    apply(after, recorded)
    return after


def fold(recorded: Iterable[e.Recorded], onto: Handoff | None = None) -> Handoff:
    after = working_copy(onto) if onto else Handoff()
    for one in recorded:
        apply(after, one)
    return after


def apply(handoff: Handoff, recorded: e.Recorded) -> None:
    """Folds in place: only for a working copy that nobody else holds."""
    handoff.number, handoff.changed_at = recorded.number, recorded.at
    _FOLDS[type(recorded.event)](handoff, recorded, recorded.event)


def _start(handoff: Handoff, recorded: e.Recorded, event: e.Started) -> None:
    handoff.runbook, handoff.version, handoff.digest = event.runbook, event.version, event.digest
    handoff.customer_id, handoff.customer, handoff.phase = event.customer_id, event.customer, event.phase
    handoff.people = dict(event.people)
    handoff.started_at = recorded.at


def _fill_role(handoff: Handoff, recorded: e.Recorded, event: e.RoleFilled) -> None:
    """Who stands in for somebody who stands in gives the role back to the same person in the end."""
    standing = handoff.loans.pop(event.role, None)
    if event.until is None:
        _keep_how(handoff, event)
    else:
        back_to = standing.back_to if standing else handoff.people.get(event.role)
        handoff.loans[event.role] = Loan(until=event.until, back_to=back_to)
    _seat(handoff, event)


def _keep_how(handoff: Handoff, event: e.RoleFilled) -> None:
    """Who is named by somebody was not found by the desk any more."""
    if event.why:
        handoff.found[event.role] = event.why
    else:
        handoff.found.pop(event.role, None)


def _return_role(handoff: Handoff, recorded: e.Recorded, event: e.RoleReturned) -> None:
    handoff.loans.pop(event.role, None)
    _seat(handoff, event)


def _succeed(handoff: Handoff, recorded: e.Recorded, event: e.RoleSucceeded) -> None:
    handoff.loans[event.role] = replace(handoff.loans[event.role], back_to=event.person)


def _seat(handoff: Handoff, event: e.RoleFilled | e.RoleReturned) -> None:
    if event.person is None:
        handoff.people.pop(event.role, None)
    else:
        handoff.people[event.role] = event.person


def _hold(handoff: Handoff, recorded: e.Recorded, event: e.Held) -> None:
    handoff.holds = (*handoff.holds, OnHold(since=recorded.at, reason=event.reason, by=recorded.by))


def _resume(handoff: Handoff, recorded: e.Recorded, event: e.Resumed) -> None:
    handoff.holds = (*handoff.holds[:-1], replace(handoff.holds[-1], until=recorded.at))


def _occur(handoff: Handoff, recorded: e.Recorded, event: e.Occurred) -> None:
    handoff.happened[event.happening] = Happened(at=recorded.at, note=event.note, number=recorded.number)
    for step in event.begins:
        steps.begin_step(handoff, recorded, step)


def _reach(handoff: Handoff, recorded: e.Recorded, event: e.Reached) -> None:
    handoff.milestones.update(dict.fromkeys(event.milestones, recorded.at))


def _end(handoff: Handoff, recorded: e.Recorded, event: e.Ended) -> None:
    handoff.end, handoff.ended_at = event.end, recorded.at


def _cancel(handoff: Handoff, recorded: e.Recorded, event: e.Cancelled) -> None:
    handoff.cancelled, handoff.ended_at = event.reason, recorded.at


_Fold = Callable[[Handoff, e.Recorded, Any], None]

_FOLDS: Mapping[type, _Fold] = {
    e.Started: _start,
    e.RoleFilled: _fill_role,
    e.RoleReturned: _return_role,
    e.RoleSucceeded: _succeed,
    e.Held: _hold,
    e.Resumed: _resume,
    e.VersionChanged: change_version,
    e.Occurred: _occur,
    e.Reached: _reach,
    e.Ended: _end,
    e.Cancelled: _cancel,
    **knowing.FOLDS,
    **outside.FOLDS,
    **steps.FOLDS,
    **ruling.FOLDS,
    **hearing.FOLDS,
    **letters.FOLDS,
}

assert _FOLDS.keys() == set(get_args(e.Event)), "every event has its fold"
