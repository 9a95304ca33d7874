"""The steps of a handoff as they are now: those of its runbook, and for a list fact one for each of its records.

One rule: the step of a record goes by `name@key`; whoever needs `name` needs it for all the records, unless it is
itself done for each of them: then it needs that of its own record.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.cells import matches
from handrail.runbook.kinds import Value
from handrail.runbook.model import (
    All,
    Anchor,
    AnyOf,
    Condition,
    Not,
    Outcome,
    Quota,
    Ref,
    Reminder,
    Repeat,
    Step,
    Test,
    Timing,
)

_NEVER = AnyOf(of=())


def steps_in(plan: Plan, handoff: Handoff) -> tuple[Step, ...]:
    """Every step that can be done or was, in an order in which each comes after those that it waits for."""
    if not plan.has_items:
        return plan.steps
    return tuple(step for step in all_in(plan, handoff) if step.each is None)


def in_order(plan: Plan, handoff: Handoff) -> tuple[Step, ...]:
    """Like `steps_in`, in the order of the runbook and of the list."""
    steps = plan.runbook.steps.values()
    if not plan.has_items:
        return tuple(steps)
    return tuple(one for step in steps for one in (items_of(plan, handoff, step) if step.each else (step,)))


def all_in(plan: Plan, handoff: Handoff) -> tuple[Step, ...]:
    """Like `steps_in`, and after the steps of the records of a list the step that stands for them all."""
    if not plan.has_items:
        return plan.steps
    return tuple(one for step in plan.steps for one in (*items_of(plan, handoff, step), step))


def items_of(plan: Plan, handoff: Handoff, step: Step) -> Iterator[Step]:
    """The step for each record of its list: those that are listed now, and those that once were and had begun."""
    if step.each is None:
        return
    rows = _rows(plan, handoff, step.each)
    for text, key in handoff.items.get(step.each, {}).items():
        if text in rows:
            yield _for_record(plan, step, key, text, rows[text])
        elif f"{step.name}@{key}" in handoff.steps:
            yield replace(_for_record(plan, step, key, text, {}), when=_NEVER)


def step_of(plan: Plan, handoff: Handoff, name: str) -> Step | None:
    """The step of that name, None where the handoff has none."""
    template, at, _ = name.partition("@")
    step = plan.runbook.steps.get(template)
    if step is None or not at:
        return step
    return next((one for one in items_of(plan, handoff, step) if one.name == name), None)


def known_step(plan: Plan, handoff: Handoff, name: str) -> Step:
    """Like `step_of`, for a name that the handoff is known to have."""
    step = step_of(plan, handoff, name)
    assert step is not None, name
    return step


def is_for_all(step: Step) -> bool:
    """Whether the step only stands for those of the records of its list."""
    return step.each is not None


def _rows(plan: Plan, handoff: Handoff, fact: str) -> dict[str, Mapping[str, Value]]:
    """The records that are listed now, by the text of their first column."""
    known = handoff.facts.get(fact)
    kind = plan.kinds[fact]
    typed = plan.typed(kind, known.value) if known is not None else None
    if known is None or not isinstance(known.value, list) or not isinstance(typed, tuple):
        return {}
    rows = (row for row in typed if isinstance(row, Mapping))
    return {next(iter(written.values()), ""): dict(row) for written, row in zip(known.value, rows, strict=True)}


def _for_record(plan: Plan, step: Step, key: str, text: str, row: Mapping[str, Value]) -> Step:
    return plan.remembered_item((step.name, key, tuple(row.items())), lambda: _made(plan, step, key, text, row))


def _made(plan: Plan, step: Step, key: str, text: str, row: Mapping[str, Value]) -> Step:
    alike = {one.name for one in plan.runbook.steps.values() if one.each == step.each}
    own = _Own(alike, key, row)
    return replace(
        step,
        name=f"{step.name}@{key}",
        title=f"{step.title}: {text}",
        each=None,
        when=own.condition(step.when),
        needs=own.names(step.needs),
        opens_when=own.condition(step.opens_when),
        automatic_when=own.condition(step.automatic_when),
        opens_on=own.timing(step.opens_on),
        due=own.timing(step.due),
        warn=own.timing(step.warn),
        remind=own.reminder(step.remind),
        escalations=tuple(replace(one, at=own.moved(one.at)) for one in step.escalations),
        quota=own.quota(step.quota),
        repeat=own.repeat(step.repeat),
        reopens=own.names(step.reopens),
        apart_from=own.names(step.apart_from),
        outcomes=tuple(own.outcome(one) for one in step.outcomes),
    )


class _Own:
    """What a step says, said of one record: of `alike` steps that of the same record, of the columns the record's."""

    def __init__(self, alike: set[str], key: str, row: Mapping[str, Value]) -> None:
        self._alike, self._key, self._row = alike, key, row

    def names(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(map(self.name, names))

    def name(self, name: str) -> str:
        return f"{name}@{self._key}" if name in self._alike else name

    def condition(self, condition: Condition | None) -> Condition | None:
        match condition:
            case None:
                return None
            case All(tests=tests):
                return self._all(tests)
            case AnyOf(of=of):
                return AnyOf(of=tuple(found for one in of if (found := self.condition(one)) is not None))
            case Not(of=of):
                inner = self.condition(of)
                return None if inner is None else Not(of=inner)

    def _all(self, tests: tuple[Test, ...]) -> Condition:
        """A test of a column is answered here: a record's own cells do not wait for anything."""
        if any(test.ref.source == "item" and not self._holds(test) for test in tests):
            return _NEVER
        return All(tests=tuple(replace(one, ref=self.ref(one.ref)) for one in tests if one.ref.source != "item"))

    def _holds(self, test: Test) -> bool:
        value = self._row.get(test.ref.part)
        return matches(test.cell, value if not isinstance(value, tuple) else None) is True

    def ref(self, ref: Ref) -> Ref:
        return replace(ref, name=self.name(ref.name)) if ref.source in {"step", "answer"} else ref

    def timing(self, timing: Timing | None) -> Timing | None:
        return timing and self.moved(timing)

    def moved(self, timing: Timing) -> Timing:
        return replace(timing, anchor=self.anchor(timing.anchor))

    def reminder(self, reminder: Reminder | None) -> Reminder | None:
        return reminder and replace(reminder, first=self.timing(reminder.first))

    def anchor(self, anchor: Anchor) -> Anchor:
        return replace(anchor, name=self.name(anchor.name)) if anchor.source == "step" else anchor

    def quota(self, quota: Quota | None) -> Quota | None:
        if quota is None:
            return None
        before = quota.before and self.anchor(quota.before)
        return replace(quota, before=before, until=self.condition(quota.until))

    def repeat(self, repeat: Repeat | None) -> Repeat | None:
        return replace(repeat, until=self.condition(repeat.until) or All(tests=())) if repeat else None

    def outcome(self, outcome: Outcome) -> Outcome:
        return replace(outcome, reopens=self.names(outcome.reopens))
