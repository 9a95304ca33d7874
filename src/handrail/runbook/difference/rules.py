"""What changed in the rules of a table.

One rule: a rule is known by what it says, not by where it stands; its place counts only where the hit policy makes it.
"""

from bisect import bisect_left
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from handrail.runbook.cells import Anything, Cell, Interval, Within
from handrail.runbook.difference.change import Change, Changes, Thing
from handrail.runbook.difference.sameness import cell_meaning, subject
from handrail.runbook.kinds import Kind, spoken
from handrail.runbook.model import Decision, Input, Output, Ref, Rule
from handrail.runbook.words import cell_words

ORDER_COUNTS = {
    "first": "the first rule that fits gives the answer",
    "rule order": "the answers are listed in the order of the rules",
}
_NEIGHBOURS = 64  # among so many rules of about the same place one is looked for that was changed into another


@dataclass(frozen=True, kw_only=True)
class Row:
    """A rule over the columns of both tables: a column that its own table does not have is `-`."""

    rule: Rule
    cells: tuple[Cell, ...]
    outputs: tuple[object, ...]

    @cached_property
    def meanings(self) -> tuple[Hashable, ...]:
        return tuple(cell_meaning(cell) for cell in self.cells)


@dataclass(frozen=True, kw_only=True)
class Pair:
    old: Row
    new: Row

    @property
    def is_same(self) -> bool:
        return self.old.meanings == self.new.meanings and self.old.outputs == self.new.outputs


class Aligned:
    """Two versions of a table with their columns side by side: those of the new one, then what only the old one has."""

    def __init__(self, old: Decision, new: Decision) -> None:
        self.old, self.new = old, new
        self._before = {subject(column.ref): column for column in old.inputs}
        self._after = {subject(column.ref): column for column in new.inputs}
        self.refs: tuple[Ref, ...] = tuple(dict.fromkeys((*self._after, *self._before)))
        self.outputs = tuple(one for one in new.outputs if one.name in {output.name for output in old.outputs})

    def column(self, ref: Ref) -> Input:
        return self._after.get(ref) or self._before[ref]

    def kinds(self, ref: Ref) -> tuple[Kind, Kind]:
        """The kind of the column in the old table and in the new one; the same where only one has it."""
        before, after = self._before.get(ref), self._after.get(ref)
        return (before or self.column(ref)).kind, (after or self.column(ref)).kind

    def old_output(self, output: Output) -> Output:
        return next(one for one in self.old.outputs if one.name == output.name)

    @cached_property
    def rows(self) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
        return self._rows(self.old), self._rows(self.new)

    def _rows(self, decision: Decision) -> tuple[Row, ...]:
        places = {subject(column.ref): at for at, column in enumerate(decision.inputs)}
        names = [output.name for output in decision.outputs]
        kept = [names.index(output.name) for output in self.outputs]
        columns = [places.get(ref) for ref in self.refs]
        return tuple(
            Row(
                rule=rule,
                cells=tuple(Anything() if at is None else rule.cells[at] for at in columns),
                outputs=tuple(rule.outputs[at] for at in kept),
            )
            for rule in decision.rules
        )

    @cached_property
    def matched(self) -> "Matched":
        return _Matching(*self.rows).matched


@dataclass(frozen=True, kw_only=True)
class Matched:
    """`pairs` in the order of the new table; `gone` and `come` are the rules of one table only."""

    pairs: tuple[Pair, ...]
    gone: tuple[Row, ...]
    come: tuple[Row, ...]

    @cached_property
    def moved(self) -> tuple[Pair, ...]:
        """As few pairs as one has to move to get from the old order to the new one."""
        kept = _longest_rising([pair.old.rule.number for pair in self.pairs])
        return tuple(pair for at, pair in enumerate(self.pairs) if at not in kept)


