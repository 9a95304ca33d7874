"""What a decision can give over many cases at once.

One rule: where the rules that can apply all give the same for a condition, it is known before the case is.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from handrail.runbook.cells import Cell, matches
from handrail.runbook.kinds import Scalar
from handrail.runbook.model import Decision, Ref, Test
from handrail.runbook.tables.analysis import Analysis
from handrail.runbook.tables.hits import answer_of, priority_of
from handrail.runbook.tables.sheet import bits
from handrail.runbook.ways.lines import Line
from handrail.runbook.ways.truth import Truth

# Where people may decide what a table would: in a gap of a decision with an `override`, or nowhere.
Leave = Literal["in a gap with override", "nowhere"]

Value = Scalar | tuple[Scalar, ...] | None


class Answers:
    """`fires` are the rules that may give the answer, `sure` those that will give it in every case, `exact` tells that
    the rules that apply are the same in every case. `gap`: perhaps none applies. `known`: every input that some of
    these rules looks at is. `chosen`: in a gap people may give any answer."""

    def __init__(
        self, table: "WayTable", fires: int, sure: int, *, exact: bool, gap: bool, known: bool, chosen: bool
    ) -> None:
        self.decision = table.decision
        self.fires = fires
        self._table = table
        self._sure = sure
        self._exact = exact
        self._gap = gap
        self._open = gap and not table.answers_gaps
        self._known = known
        self._chosen = chosen
        self._truths: dict[tuple[int, ...], Truth] = {}

    @property
    def may_be_given(self) -> bool:
        return bool(self.fires) or self._chosen or not self._open

    @property
    def will_be_given(self) -> bool:
        """In every case: by a rule, or where none applies by a person."""
        return self._known and (not self._open or self._chosen)

    @property
    def is_left_open(self) -> bool:
        """Whether perhaps no rule applies, and nobody may answer instead."""
        return self._open and not self._chosen

    @property
    def is_chosen(self) -> bool:
        return self._chosen

    def truth(self, tests: Sequence[Test]) -> Truth:
        """Whether all the tests, each over one of the outputs, hold of one and the same answer."""
        key = tuple(map(id, tests))
        if key not in self._truths:
            self._truths[key] = self._truth(tests)
        return self._truths[key]

    def _truth(self, tests: Sequence[Test]) -> Truth:
        if self._table.many and (self._chosen or not self._exact):
            return Truth(True, True, False, False, self.will_be_given)  # which list it is, is not looked into
        asked = [(self._table.places[test.ref.part], test.cell) for test in tests]
        certain = [_fit(asked, outputs) for outputs in self._given(self._sure)]
        possible = [_fit(asked, outputs) for outputs in self._possible()]
        if self._chosen:
            can_hold, can_fail = self._table.can_be(tests)
        else:
            can_hold = can_fail = False
        decided = self.will_be_given and bool(possible)
        return Truth(
            may_hold=can_hold or True in possible,
            may_fail=can_fail or False in possible,
            will_hold=True in certain or (decided and all(one is True for one in possible)),
            will_fail=False in certain or (decided and all(one is False for one in possible)),
            settled=self.will_be_given,
        )

    def _possible(self) -> Iterator[Sequence[Value]]:
        yield from self._given(self.fires)
        if self._gap and self.decision.otherwise:
            yield self.decision.otherwise
        elif self._open or not self._known:
            yield [None] * len(self.decision.outputs)

    def _given(self, rules: int) -> Iterator[Sequence[Value]]:
        if not self._table.many:
            yield from (self.decision.rules[at].outputs for at in bits(rules))
            return
        answer = answer_of(self.decision, tuple(self.decision.rules[at] for at in bits(self.fires)))
        if answer is not None and self._exact:
            yield list(answer.outputs.values())


def _fit(asked: Sequence[tuple[int, Cell]], outputs: Sequence[Value]) -> bool | None:
    found = [matches(cell, outputs[at]) for at, cell in asked]
    return False if False in found else None if None in found else True


class WayTable:
    """A decision made ready for many cases: which rules go before which, and whether it has gaps at all."""

    def __init__(self, decision: Decision, lines: Mapping[Ref, Line]) -> None:
        self.decision = decision
        self.many = decision.gives_lists or decision.aggregator is not None
        self.answers_gaps = answer_of(decision, ()) is not None
        self.places = {output.name: at for at, output in enumerate(decision.outputs)}
        self._lines = lines
        self._order = self._in_order()
        self._gaps: bool | None = None
        self._met: dict[tuple[int, int, int, bool, Leave], Answers] = {}

    def _in_order(self) -> list[int] | None:
        """The rules, as bits, the first that goes before the others first; None where none does."""
        rules = range(len(self.decision.rules))
        match self.decision.hit_policy:
            case "first":
                return [1 << at for at in rules]
            case "priority":
                place = priority_of(self.decision)
                return [1 << at for at in sorted(rules, key=lambda at: place(self.decision.rules[at]))]
            case _:
                return None

    @property
    def _has_gaps(self) -> bool:
        if self._gaps is None:
            analysis = Analysis(self.decision)
            self._gaps = bool(analysis.gaps.count) or not analysis.gaps.exact
        return self._gaps

    def answers(self, may: int, will: int, throughout: int, known: bool, leave: Leave) -> Answers:
        """`may` are the rules that fit in some case, `will` those that people can bring to fit in every case,
        `throughout` those that fit in every case whatever people do; `known` as of the answers."""
        key = (may, will, throughout, known, leave)
        if key not in self._met:
            self._met[key] = self._answers(may, will, throughout, known, leave)
        return self._met[key]

    def _answers(self, may: int, will: int, throughout: int, known: bool, leave: Leave) -> Answers:
        fires, sure = (may, will) if self._order is None else self._first(may, will, throughout)
        gap = not throughout and (not may or self._has_gaps)
        override = self.decision.override is not None
        chosen = gap and not self.answers_gaps and override and leave == "in a gap with override"
        return Answers(self, fires, sure, exact=may == throughout, gap=gap, known=known, chosen=chosen)

    def _first(self, may: int, will: int, throughout: int) -> tuple[int, int]:
        """Of the rules that may fit those that may go before all others, and the one that surely does."""
        fires = 0
        for rule in self._order or ():
            if may & rule:
                fires |= rule
                if throughout & rule:
                    break
        return fires, fires & will if fires.bit_count() == 1 else 0

    def can_be(self, tests: Sequence[Test]) -> tuple[bool, bool]:
        """Whether some values of the outputs' kinds fulfil all the tests, and whether some do not."""
        masks = [(self._lines[test.ref], *self._lines[test.ref].of(test.cell)) for test in tests]
        return (
            all(holds & line.given for line, holds, _ in masks),
            any(fails & line.given for line, _, fails in masks),
        )
