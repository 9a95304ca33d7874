"""What lists and desks show of a handoff, worked out from its folded state: the columns, the seats and the work.

One rule: everything here follows from the state alone, so that `rebuild` can make it anew.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from handrail.desk import models
from handrail.desk.likeness import words
from handrail.handoff import wire
from handrail.handoff.calendars import calendar_of
from handrail.handoff.history import Handoff, State
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.life import wake_at
from handrail.handoff.owed import Owed, owed
from handrail.handoff.plan import Plan
from handrail.handoff.span import anchor_date, last_due_at
from handrail.runbook.model import Step

_TITLE = 1000
_MOST_PROGRESS = 1000

# The columns of a handoff's row that its events decide.
COLUMNS = (
    "number",
    "state",
    "status",
    "end",
    "stage",
    "steps_done",
    "steps_needed",
    "next_title",
    "next_person_id",
    "next_team",
    "due_at",
    "due_zone",
    "wake_at",
    "ended_at",
    "changed_at",
    "phase",
    "progress",
    "held_since",
    "last_due_at",
    "anchor_date",
)


@dataclass(frozen=True, kw_only=True)
class Projection:
    """`columns` of the handoff's row; `seats` as role → person id; `work` keyed by what makes an entry one; `like` the
    words of the facts that other customers are compared with, by name. `owing` is what `work` was made from."""

    columns: dict[str, Any]
    seats: dict[str, int]
    work: dict[tuple[str, str, str], dict[str, Any]]
    like: dict[str, str]
    owing: tuple[Owed, ...] = field(default=(), compare=False)


def project(plan: Plan, handoff: Handoff, now: datetime) -> Projection:
    entries = owed(plan, handoff)
    return Projection(
        columns=_columns(plan, handoff, entries, now),
        seats={role: person.id for role, person in handoff.people.items()},
        work={(one.sort, one.name, one.role): _work(plan, handoff, one) for one in entries},
        like=like_facts(plan, handoff),
        owing=entries,
    )


def like_facts(plan: Plan, handoff: Handoff) -> dict[str, str]:
    """A handoff that was cancelled tells nothing of its customer."""
    if not plan.compared or handoff.cancelled:
        return {}
    return {name: words(known.value) for name, known in handoff.facts.items() if name in plan.compared}


def _columns(plan: Plan, handoff: Handoff, entries: tuple[Owed, ...], now: datetime) -> dict[str, Any]:
    steps = steps_in(plan, handoff)
    states = [handoff.state_of(step.name) for step in steps]
    following = _next(entries)
    done, needed = states.count("done"), len(states) - states.count("not needed")
    return {
        "number": handoff.number,
        "state": wire.encode_handoff(handoff).decode(),
        "status": str(_status(handoff)),
        "end": handoff.end or "",
        "stage": _stage(plan, steps, states),
        "steps_done": done,
        "steps_needed": needed,
        "next_title": following.title[:300] if following else "",
        "next_person_id": following.person.id if following and following.person else None,
        "next_team": _pool(following),
        "due_at": following.due_at if following else None,
        "due_zone": _zone(plan, handoff, following),
        "wake_at": wake_at(plan, handoff, now),
        "ended_at": handoff.ended_at,
        "changed_at": handoff.changed_at,
        "phase": handoff.phase,
        "progress": _MOST_PROGRESS * done // needed if needed else 0,
        "held_since": handoff.hold.since if handoff.hold and not handoff.is_over else None,
        "last_due_at": last_due_at(plan, handoff),
        "anchor_date": anchor_date(plan, handoff),
    }


def _status(handoff: Handoff) -> str:
    if handoff.cancelled:
        return models.Handoff.Status.CANCELLED
    return models.Handoff.Status.OVER if handoff.is_over else models.Handoff.Status.RUNNING


def _stage(plan: Plan, steps: Sequence[Step], states: Sequence[State]) -> str:
    """The first stage in which something is still to be done."""
    living = {step.stage for step, state in zip(steps, states, strict=True) if state in {"open", "waiting"}}
    return next((stage for stage in plan.runbook.stages if stage in living), plan.runbook.stages[-1])


def _next(entries: Iterable[Owed]) -> Owed | None:
    """What is due first; what has a day comes before what has none."""
    work = [one for one in entries if one.sort in {"step", "override"}] or list(entries)
    return min(work, key=lambda one: (one.due_at is None, one.due_at or datetime.max.replace(tzinfo=UTC)), default=None)


def _pool(one: Owed | None) -> str:
    """The key of the team of which anybody may do it; of a vacancy nobody may, before its lead names somebody."""
    return one.team if one and one.person is None and one.sort != "vacancy" else ""


def _work(plan: Plan, handoff: Handoff, one: Owed) -> dict[str, Any]:
    return {
        "person_id": one.person.id if one.person else None,
        "team": one.team if one.person is None else "",
        "title": one.title[:_TITLE],
        "why": one.why[:_TITLE],
        "due_at": one.due_at,
        "zone": _zone(plan, handoff, one),
    }


def _zone(plan: Plan, handoff: Handoff, one: Owed | None) -> str:
    """That of the calendar which it was counted on, where it is another than the runbook's."""
    if one is None or one.due_at is None or one.name.partition("@")[0] not in plan.runbook.steps:
        return ""
    zone = calendar_of(plan, handoff, known_step(plan, handoff, one.name)).zone
    return zone if zone != plan.calendar.zone else ""