class _Matching:
    """Finds the pairs: first rules that are equal, then those that differ in outputs, in cells, in a bit of both."""

    def __init__(self, old: Sequence[Row], new: Sequence[Row]) -> None:
        self._gone = {row.rule.number: row for row in old}
        self._come = {row.rule.number: row for row in new}
        self._pairs: list[Pair] = []
        self._equal(lambda row: (row.meanings, row.outputs))
        self._equal(lambda row: row.meanings)
        self._alike()
        self.matched = Matched(
            pairs=tuple(sorted(self._pairs, key=lambda pair: pair.new.rule.number)),
            gone=tuple(self._gone.values()),
            come=tuple(self._come.values()),
        )

    def _equal(self, key: Callable[[Row], Hashable]) -> None:
        waiting: dict[Hashable, deque[Row]] = defaultdict(deque)
        for row in self._gone.values():
            waiting[key(row)].append(row)
        for row in list(self._come.values()):
            if waiting[key(row)]:
                self._pair(waiting[key(row)].popleft(), row)

    def _alike(self) -> None:
        """The likest first. Rules that share less than half of what they say are not one rule that changed."""
        likely = sorted(self._candidates(), key=lambda one: (-one[0], one[1], one[2]))
        for _, old, new in likely:
            if old in self._gone and new in self._come:
                self._pair(self._gone[old], self._come[new])

    def _candidates(self) -> Iterator[tuple[float, int, int]]:
        numbers = sorted(self._gone)
        for row in self._come.values():
            at = bisect_left(numbers, row.rule.number)
            for number in numbers[max(0, at - _NEIGHBOURS // 2) : at + _NEIGHBOURS // 2]:
                score = _likeness(self._gone[number], row)
                if score >= 0.5:
                    yield score - abs(number - row.rule.number) / 10_000_000, number, row.rule.number

    def _pair(self, old: Row, new: Row) -> None:
        del self._gone[old.rule.number], self._come[new.rule.number]
        self._pairs.append(Pair(old=old, new=new))


def _likeness(one: Row, other: Row) -> float:
    """The part of cells and outputs that are the same; all outputs being the same is enough for half."""
    cells = sum(a == b for a, b in zip(one.meanings, other.meanings, strict=True)) / max(1, len(one.meanings))
    outputs = sum(a == b for a, b in zip(one.outputs, other.outputs, strict=True)) / max(1, len(one.outputs))
    return (cells + outputs) / 2


def _longest_rising(numbers: Sequence[int]) -> set[int]:
    """The places of a longest rising subsequence."""
    ends: list[int] = []
    places: list[int] = []
    before: list[int | None] = []
    for at, number in enumerate(numbers):
        length = bisect_left(ends, number)
        before.append(places[length - 1] if length else None)
        ends[length : length + 1], places[length : length + 1] = [number], [at]
    kept: set[int] = set()
    last = places[-1] if places else None
    while last is not None:
        kept.add(last)
        last = before[last]
    return kept


# ---------------------------------------------------------------------------------------------------------- in words


def rule_changes(thing: Thing, aligned: Aligned) -> Changes:
    matched = aligned.matched
    for pair in matched.pairs:
        inner = thing.within(f"Rule {pair.new.rule.number}")
        if not pair.is_same:
            yield from _changed(inner, aligned, pair)
        yield from inner.reworded("Its note", pair.old.rule.note, pair.new.rule.note)
    for row in matched.come:
        said = f"{_where(aligned, row, 1)}: {_outputs(aligned.new.outputs, row.rule)}"
        yield thing.within(f"Rule {row.rule.number}").change("new", f"New. {said}.", new=said)
    for row in matched.gone:
        said = f"{_where(aligned, row, 0)}: {_outputs(aligned.old.outputs, row.rule)}"
        yield thing.within(f"The former rule {row.rule.number}").change("removed", f"Gone. {said}.", old=said)
    if aligned.new.hit_policy in ORDER_COUNTS and aligned.old.hit_policy in ORDER_COUNTS:
        for pair in matched.moved:
            yield _moved(thing, aligned, pair)


def _moved(thing: Thing, aligned: Aligned, pair: Pair) -> Change:
    old, new = pair.old.rule.number, pair.new.rule.number
    says = f"Stood as rule {old} before, and {ORDER_COUNTS[aligned.new.hit_policy]}."
    return thing.within(f"Rule {new}").change("moved", says, f"rule {old}", f"rule {new}")


def _changed(thing: Thing, aligned: Aligned, pair: Pair) -> Changes:
    kept, said = [], []
    for at, ref in enumerate(aligned.refs):
        kinds = aligned.kinds(ref)
        if pair.old.meanings[at] == pair.new.meanings[at]:
            kept.extend(_cell(aligned, ref, pair.new.cells[at], kinds[1]))
        else:
            said.append(f"{aligned.column(ref).title} {_turn(pair.old.cells[at], pair.new.cells[at], *kinds)}")
    for output, before, after in zip(aligned.outputs, pair.old.outputs, pair.new.outputs, strict=True):
        if before != after:
            was = spoken(aligned.old_output(output).kind, before)  # type: ignore[arg-type]
            said.append(f"{output.title} is now {spoken(output.kind, after)} (was {was})")  # type: ignore[arg-type]
    where = f"Where {' and '.join(kept)}, " if kept else ""
    yield thing.change(
        "changed",
        f"{where}{'; '.join(said)}.",
        f"{_where(aligned, pair.old, 0)}: {_outputs(aligned.old.outputs, pair.old.rule)}",
        f"{_where(aligned, pair.new, 1)}: {_outputs(aligned.new.outputs, pair.new.rule)}",
    )


def _turn(old: Cell, new: Cell, before: Kind, after: Kind) -> str:
    was, now = cell_words(old, before), cell_words(new, after)
    if isinstance(new, Anything):
        return f"no longer matters (was {was})"
    if isinstance(old, Within) and isinstance(new, Within) and len(old.intervals) == len(new.intervals) == 1:
        return _interval_turn(old.intervals[0], new.intervals[0], before, after) or f"is now {now} (was {was})"
    return f"is now {now} (was {was})"


def _interval_turn(old: Interval, new: Interval, before: Kind, after: Kind) -> str:
    """`now begins at 6,000 USD (was 5,000 USD)`; "" where an end was closed and is open, came or went."""
    said = []
    if (old.low, old.low_closed) != (new.low, new.low_closed):
        if old.low is None or new.low is None or old.low_closed != new.low_closed:
            return ""
        verb = "begins at" if new.low_closed else "begins above"
        said.append(f"now {verb} {spoken(after, new.low)} (was {spoken(before, old.low)})")
    if (old.high, old.high_closed) != (new.high, new.high_closed):
        if old.high is None or new.high is None or old.high_closed != new.high_closed:
            return ""
        verb = "ends at" if new.high_closed else "ends below"
        said.append(f"now {verb} {spoken(after, new.high)} (was {spoken(before, old.high)})")
    return " and ".join(said)


def _cell(aligned: Aligned, ref: Ref, cell: Cell, kind: Kind) -> list[str]:
    return [] if isinstance(cell, Anything) else [f"{aligned.column(ref).title} is {cell_words(cell, kind)}"]


def _where(aligned: Aligned, row: Row, side: int) -> str:
    """`Where Integration is new and MRR is from 5,000 USD`; `side` is 0 for the old table, 1 for the new one."""
    said = [
        words
        for ref, cell in zip(aligned.refs, row.cells, strict=True)
        for words in _cell(aligned, ref, cell, aligned.kinds(ref)[side])
    ]
    return f"Where {' and '.join(said)}" if said else "In every case"


def _outputs(outputs: Iterable[Output], rule: Rule) -> str:
    return ", ".join(
        f"{output.title} is {spoken(output.kind, value)}" for output, value in zip(outputs, rule.outputs, strict=True)
    )
