"""What can be proved about a decision table, each proof made when it is first asked for.

One rule: exact at the boundaries. What is not searched to its end says so.
"""

from functools import cached_property

from handrail.runbook.model import Decision
from handrail.runbook.tables import gaps as of_gaps
from handrail.runbook.tables import overlaps as of_overlaps
from handrail.runbook.tables.findings import MOST, Finding, Findings
from handrail.runbook.tables.sheet import Sheet

__all__ = ["MOST", "gaps", "overlaps"]


def gaps(decision: Decision) -> Findings[Finding]:
    """The cases that no rule covers, as few regions as the search finds."""
    return of_gaps.gaps(Sheet(decision))


def overlaps(decision: Decision) -> Findings[Finding]:
    """The pairs of rules that both apply to some case."""
    return of_overlaps.overlaps(Sheet(decision))
