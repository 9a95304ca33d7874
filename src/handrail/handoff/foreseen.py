"""What would follow if a command were given now, told by comparing the handoff before and after it.

One rule: nothing is recorded, and what is foreseen is what `decide` answers. What the desk finds beyond the handoff
afterwards, such as who holds a role or how many other customers there are, is not foreseen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff, State, fold
from handrail.handoff.items import steps_in
from handrail.handoff.life import decide, recorded
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.timing import due_date
from handrail.runbook.model import Step

Becomes = Literal["needed", "opened", "closed", "again", "done", "not needed", "gone"]
_COMES: tuple[Becomes, ...] = ("again", "opened", "needed", "closed", "done", "not needed", "gone")


@dataclass(frozen=True, kw_only=True)
class Redecided:
    """A decision that would say something else; an answer without outputs is undecided, and `says` why."""

    decision: str
    old: Mapping[str, str]
    new: Mapping[str, str]
    rules: tuple[int, ...]
    says: str


@dataclass(frozen=True, kw_only=True)
class StepMove:
    """`old` is None of a step that there is only then, `new` of one that there would be no more."""

    step: Step
    old: State | None
    new: State | None

    @property
    def becomes(self) -> Becomes:
        if self.new is None or self.new == "not needed":
            return "gone" if self.new is None else "not needed"
        if self.old == "done":
            return "again"
        if self.new == "done":
            return "done"
        if self.old in {None, "not needed"}:
            return "needed" if self.new == "waiting" else "opened"
        return "opened" if self.new == "open" else "closed"


@dataclass(frozen=True, kw_only=True)
class DayMove:
    """A step that is still to be done, and would be due on another day."""

    step: Step
    old: date | None
    new: date | None


@dataclass(frozen=True, kw_only=True)
class Foreseen:
    """`after` is the handoff as it would be; `roles` are those who would have other things to do. `sent` are the
    messages that would go out, `reached` milestones, `end` how the handoff would end."""

    after: Handoff
    decisions: tuple[Redecided, ...]
    steps: tuple[StepMove, ...]
    days: tuple[DayMove, ...]
    sent: tuple[e.Sent, ...]
    reached: tuple[str, ...]
    end: str
    roles: tuple[str, ...]

    @property
    def is_quiet(self) -> bool:
        """Whether nothing follows but what was asked for."""
        return not (self.decisions or self.steps or self.days or self.sent or self.reached or self.end)


def foresee(plan: Plan, before: Handoff, command: c.Command, now: datetime) -> Foreseen | Refused:
    outcome = decide(plan, before, command, now)
    if isinstance(outcome, Refused):
        return outcome
    after = fold(recorded(outcome, before, now, c.giver(command)), onto=before)
    steps = tuple(sorted(_steps(plan, before, after), key=lambda one: _COMES.index(one.becomes)))
    days = tuple(_days(plan, before, after))
    return Foreseen(
        after=after,
        decisions=tuple(_decisions(plan, before, after)),
        steps=steps,
        days=days,
        sent=tuple(event for event in outcome if isinstance(event, e.Sent)),
        reached=tuple(name for event in outcome if isinstance(event, e.Reached) for name in event.milestones),
        end=after.end or "" if after.is_over and not before.is_over else "",
        roles=tuple(dict.fromkeys(role for step in _concerned(steps, days) for role in _does(step))),
    )


def _decisions(plan: Plan, before: Handoff, after: Handoff) -> Iterator[Redecided]:
    for name in plan.runbook.decisions:
        old, new = before.outputs_of(name), after.outputs_of(name)
        if old != new:
            taken = after.decisions.get(name)
            yield Redecided(
                decision=name,
                old=old,
                new=new,
                rules=taken.rules if taken else (),
                says=taken.says if taken else "",
            )


def _steps(plan: Plan, before: Handoff, after: Handoff) -> Iterator[StepMove]:
    was = {step.name: step for step in steps_in(plan, before)}
    stands = {step.name: step for step in steps_in(plan, after)}
    for name, step in (was | stands).items():
        old = before.state_of(name) if name in was else None
        new = after.state_of(name) if name in stands else None
        if old != new and not (old is None and new == "not needed"):
            yield StepMove(step=step, old=old, new=new)


def _days(plan: Plan, before: Handoff, after: Handoff) -> Iterator[DayMove]:
    for step in steps_in(plan, after):
        if _is_to_be_done(before, step.name) and _is_to_be_done(after, step.name):
            old, new = due_date(plan, before, step), due_date(plan, after, step)
            if old != new:
                yield DayMove(step=step, old=old, new=new)


def _is_to_be_done(handoff: Handoff, step: str) -> bool:
    known = handoff.steps.get(step)
    return known is not None and known.state in {"open", "waiting"}


def _concerned(steps: tuple[StepMove, ...], days: tuple[DayMove, ...]) -> Iterator[Step]:
    yield from (one.step for one in steps)
    yield from (one.step for one in days)


def _does(step: Step) -> tuple[str, ...]:
    return step.roles_with("R") or step.roles_with("A")
