"""Checks of the decision tables: what no rule covers, and what two rules both cover, each with a case of it."""

from collections.abc import Iterator

from handrail.runbook.model import Decision, Runbook
from handrail.runbook.problem import Problem
from handrail.runbook.tables.analysis import Finding, Findings, gaps, overlaps


def tables_with_gaps(runbook: Runbook) -> Iterator[Problem]:
    """A warning: in a gap the decision is left to a person, which an author may want."""
    for decision in runbook.decisions.values():
        found = gaps(decision)
        yield from (_gap(decision, finding) for finding in found.found)
        yield from _and_more(decision, found, "gaps")


def tables_with_overlaps(runbook: Runbook) -> Iterator[Problem]:
    for decision in runbook.decisions.values():
        found = overlaps(decision)
        yield from (_overlap(decision, finding) for finding in found.found)
        yield from _and_more(decision, found, "overlaps")


def _gap(decision: Decision, finding: Finding) -> Problem:
    return Problem(
        where=decision.place,
        code="gap",
        says=f"No rule of “{decision.name}” covers {finding.where}; for example {finding.example}.",
        mend="Add a rule for it. Without one, nothing is decided there until somebody asks for an override.",
        severity="warning",
    )


def _overlap(decision: Decision, finding: Finding) -> Problem:
    first, second = finding.rules
    which = f"Rules {first} and {second} of “{decision.name}”"
    return Problem(
        where=decision.rules[second - 1].place,
        code="overlap",
        says=f"{which} both cover {finding.where}; for example {finding.example}.",
        mend="Narrow one of the two: with the hit policy unique, a case has one rule.",
    )


def _and_more(decision: Decision, found: Findings, what: str) -> Iterator[Problem]:
    if not found.complete:
        yield Problem(
            where=decision.place,
            code=f"more-{what}",
            says=f"“{decision.name}” has more {what} than are listed here.",
            mend="Mend these first, then check again.",
            severity="error" if what == "overlaps" else "warning",
        )
