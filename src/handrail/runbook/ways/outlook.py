"""What can come to be in a set of cases, when people do all that they can, as well as they can.

One rule: nothing that could happen is left out. Each thing is looked at by itself, over all time and every choice, so
that whatever can never be here can never be at all.
"""

from collections.abc import Hashable, Iterable, Sequence
from itertools import groupby
from typing import NamedTuple, TypeVar

from handrail.runbook.cells import Cell, Presence, matches
from handrail.runbook.model import (
    MILESTONE_STATES,
    All,
    Anchor,
    AnyOf,
    Condition,
    Not,
    Ref,
    Step,
    Test,
    Timing,
)
from handrail.runbook.ways.answers import Answers, Leave
from handrail.runbook.ways.following import follows
from handrail.runbook.ways.ground import Ground, InputColumn, World
from handrail.runbook.ways.seen import Seen, of_line
from handrail.runbook.ways.truth import ALWAYS, CHOSEN, Truth, all_of, any_of, contrary
from handrail.runbook.ways.waiting import held_until, opening_of, repeated_until

Name = TypeVar("Name", bound=Hashable)
Kept = TypeVar("Kept")
State = str | tuple[str, ...]


class Stand(NamedTuple):
    """Where a step can stand: `may_…` in some of the cases, `will_…` in every one. It is `passed` where it is done or
    not needed, which is all that those ask who need it."""

    may_open: bool
    will_open: bool
    may_be_done: bool
    will_be_done: bool
    may_be_skipped: bool
    will_be_skipped: bool
    will_be_passed: bool
    starts_waiting: bool

    @property
    def may_be_passed(self) -> bool:
        return self.may_be_done or self.may_be_skipped

    @property
    def in_doubt(self) -> bool:
        return self.may_be_passed != self.will_be_passed or self.may_be_done != self.will_be_done


