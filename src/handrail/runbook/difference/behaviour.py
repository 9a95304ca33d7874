"""The cases that two versions of a table decide differently, or that there are none.

One rule: exact. Both tables are cut into the same pieces, within which neither tells one value from another; what is
left out is counted, and what is too much to look at is said to be.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property

from handrail.runbook.cells import Anything, Presence
from handrail.runbook.difference.change import Changes, Thing
from handrail.runbook.difference.rules import ORDER_COUNTS, Aligned, Row
from handrail.runbook.kinds import Choice, Kind, Money, Number, Scalar, bounds_of, spoken
from handrail.runbook.model import Decision, Input, Rule
from handrail.runbook.tables.columns import Column, columns_of
from handrail.runbook.tables.hits import answer_in_part
from handrail.runbook.words import listed

MOST_TOLD = 20
MOST_COUNTED = 1_000
_MOST_STEPS = 2_000_000

# What a table says to a case, by the names of its outputs; None where it leaves it undecided.
Answer = Mapping[str, Scalar | tuple[Scalar, ...]] | None
# The rules still in question, as bits: those that surely fit, and those that may (where a value is missing).
Fit = tuple[int, int]
# For each column the pieces that a region spans, then the fits that decide it.
Region = tuple[tuple[frozenset[int], ...], Fit, Fit]


def behaviour_changes(thing: Thing, aligned: Aligned) -> Changes:
    inputs = _shared_inputs(aligned)
    if inputs is None:
        yield thing.change("decides", "Cases cannot be compared: an input is of another kind now.")
        return
    cases = Cases(aligned, inputs)
    found = cases.differing()
    if not found and cases.is_complete and not cases.told_by_rules:
        yield thing.change("decides", "Decides every case as before.")
    news = [(spans, old, new) for spans, old, new in found if (old[1], new[1]) not in cases.told_by_rules]
    for region in news[:MOST_TOLD]:
        yield thing.change("decides", *cases.told(region))
    if len(news) > MOST_TOLD:
        count = f"{len(news) - MOST_TOLD:,}{' or more' if len(found) >= MOST_COUNTED else ''}"
        yield thing.change("decides", f"Decides {count} further sorts of case differently.")
    if not cases.is_complete:
        yield thing.change("decides", "Too large to look at every case: others may be decided differently too.")


class _Side:
    """One of the two tables, over the columns of both."""

    def __init__(self, decision: Decision, rows: Sequence[Row], first: int, columns: Sequence[Column]) -> None:
        self.decision = decision
        self.every = (1 << len(rows)) - 1
        self._masks = [[mask >> first & self.every for mask in column.masks] for column in columns]
        self._missing = [column.missing for column in columns]
        cells = [[row.cells[at] for row in rows] for at in range(len(columns))]
        self.asks = [any(isinstance(cell, Presence) for cell in one) for one in cells]
        self._unsure = [
            0 if asks else sum(1 << at for at, cell in enumerate(one) if not isinstance(cell, Anything))
            for asks, one in zip(self.asks, cells, strict=True)
        ]
        self._answers: dict[Fit, Answer] = {}

    def after(self, at: int, piece: int, fit: Fit) -> Fit:
        mask = self._masks[at][piece]
        unsure = self._unsure[at] if piece == self._missing[at] else 0
        return fit[0] & mask, fit[1] & (mask | unsure)

    def answer(self, fit: Fit) -> Answer:
        if fit not in self._answers:
            decided = answer_in_part(self.decision, self._rules(fit[0]), self._rules(fit[1]))
            self._answers[fit] = decided.outputs if decided else None
        return self._answers[fit]

    def _rules(self, fitting: int) -> tuple[Rule, ...]:
        return tuple(rule for at, rule in enumerate(self.decision.rules) if fitting >> at & 1)


class Cases:
    """All cases that both tables can be asked, sorted into regions by the rules of both that fit."""

    def __init__(self, aligned: Aligned, inputs: tuple[Input, ...]) -> None:
        self._aligned = aligned
        old, new = aligned.rows
        self.columns = columns_of(_joined(aligned.new, inputs, (*old, *new)))
        self._old = _Side(aligned.old, old, 0, self.columns)
        self._new = _Side(aligned.new, new, len(old), self.columns)
        self._suspects = self._find_suspects()
        self._known: dict[tuple[int, Fit, Fit], list[Region]] = {}
        self._steps = 0
        self.is_complete = True

    def differing(self) -> list[Region]:
        """At most `MOST_COUNTED` regions, as few as the search finds; without `is_complete` there may be others."""
        return self._from(0, (self._old.every,) * 2, (self._new.every,) * 2)[:MOST_COUNTED]

    def _find_suspects(self) -> tuple[int, int] | None:
        """The rules of each table without which both say the same, but for what `told_by_rules` says; None where that
        cannot be told from the rules."""
        aligned = self._aligned
        alone = aligned.new.hit_policy == "unique"  # where a rule that fits beside another decides nothing
        if _works_differently(aligned.old, aligned.new) or self._old.asks != self._new.asks:
            return None
        matched = aligned.matched
        moved = {pair.new.rule.number for pair in matched.moved} if aligned.new.hit_policy in ORDER_COUNTS else set()
        pairs = [
            pair
            for pair in matched.pairs
            if pair.new.rule.number in moved
            or pair.old.meanings != pair.new.meanings
            or (not alone and not pair.is_same)
        ]
        return (
            _bits([*(pair.old for pair in pairs), *matched.gone]),
            _bits([*(pair.new for pair in pairs), *matched.come]),
        )

    def _from(self, at: int, old: Fit, new: Fit) -> list[Region]:
        """The regions of the columns from `at` on in which the tables say different things."""
        if self._suspects and not (old[1] & self._suspects[0] or new[1] & self._suspects[1]):
            return []
        if at == len(self.columns) or not (old[1] or new[1]):
            rest = tuple(frozenset(column.possible) for column in self.columns[at:])
            return [(rest, old, new)] if self._differ(self._old.answer(old), self._new.answer(new)) else []
        key = at, old, new
        if key not in self._known:
            self._known[key] = self._split(at, old, new)
        return self._known[key]

    def _split(self, at: int, old: Fit, new: Fit) -> list[Region]:
        alike: dict[tuple[Fit, Fit], set[int]] = {}
        for piece in self.columns[at].possible:
            after = self._old.after(at, piece, old), self._new.after(at, piece, new)
            alike.setdefault(after, set()).add(piece)
        self._steps += len(self.columns[at].possible)
        joined: dict[Region, set[int]] = {}
        for after, pieces in alike.items():
            if self._steps > _MOST_STEPS:
                self.is_complete = False
                break
            for rest in self._from(at + 1, *after):
                joined.setdefault(rest, set()).update(pieces)
            if len(joined) > MOST_COUNTED:
                break
        return [((frozenset(pieces), *spans), before, now) for (spans, before, now), pieces in joined.items()]

    def _differ(self, old: Answer, new: Answer) -> bool:
        return bool(self._turns(old, new)) if old is not None and new is not None else (old is None) != (new is None)

    def _turns(self, old: Answer, new: Answer) -> list[tuple[str, str, str]]:
        """What both say and say differently: the title, before and now."""
        assert old is not None
        assert new is not None
        found = []
        for output in self._aligned.outputs:
            before, after = old[output.name], new[output.name]
            if self._ordered(self._aligned.old, before) != self._ordered(self._aligned.new, after):
                was = spoken(self._aligned.old.kind_of(self._aligned.old_output(output)), before)
                found.append((output.title, was, spoken(self._aligned.new.kind_of(output), after)))
        return found

    @staticmethod
    def _ordered(decision: Decision, value: Scalar | tuple[Scalar, ...]) -> object:
        """What is collected has no order."""
        return sorted(value, key=str) if isinstance(value, tuple) and decision.hit_policy == "collect" else value

    @cached_property
    def told_by_rules(self) -> set[tuple[int, int]]:
        """The rules of both that are the same but for their answers: where they alone apply, their own sentence says
        all that there is to say."""
        pairs = self._aligned.matched.pairs
        return {
            (_bits([one.old]), _bits([one.new]))
            for one in pairs
            if one.old.meanings == one.new.meanings and not one.is_same
        }

    def told(self, region: Region) -> tuple[str, str, str]:
        """The sentence, with what was said before and what is now."""
        spans, old_fit, new_fit = region
        old, new = self._old.answer(old_fit), self._new.answer(new_fit)
        if old is not None and new is not None:
            turns = self._turns(old, new)
            was = ", ".join(f"{title} {before}" for title, before, _ in turns)
            now = ", ".join(f"{title} {after}" for title, _, after in turns)
            says = listed([f"{title} is now {after} (was {before})" for title, before, after in turns])
        else:
            was, now = self._said(self._aligned.old, old), self._said(self._aligned.new, new)
            says = f"now {now} (was {was})"
        return f"{self._where(spans)}, {says}. For example {self._example(spans)}.", was, now

    def _said(self, decision: Decision, answer: Answer) -> str:
        if answer is None:
            return "undecided"
        return ", ".join(
            f"{output.title} {spoken(decision.kind_of(output), answer[output.name])}" for output in decision.outputs
        )

    def _where(self, spans: Sequence[frozenset[int]]) -> str:
        said = [
            f"{column.input.title} is {_span(column, pieces)}"
            for column, pieces in zip(self.columns, spans, strict=True)
            if not pieces.issuperset(column.possible)
        ]
        return f"Where {listed(said)}" if said else "In every case"

    def _example(self, spans: Sequence[frozenset[int]]) -> str:
        return ", ".join(
            f"{column.input.title} {_witness(column, pieces)}"
            for column, pieces in zip(self.columns, spans, strict=True)
        )


def _span(column: Column, pieces: frozenset[int]) -> str:
    return "given" if pieces == {*column.possible} - {column.missing} else column.words(pieces)


def _witness(column: Column, pieces: frozenset[int]) -> str:
    """A value of the pieces: a boundary before the space between boundaries, a value before none."""
    simplest = min(pieces, key=lambda piece: (piece == column.missing, column.ordered and not piece % 2, piece))
    value = column.witness(simplest)
    return "missing" if value is None else spoken(column.input.kind, value)


def _bits(rows: Sequence[Row]) -> int:
    return sum(1 << row.rule.number - 1 for row in rows)


def _works_differently(old: Decision, new: Decision) -> bool:
    """Whether the same fitting rules can come to different answers."""
    return (old.hit_policy, old.aggregator, old.otherwise, [(one.name, one.kind) for one in old.outputs]) != (
        new.hit_policy,
        new.aggregator,
        new.otherwise,
        [(one.name, one.kind) for one in new.outputs],
    )


def _joined(decision: Decision, inputs: tuple[Input, ...], rows: Sequence[Row]) -> Decision:
    """A table with the rules of both, whose columns have the pieces of both."""
    rules = tuple(
        Rule(number=at, cells=row.cells, outputs=(), place=row.rule.place) for at, row in enumerate(rows, start=1)
    )
    return Decision(name="", title="", inputs=inputs, outputs=(), rules=rules, place=decision.place)


def _shared_inputs(aligned: Aligned) -> tuple[Input, ...] | None:
    """The columns of both tables, with the values that a column can have in both; None where there are no such."""
    found = []
    for ref in aligned.refs:
        kind = _shared_kind(*aligned.kinds(ref))
        if kind is None:
            return None
        column = aligned.column(ref)
        found.append(Input(name=column.name, title=column.title, ref=ref, kind=kind))
    return tuple(found)


def _shared_kind(old: Kind, new: Kind) -> Kind | None:
    match old, new:
        case _ if old == new:
            return old
        case Choice(of=before), Choice(of=after):
            both = tuple(one for one in after if one in before)
            return Choice(of=both) if both else None
        case Number(whole=before_whole), Number(whole=after_whole):
            low, high = _shared_bounds(old, new)
            return Number(at_least=low, at_most=high, whole=before_whole or after_whole)
        case Money(currency=before_currency), Money(currency=currency) if before_currency == currency:
            low, high = _shared_bounds(old, new)
            return Money(currency=currency, at_least=low, at_most=high)
        case _:
            return None


def _shared_bounds(old: Kind, new: Kind) -> tuple[Decimal | None, Decimal | None]:
    lows = [low for low in (bounds_of(old)[0], bounds_of(new)[0]) if low is not None]
    highs = [high for high in (bounds_of(old)[1], bounds_of(new)[1]) if high is not None]
    return max(lows, default=None), min(highs, default=None)
