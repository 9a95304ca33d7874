"""Shadowed rules: those that can be reached and yet never give the answer, because others cover all of them.

One rule: a rule is called shadowed only where that was proved; where the search was stopped, the rule is counted as one
that was not looked through.

Which others count is the hit policy's: for first the rules above; for unique all others, since one case may have one
rule; for any those that give the same; for priority those that go first. In the lists and sums of the remaining
policies every rule that fits has its part, so none is shadowed.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.runbook.tables.findings import MOST, Findings
from handrail.runbook.tables.hits import priority_of
from handrail.runbook.tables.overlaps import outputs_alike
from handrail.runbook.tables.sheet import Bands, Sheet, bits

# Bands looked at, for all rules of a table together.
MOST_WORK = 2_000_000
_MOST_COLUMNS = 100
_MOST_PRUNED = 20


@dataclass(frozen=True, kw_only=True)
class Shadow:
    """`by` are rules that together cover all of `rule`; where they are few, none of them could be left out."""

    rule: int
    by: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class Shadows:
    """`rules` are all shadowed ones, as a set; `unknown` those of which it could not be told."""

    listed: Findings[Shadow]
    rules: int
    unknown: int


def shadows(sheet: Sheet, duplicates: int, most_work: int = MOST_WORK) -> Shadows:
    """`duplicates` are the rules that repeat one above them; they are another finding and cast no shadow."""
    work = _Work(most_work)
    found: list[Shadow] = []
    rules = unknown = 0
    for rule, others in _candidates(sheet, duplicates):
        others &= ~rules if sheet.decision.hit_policy == "any" else -1
        proof = _Proof(sheet, rule, others & sheet.meeting[rule], work)
        covered = proof.covers()
        if covered is None:
            unknown |= 1 << rule
        elif covered:
            rules |= 1 << rule
            found.append(Shadow(rule=rule + 1, by=tuple(other + 1 for other in bits(proof.as_few()))))
    found.sort(key=lambda shadow: shadow.rule)
    listed = Findings(found=tuple(found[:MOST]), count=len(found), exact=not unknown)
    return Shadows(listed=listed, rules=rules, unknown=unknown)


def _candidates(sheet: Sheet, duplicates: int) -> Iterator[tuple[int, int]]:
    """Each rule that could be shadowed, with the rules that could do it."""
    others = sheet.living & ~duplicates
    match sheet.decision.hit_policy:
        case "first":
            yield from ((rule, others & (1 << rule) - 1) for rule in bits(others))
        case "unique":
            repeated = _repeated(sheet, duplicates)
            yield from ((rule, others & ~(1 << rule)) for rule in bits(others & ~repeated))
        case "any":  # from the last to the first: whatever is shadowed can be taken out, all of it at once
            alike = outputs_alike(sheet)
            yield from ((rule, others & alike[rule] & ~(1 << rule)) for rule in reversed(list(bits(others))))
        case "priority":
            yield from _in_turn(sheet, others)
        case _:
            return


def _in_turn(sheet: Sheet, others: int) -> Iterator[tuple[int, int]]:
    """For priority: each rule with those that go before it; of equals, the one written first."""
    key = priority_of(sheet.decision)
    before = 0
    for rule in sorted(bits(others), key=lambda at: key(sheet.decision.rules[at])):
        yield rule, before
        before |= 1 << rule


def _repeated(sheet: Sheet, duplicates: int) -> int:
    """The rules that others repeat: they are never alone, but that has been said."""
    kept = {_said(sheet, rule) for rule in bits(duplicates)}
    return sum(1 << rule for rule in bits(sheet.living) if _said(sheet, rule) in kept)


def _said(sheet: Sheet, rule: int) -> object:
    return sheet.spans(rule), sheet.decision.rules[rule].outputs


class _Work:
    def __init__(self, most: int) -> None:
        self.left = most


class _Proof:
    """Whether `others` together cover every case of one rule: a search for a case that they do not cover.

    It goes through the columns within the rule, keeping the others that still fit. Of two sets that are left only the
    smaller matters where the larger holds it.
    """

    def __init__(self, sheet: Sheet, rule: int, others: int, work: _Work) -> None:
        columns = sorted(sheet.columns, key=lambda bands: bands.spans[rule].bit_count())
        self._columns = [(bands, _stretches(bands, rule)) for bands in columns]
        self._throughout = [others]
        for bands in reversed(columns):
            self._throughout.append(self._throughout[-1] & bands.throughout(rule))
        self._throughout.reverse()
        self._others = others
        self._work = work
        self._known: list[dict[int, bool | None]] = [{} for _ in columns]
        self._used = 0

    def covers(self) -> bool | None:
        """None where the search was stopped."""
        self._used = 0
        return self._covered(0, self._others)

    def as_few(self) -> int:
        """The rules that the last proof rested on, as few as will do where they are not many."""
        few = self._used
        if few.bit_count() > _MOST_PRUNED:
            return few
        for other in reversed(list(bits(few))):
            if self._covered(0, few & ~(1 << other)):
                few &= ~(1 << other)
        return few

    def _covered(self, at: int, fitting: int) -> bool | None:
        wide = fitting & self._throughout[at]
        if wide:
            self._used |= 0 if wide & self._used else wide & -wide
            return True
        if not fitting or at == len(self._columns):
            return False
        if fitting not in self._known[at]:
            self._known[at][fitting] = self._searched(at, fitting)
        return self._known[at][fitting]

    def _searched(self, at: int, fitting: int) -> bool | None:
        if self._work.left <= 0 or at == _MOST_COLUMNS:
            return None
        left = self._left(at, fitting)
        self._work.left -= len(left)
        if 0 in left:
            return False
        answer: bool | None = True
        for fewer in _smallest(left):
            covered = self._covered(at + 1, fewer)
            if covered is False:
                return False
            answer = answer and covered
        return answer

    def _left(self, at: int, fitting: int) -> set[int]:
        bands, stretches = self._columns[at]
        left = set()
        for begin, end in stretches:
            for band in _told_apart(bands, begin, end, fitting):
                left.add(fitting & bands.masks[band])
        return left


def _stretches(bands: Bands, rule: int) -> list[tuple[int, int]]:
    edges = bands.edges[rule]
    return list(zip(edges[::2], edges[1::2], strict=True))


def _told_apart(bands: Bands, begin: int, end: int, fitting: int) -> Iterator[int]:
    """The first band of the stretch, and those in it where a fitting rule begins or ceases to hold."""
    if 4 * fitting.bit_count() >= end - begin:
        yield from range(begin, end)
        return
    yield begin
    edges = {edge for rule in bits(fitting) for edge in bands.edges[rule]}
    yield from (edge for edge in edges if begin < edge < end)


_MOST_COMPARED = 64


def _smallest(sets: set[int]) -> list[int]:
    """The sets without those that hold another of them, the smallest first; all of them where they are many."""
    ordered = sorted(sets, key=int.bit_count)
    if len(ordered) > _MOST_COMPARED:
        return ordered
    kept: list[int] = []
    for one in ordered:
        if not any(smaller & one == smaller for smaller in kept):
            kept.append(one)
    return kept
