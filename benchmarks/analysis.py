"""Proving a table: all its overlaps and all its gaps, in tables that look like real ones.

One rule: no proof is timed before it has been compared with a plain reading of the table: every pair of rules, and
cases of chance with all that lie on an end of theirs.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from random import Random
from time import perf_counter

from look_alike import LookAlike, Noise, Part, Span, look_alike
from rounds import Contestant, Laps, side_by_side

from handrail.runbook.tables.gaps import gap_boxes
from handrail.runbook.tables.overlaps import pairs
from handrail.runbook.tables.sheet import Box, Sheet

# Rules, columns, and the seconds that the proof is meant to stay under.
_SIZES: tuple[tuple[int, int, float | None], ...] = (
    (500, 3, None),
    (1_500, 3, None),
    (500, 5, None),
    (1_500, 5, 1.0),
    (500, 7, 1.0),
    (1_500, 7, None),
)
_NOISES: tuple[Noise, ...] = ("overlaps", "gaps")
_CASES = 2_000


class WrongProof(Exception):
    """What was proved of a table is not so: how fast that was means nothing."""


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`exact` is whether all gaps were found; overlaps always are."""

    name: str
    overlaps: int
    gaps: int
    exact: bool
    laps: Laps
    aim: float | None


def proofs(rounds: int, tables: int) -> Iterator[Proof]:
    """`tables` of each size and noise."""
    for rules, columns, aim in _SIZES:
        for noise in _NOISES:
            yield from _proofs([look_alike(rules, columns, noise, seed) for seed in range(tables)], rounds, aim)


def _proofs(tables: Sequence[LookAlike], rounds: int, aim: float | None) -> Iterator[Proof]:
    found = {str(at): _checked(table) for at, table in enumerate(tables)}
    laps = side_by_side([Contestant(name=str(at), lap=_lap(table)) for at, table in enumerate(tables)], rounds)
    for at, (name, (overlaps, gaps, exact)) in enumerate(found.items()):
        yield Proof(name=tables[at].name, overlaps=overlaps, gaps=gaps, exact=exact, laps=laps[name], aim=aim)


def _lap(table: LookAlike) -> Callable[[], float]:
    def lap() -> float:
        began = perf_counter()
        _proved(table)
        return perf_counter() - began

    return lap


def _proved(table: LookAlike) -> tuple[Sheet, list[tuple[tuple[int, int], Box]], list[Box], bool]:
    """Every overlap and every gap, each with its region; from the table as it is read, nothing made ready."""
    sheet = Sheet(table.decision)
    overlaps = [((one, other), sheet.shared(one, other)) for one, other in pairs(sheet.meeting)]
    gaps, exact = gap_boxes(sheet)
    return sheet, overlaps, gaps, exact


def _checked(table: LookAlike) -> tuple[int, int, bool]:
    sheet, overlaps, gaps, exact = _proved(table)
    meeting = [pair for pair in combinations(range(len(table.parts)), 2) if _meet(*(table.parts[at] for at in pair))]
    if [pair for pair, _ in overlaps] != meeting:
        raise WrongProof(f"{table.name}: {len(overlaps):,} overlaps were found; there are {len(meeting):,}.")
    bands = [{piece: band for band, run in enumerate(one.pieces) for piece in run} for one in sheet.columns]
    for case in _cases(table):
        covered = any(_holds(part, case) for part in table.parts)
        pieces = (one.column.piece_of(value) for one, value in zip(sheet.columns, case, strict=True))  # type: ignore[arg-type]
        place = [1 << band[piece] for band, piece in zip(bands, pieces, strict=True)]
        in_gaps = sum(all(held & band for held, band in zip(box, place, strict=True)) for box in gaps)
        if in_gaps > (not covered) or (exact and in_gaps == covered):
            raise WrongProof(f"{table.name}: {case} is in {in_gaps} gaps, and is {'' if covered else 'not '}covered.")
    return len(overlaps), len(gaps), exact


def _meet(one: Part, other: Part) -> bool:
    return all(_spans_meet(first, second) for first, second in zip(one, other, strict=True))


def _spans_meet(one: Span, other: Span) -> bool:
    if isinstance(one, frozenset):
        return not one.isdisjoint(other)  # type: ignore[arg-type]
    (low, high), (other_low, other_high) = one, other
    above = high is None or other_low is None or other_low < high
    return above and (other_high is None or low is None or low < other_high)


def _cases(table: LookAlike) -> Iterator[tuple[int | str, ...]]:
    random = Random(table.name)
    lists: list[list[int | str]] = []
    for column in zip(*table.parts, strict=True):
        words = {word for span in column if isinstance(span, frozenset) for word in span}
        ends = {end for span in column if not isinstance(span, frozenset) for end in span if end is not None}
        lists.append([*sorted(words), *sorted(ends), *(end - 1 for end in sorted(ends))])
    for _ in range(_CASES):
        yield tuple(random.choice(values) for values in lists)


def _holds(part: Part, case: tuple[int | str, ...]) -> bool:
    for span, value in zip(part, case, strict=True):
        if isinstance(span, frozenset):
            if value not in span:
                return False
        elif (span[0] is not None and value < span[0]) or (span[1] is not None and value >= span[1]):  # type: ignore[operator]
            return False
    return True


def proof_lines(found: Sequence[Proof]) -> Iterator[str]:
    yield "Proving a table: all overlaps and all gaps, in seconds"
    yield "  Tables cut at random from all cases, a tenth of their rules disturbed. What was found has been checked."
    yield f"  {'':42}{'tables':>7}{'overlaps':>10}{'gaps':>8}{'median':>9}{'slowest':>9}"
    for name in dict.fromkeys(proof.name for proof in found):
        yield _line(name, [proof for proof in found if proof.name == name])


def _line(name: str, alike: list[Proof]) -> str:
    medians = sorted(proof.laps.median for proof in alike)
    slowest, middle = medians[-1], medians[len(medians) // 2]
    aim = alike[0].aim
    reached = "" if aim is None else f"  aim {aim:g} s: {'reached' if slowest < aim else 'MISSED'}"
    stopped = sum(not proof.exact for proof in alike)
    unfinished = f"  ({stopped} of them stopped before all gaps were found)" if stopped else ""
    counts = f"{max(proof.overlaps for proof in alike):>10,}{max(proof.gaps for proof in alike):>8,}"
    return f"  {name:42}{len(alike):>7}{counts}{middle:>9.3f}{slowest:>9.3f}{reached}{unfinished}"