class Outlook:
    """`free` are decisions that people take instead of the table; what they may give is then part of the world.
    Every fact may be missing at first and be given later on; with `empty` a list may have no records. Nobody finishes
    the steps that are `held`. `changed` is what alone is another in `world` than `before`."""

    def __init__(
        self,
        ground: Ground,
        world: World,
        leave: Leave = "in a gap with override",
        *,
        free: frozenset[str] = frozenset(),
        empty: bool = False,
        held: frozenset[str] = frozenset(),
        before: "Outlook | None" = None,
        changed: Ref | None = None,
    ) -> None:
        self.ground = ground
        self.world = world
        self.leave = leave
        self.free = free
        self.empty = empty
        self.held = held
        self.seen: dict[Ref, Seen] = {} if before is None else dict(before.seen)
        self.answers: dict[str, Answers] = {} if before is None else dict(before.answers)
        self.stands: dict[str, Stand] = {} if before is None else dict(before.stands)
        self.reached: dict[str, Truth] = {} if before is None else dict(before.reached)
        self.worked = 0
        self._look(changed)

    def _look(self, changed: Ref | None) -> None:
        """At everything, or only at what follows from what is another now."""
        moved = set() if changed is None else {changed.name}
        for name in self.ground.order if changed is None else self.ground.following(changed):
            if changed is None or name == changed.name or not moved.isdisjoint(self.ground.waits[name]):
                self.worked += 1
                if self._is_another(name):
                    moved.add(name)

    def narrowed(self, ref: Ref, pieces: int) -> "Outlook":
        """The same with fewer cases."""
        world = {**self.world, ref: pieces}
        return Outlook(
            self.ground,
            world,
            self.leave,
            free=self.free,
            empty=self.empty,
            held=self.held,
            before=self,
            changed=ref,
        )

    @property
    def is_empty(self) -> bool:
        """Whether there is no such case."""
        return any(not seen.pieces for seen in self.seen.values())

    def _is_another(self, name: str) -> bool:
        """Looks at it, and tells whether it is another than before."""
        runbook = self.ground.runbook
        if name in runbook.steps:
            return _put(self.stands, name, self._stand(runbook.steps[name]))
        if name in self.free:
            return False  # what people give there is part of the world
        if name in runbook.decisions:
            return _put(self.answers, name, self._answered(name))
        if name in runbook.milestones:
            return _put(self.reached, name, self.truth(runbook.milestones[name].when))
        if name in runbook.derived:
            ref = Ref(source="derived", name=name)
            following = follows(runbook.derived[name], self.ground.lines, self.seen)
            return _put(self.seen, ref, Seen(self.world[ref] & following))
        return name in runbook.facts and self._see(name)

    def _see(self, name: str) -> bool:
        """A fact that nobody is asked for may be given all the same, or not."""
        ref, when = Ref(source="fact", name=name), self.ground.runbook.facts[name].when
        asked = when is None or self.truth(when).may_hold
        line = self.ground.lines[ref]
        return _put(self.seen, ref, Seen(self.world[ref]) if asked else Seen(line.every, free=True))

    # ---------------------------------------------------------------------------------------------------- conditions

    def truth(self, condition: Condition | None) -> Truth:
        match condition:
            case None:
                return ALWAYS
            case All(tests=tests):
                return all_of(self._together(tests))
            case AnyOf(of=of):
                return any_of(self.truth(one) for one in of)
            case Not(of=inner):
                return contrary(self.truth(inner))

    def _together(self, tests: Sequence[Test]) -> Iterable[Truth]:
        """Tests over one decision must hold of one answer."""
        if len(tests) == 1:
            return [self.of_test(tests[0])]
        return self._by_decision(tests)

    def _by_decision(self, tests: Sequence[Test]) -> Iterable[Truth]:
        for decision, of_one in groupby(tests, key=lambda test: test.ref.name if test.ref.source == "output" else None):
            if decision is None or decision in self.free:
                yield from map(self.of_test, of_one)
            else:
                yield self.answers[decision].truth(tuple(of_one))

    def of_test(self, test: Test) -> Truth:
        if test.ref.source == "output" and test.ref.name not in self.free:
            return self.answers[test.ref.name].truth((test,))
        return self._of_cell(test.ref, test.cell)

    def _of_cell(self, ref: Ref, cell: Cell) -> Truth:
        ref = self.ground.behind(ref)
        match ref.source:
            case "step":
                return self._of_state(self.ground.runbook.steps[ref.name], cell)
            case "milestone":
                return self._of_milestone(ref.name, cell)
            case "answer":
                return self._of_answer(ref, cell)
            case "fact" | "derived" if isinstance(cell, Presence):
                return CHOSEN
            case _:
                return of_line(self.ground.lines[ref], cell, self.seen_of(ref))

    def seen_of(self, ref: Ref) -> Seen:
        return self.seen[ref] if ref in self.seen else Seen(self.world[ref])

    def _of_answer(self, ref: Ref, cell: Cell) -> Truth:
        """An answer can be anything once its step is open, and is missing before."""
        line, stand = self.ground.lines[ref], self.stands[ref.name]
        holds, fails = line.of(cell)
        may = line.every if stand.may_open else line.missing
        will = line.every if stand.will_open else line.missing
        return Truth(bool(holds & may), bool(fails & may), bool(holds & will), bool(fails & will), stand.will_open)

    def _of_milestone(self, name: str, cell: Cell) -> Truth:
        """It is not reached at first."""
        reached = self.reached[name]
        states = [(MILESTONE_STATES.of[0], reached.may_hold, reached.will_hold), (MILESTONE_STATES.of[1], True, True)]
        return _of_states(cell, states)

    def _of_state(self, step: Step, cell: Cell) -> Truth:
        stand = self.stands[step.name]
        states = [
            ("waiting", stand.starts_waiting, stand.starts_waiting),
            ("open", stand.may_open, stand.will_open),
            ("done", stand.may_be_done, stand.will_be_done),
            ("not needed", stand.may_be_skipped, stand.will_be_skipped),
        ]
        if not step.outcomes:
            return _of_states(cell, states)
        done = states.pop(2)
        ends = [(("done", name), *done[1:]) for name in final_outcomes(step)]
        return _of_states(cell, [*(((state,), may, will) for state, may, will in states), *ends])

    # --------------------------------------------------------------------------------------------------- decisions

    def _answered(self, name: str) -> Answers:
        inputs = self.ground.inputs[name]
        may = will = throughout = inputs.every
        open_columns = []
        for column in inputs.columns:
            some, brought, every, known = self._rules_by(column)
            may, will, throughout = may & some, will & brought, throughout & every
            open_columns += [] if known else [column]
        looked_at = any(may & ~column.idle for column in open_columns)
        known = not looked_at
        return self.ground.tables[name].answers(may, will & may, throughout, known, self.leave)

    def _rules_by(self, column: InputColumn) -> tuple[int, int, int, bool]:
        """The rules that the column lets apply: in some case, in every case if people want, in every case; and whether
        it is known in every case."""
        if column.line is not None:
            seen = self.seen_of(column.ref)
            some, every = column.over(seen.pieces | column.missing)
            brought = some if seen.free else column.over(seen.pieces)[1]
            return some, brought, every, seen.free or not seen.pieces & column.line.missing
        some = brought = every = column.idle
        known = True
        for test, rules in column.tests:
            truth = self.of_test(test)
            some |= rules * truth.may_hold
            brought |= rules * truth.will_hold
            every |= rules * (truth.will_hold and not truth.may_fail and truth.settled)
            known &= truth.settled
        return some, brought, every, known

    # ------------------------------------------------------------------------------------------------------- steps

    def _stand(self, step: Step) -> Stand:
        needed, ready, finished = self.truth(step.when), self.ready(step), self.finishes(step)
        by_choice = step.discretionary or step.on_event is not None
        may_open = needed.may_hold and ready.may_hold
        will_open = needed.will_hold and ready.will_hold
        will_be_skipped = needed.will_fail or by_choice
        will_be_done = will_open and finished.will_hold
        passes = needed.settled and ready.will_hold and finished.will_hold
        return Stand(
            may_open=may_open,
            will_open=will_open,
            may_be_done=may_open and finished.may_hold,
            will_be_done=will_be_done,
            may_be_skipped=needed.may_fail or by_choice or (self.empty and step.each is not None),
            will_be_skipped=will_be_skipped,
            will_be_passed=will_be_skipped or will_be_done or passes,
            starts_waiting=waits_for_something(step),
        )

    def ready(self, step: Step) -> Truth:
        """Whether all comes to be that a step which is needed waits for."""
        return all_of([self._needs(step), self.truth(opening_of(step)), self.counted(step.opens_on)])

    def _needs(self, step: Step) -> Truth:
        """All that are needed are done, or of those so many."""
        stands = [self.stands[name] for name in step.needs]
        may = all(stand.may_be_passed for stand in stands)
        will = all(stand.will_be_passed for stand in stands)
        if step.needs_at_least is not None:
            may |= sum(stand.may_be_done for stand in stands) >= step.needs_at_least
            will |= sum(stand.will_be_done for stand in stands) >= step.needs_at_least
        return came_to_be(may, will)

    def counted(self, timing: Timing | None) -> Truth:
        """Whether its day comes to be known."""
        if timing is None:
            return ALWAYS
        amount = ALWAYS if isinstance(timing.amount, int) or timing.session else self.known(timing.amount)
        return all_of([amount, self._anchored(timing.anchor)])

    def _anchored(self, anchor: Anchor) -> Truth:
        match anchor.source:
            case "fact":
                return self.known(Ref(source="fact", name=anchor.name))
            case "step":
                stand = self.stands[anchor.name]
                return came_to_be(stand.may_be_done, stand.will_be_done)
            case _:
                return ALWAYS

    def known(self, ref: Ref) -> Truth:
        """Whether it has a value."""
        ref = self.ground.behind(ref)
        match ref.source:
            case "output" if ref.name not in self.free:
                return came_to_be(self.answers[ref.name].may_be_given, self.answers[ref.name].will_be_given)
            case "answer":
                return came_to_be(self.stands[ref.name].may_open, self.stands[ref.name].will_open)
            case "fact" | "derived" | "item" | "output":
                line, seen = self.ground.lines[ref], self.seen_of(ref)
                return came_to_be(bool(seen.pieces & line.given), seen.free or not seen.pieces & line.missing)
            case "step" | "milestone":
                return ALWAYS

    def finishes(self, step: Step) -> Truth:
        """Whether the step, once it is open, can be done and is not to be done again."""
        if step.name in self.held or (step.outcomes and not final_outcomes(step)):
            return came_to_be(False, False)
        quota = step.quota.at_least if step.quota else 1
        enough = self.known(quota) if isinstance(quota, Ref) else ALWAYS
        return all_of([enough, self.truth(held_until(step)), self.truth(repeated_until(step))])


def _put(known: dict[Name, Kept], name: Name, value: Kept) -> bool:
    is_another = known.get(name) != value
    known[name] = value
    return is_another


def came_to_be(may: bool, will: bool) -> Truth:
    """Of something that is so in the end or not, and of which nobody asks that it is not."""
    return Truth(may, not will, will, not may, True)


def _of_states(cell: Cell, states: Iterable[tuple[State, bool, bool]]) -> Truth:
    told = [(matches(cell, state), may, will) for state, may, will in states]
    return Truth(
        may_hold=any(fits is True and may for fits, may, _ in told),
        may_fail=any(fits is False and may for fits, may, _ in told),
        will_hold=any(fits is True and will for fits, _, will in told),
        will_fail=any(fits is False and will for fits, _, will in told),
        settled=True,
    )


def final_outcomes(step: Step) -> tuple[str, ...]:
    """Those with which it stays done."""
    return tuple(one.name for one in step.outcomes if one.again_after is None)


def waits_for_something(step: Step) -> bool:
    return bool(
        step.when
        or step.needs
        or step.opens_when
        or step.opens_on
        or step.opens_in
        or step.opens_not_in
        or step.discretionary
        or step.on_event
    )
