"""What is said where a search through the cases was stopped.

One rule: what was not looked through is named.
"""

from handrail.runbook.model import Runbook
from handrail.runbook.problem import Problem
from handrail.runbook.ways.search import Work


def stopped(runbook: Runbook, work: Work, what: str) -> Problem:
    return Problem(
        where=runbook.place,
        code="not-looked-through",
        says=f"The search was stopped after {work.looked:,} sets of cases: it is not known {what}.",
        mend="Nothing is wrong that is not told here; the rest is yours to look at.",
        severity="warning",
    )
