"""Overlaps: the pairs of rules that both apply to some case.

One rule: all pairs are counted, exactly; a few operations on sets of rules find the partners of a rule all at once.
"""

from collections.abc import Iterator, Sequence
from itertools import islice

from handrail.runbook.tables.findings import MOST, Finding, Findings, regions
from handrail.runbook.tables.sheet import Sheet, bits


def overlaps(sheet: Sheet) -> Findings[Finding]:
    """Every two rules that meet."""
    return _listed(sheet, sheet.meeting)


def contradictions(sheet: Sheet) -> Findings[Finding]:
    """Every two rules that meet and do not give the same."""
    alike = outputs_alike(sheet)
    return _listed(sheet, [found & ~alike[rule] for rule, found in enumerate(sheet.meeting)])


def outputs_alike(sheet: Sheet) -> list[int]:
    """For each rule all those that give what it gives, itself among them."""
    alike: dict[object, int] = {}
    for at, rule in enumerate(sheet.decision.rules):
        alike[rule.outputs] = alike.get(rule.outputs, 0) | 1 << at
    return [alike[rule.outputs] for rule in sheet.decision.rules]


def pairs(met: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Each pair once, the lower rule first; rules count from 0 here."""
    for first, found in enumerate(met):
        for second in bits(found >> first + 1):
            yield first, first + 1 + second


def _listed(sheet: Sheet, met: Sequence[int]) -> Findings[Finding]:
    count = sum(found.bit_count() for found in met) // 2
    listed = (((one + 1, other + 1), sheet.shared(one, other)) for one, other in islice(pairs(met), MOST))
    return Findings(found=regions(sheet, listed), count=count)
