"""Which of the things that are given leave a condition in doubt, and so are worth telling apart.

One rule: what cannot change the answer is not looked at.
"""

from collections import Counter
from collections.abc import Iterator

from handrail.runbook.cells import Cell
from handrail.runbook.model import Agreement, All, AnyOf, Condition, Not, OfFacts, Ref, Step, Test, Timing
from handrail.runbook.ways.ground import InputColumn
from handrail.runbook.ways.outlook import Outlook
from handrail.runbook.ways.waiting import held_until, opening_of, repeated_until

# What to tell apart: some of the pieces in which a thing may be from the others.
Doubt = tuple[Ref, int]


def worth_telling_apart(outlook: Outlook, conditions: tuple[Condition, ...]) -> Doubt | None:
    """The thing on which most depends, with the pieces to look at first; None where nothing is left to tell apart."""
    walk = _Walk(outlook)
    found = [doubt for condition in conditions for doubt in walk.of_condition(condition)]
    if not found:
        return None
    most, _ = Counter(ref for ref, _ in found).most_common(1)[0]
    return next(doubt for doubt in found if doubt[0] == most)


class _Walk:
    def __init__(self, outlook: Outlook) -> None:
        self._outlook = outlook
        self._ground = outlook.ground
        self._been: set[str] = set()

    def of_condition(self, condition: Condition | None) -> Iterator[Doubt]:
        if condition is None or not self._outlook.truth(condition).in_doubt:
            return
        match condition:
            case All(tests=tests):
                for test in tests:
                    yield from self._of_test(test)
            case AnyOf(of=of):
                for one in of:
                    yield from self.of_condition(one)
            case Not(of=inner):
                yield from self.of_condition(inner)

    def _of_test(self, test: Test) -> Iterator[Doubt]:
        """Tests over one decision are in doubt together, each may be sure by itself."""
        if test.ref.source == "output" or self._outlook.of_test(test).in_doubt:
            yield from self._of_cell(self._ground.behind(test.ref), test.cell)

    def _of_cell(self, ref: Ref, cell: Cell) -> Iterator[Doubt]:
        match ref.source:
            case "step" | "answer":
                yield from self._of_step(self._ground.runbook.steps[ref.name])
            case "milestone":
                yield from self._once(ref.name, self.of_condition(self._ground.runbook.milestones[ref.name].when))
            case "output" if ref.name not in self._outlook.free:
                yield from self._once(ref.name, self._of_decision(ref.name))
            case _:
                yield from self._of_line(ref, self._holds(ref, cell))

    def _holds(self, ref: Ref, cell: Cell) -> int:
        line = self._ground.lines[ref]
        return line.of(cell)[0] if line.is_cut else 0

    def _once(self, name: str, doubts: Iterator[Doubt]) -> Iterator[Doubt]:
        if name not in self._been:
            self._been.add(name)
            yield from doubts

    def _of_line(self, ref: Ref, holds: int) -> Iterator[Doubt]:
        if ref.source == "derived" and (of_facts := list(self._of_derived(ref.name))):
            yield from of_facts  # what it follows from tells more than it does
            return
        if ref.source == "fact":
            yield from self._once(ref.name, self.of_condition(self._ground.runbook.facts[ref.name].when))
        seen = self._outlook.seen_of(ref)
        if seen.free or not self._ground.lines[ref].is_cut:
            return
        for part in (holds, self._ground.lines[ref].given):
            if seen.pieces & part and seen.pieces & ~part:
                yield ref, part
                return

    def _of_derived(self, name: str) -> Iterator[Doubt]:
        match self._ground.runbook.derived[name].how:
            case OfFacts(of=names, cell=cell):
                for fact in names:
                    yield from self._of_cell(Ref(source="fact", name=fact), cell)
            case Agreement(of=names):
                for fact in names:
                    ref = Ref(source="fact", name=fact)
                    pieces = self._outlook.seen_of(ref).pieces
                    yield from self._of_line(ref, pieces & -pieces)

    def _of_decision(self, name: str) -> Iterator[Doubt]:
        fires = self._outlook.answers[name].fires
        for column in self._ground.inputs[name].columns:
            yield from self._of_column(column, fires)

    def _of_column(self, column: InputColumn, fires: int) -> Iterator[Doubt]:
        """The first cell that tells some of the rules in question from others; where none does, whether all fit."""
        for test, rules in column.tests:
            if (rules & fires or not fires) and self._outlook.of_test(test).in_doubt:
                yield from self._of_cell(test.ref, test.cell)
                if column.line is not None:
                    return

    def _of_step(self, step: Step) -> Iterator[Doubt]:
        yield from self._once(step.name, self._all_of_step(step))

    def _all_of_step(self, step: Step) -> Iterator[Doubt]:
        yield from self.of_condition(step.when)
        for name in step.needs:
            if self._outlook.stands[name].in_doubt:
                yield from self._of_step(self._ground.runbook.steps[name])
        yield from self.of_condition(opening_of(step))
        yield from self._of_timing(step.opens_on)
        yield from self.of_condition(held_until(step))
        yield from self.of_condition(repeated_until(step))
        if step.quota and isinstance(step.quota.at_least, Ref):
            yield from self._of_value(step.quota.at_least)

    def _of_timing(self, timing: Timing | None) -> Iterator[Doubt]:
        if timing is None or not self._outlook.counted(timing).in_doubt:
            return
        if isinstance(timing.amount, Ref):
            yield from self._of_value(timing.amount)
        match timing.anchor.source:
            case "fact" | "step" as source:
                yield from self._of_value(Ref(source=source, name=timing.anchor.name))

    def _of_value(self, ref: Ref) -> Iterator[Doubt]:
        """Whether it has a value at all."""
        ref = self._ground.behind(ref)
        match ref.source:
            case "output":
                yield from [] if ref.name in self._outlook.free else self._once(ref.name, self._of_decision(ref.name))
            case "step" | "answer":
                yield from self._of_step(self._ground.runbook.steps[ref.name])
            case _:
                yield from self._of_line(ref, self._ground.lines[ref].given)
