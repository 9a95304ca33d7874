"""Checks of the decision tables: what no rule covers, what two rules both cover, and what could be left out, each with
the rules and, where there is one, a case of it.

One rule: how grave a finding is, is the hit policy's. An error is only what leaves a case with two answers.
"""

from collections.abc import Callable, Iterator

from handrail.runbook.kinds import spoken
from handrail.runbook.model import Decision, Runbook
from handrail.runbook.problem import Problem, Severity
from handrail.runbook.tables.analysis import Analysis, NeverGiven
from handrail.runbook.tables.findings import Finding, Findings
from handrail.runbook.tables.shadows import Shadow
from handrail.runbook.tables.simplification import Duplicate, Merger

_MOST_NAMED = 5


def decision_tables(runbook: Runbook) -> Iterator[Problem]:
    for decision in runbook.decisions.values():
        analysis = Analysis(decision)
        for one in _CHECKS:
            yield from one(analysis)


def _gaps(analysis: Analysis) -> Iterator[Problem]:
    """A warning: in a gap the decision is left to a person, which an author may want."""
    if analysis.gaps_matter:
        found, decision = analysis.gaps, analysis.decision
        yield from (_gap(decision, finding) for finding in found.found)
        yield from and_more(decision, found, "gaps", "warning")


def _overlaps(analysis: Analysis) -> Iterator[Problem]:
    """Under other hit policies rules may meet: their order, or a list, has the answer."""
    decision = analysis.decision
    if decision.hit_policy == "unique":
        yield from (_overlap(decision, finding) for finding in analysis.overlaps.found)
        yield from and_more(decision, analysis.overlaps, "overlaps", "error")
    elif decision.hit_policy == "any":
        yield from (_contradiction(decision, finding) for finding in analysis.contradictions.found)
        yield from and_more(decision, analysis.contradictions, "contradictions", "error")


def _duplicates(analysis: Analysis) -> Iterator[Problem]:
    yield from (_duplicate(analysis.decision, duplicate) for duplicate in analysis.duplicates)


def _shadows(analysis: Analysis) -> Iterator[Problem]:
    yield from (_shadow(analysis.decision, shadow) for shadow in analysis.shadowed.found)
    yield from and_more(analysis.decision, analysis.shadowed, "shadowed rules", "warning")


def _mergers(analysis: Analysis) -> Iterator[Problem]:
    yield from (_merger(analysis.decision, merger) for merger in analysis.mergers.found)
    yield from and_more(analysis.decision, analysis.mergers, "rules that could be one with another", "warning")


def _never_given(analysis: Analysis) -> Iterator[Problem]:
    yield from (_choice_never_given(analysis.decision, one) for one in analysis.never_given)


_CHECKS: tuple[Callable[[Analysis], Iterator[Problem]], ...] = (
    _gaps,
    _overlaps,
    _duplicates,
    _shadows,
    _mergers,
    _never_given,
)


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


def _contradiction(decision: Decision, finding: Finding) -> Problem:
    first, second = finding.rules
    which = f"Rules {first} and {second} of “{decision.name}”"
    return Problem(
        where=decision.rules[second - 1].place,
        code="contradiction",
        says=f"{which} both cover {finding.where} and do not give the same; for example {finding.example}.",
        mend="Narrow one of the two, or let both give the same: with the hit policy any, rules that meet agree.",
    )


def _duplicate(decision: Decision, duplicate: Duplicate) -> Problem:
    twice = ", unless it is meant to count twice" if decision.gives_lists or decision.aggregator else ""
    return Problem(
        where=decision.rules[duplicate.rule - 1].place,
        code="duplicate-rule",
        says=f"Rule {duplicate.rule} of “{decision.name}” repeats rule {duplicate.of}: same cases, same answer.",
        mend=f"Take one of the two out{twice}.",
        severity="warning",
    )


def _shadow(decision: Decision, shadow: Shadow) -> Problem:
    never, mend = _SHADOWED[decision.hit_policy]
    together = "covers" if len(shadow.by) == 1 else "together cover"
    return Problem(
        where=decision.rules[shadow.rule - 1].place,
        code="shadowed-rule",
        says=f"Rule {shadow.rule} of “{decision.name}” {never}: {_rules(shadow.by)} {together} all of it.",
        mend=mend,
        severity="warning",
    )


_SHADOWED = {
    "first": ("is never the first", "Move it up, narrow what stands above it, or take it out."),
    "unique": ("never applies alone", "Narrow the others, or take it out."),
    "any": ("adds nothing, since others give the same", "Take it out, or narrow the others."),
    "priority": ("never goes first", "Narrow what goes before it, give its output a higher place, or take it out."),
}  # fmt: skip


def _merger(decision: Decision, merger: Merger) -> Problem:
    other = merger.second if merger.instead_of == merger.first else merger.first
    column = decision.inputs[merger.at]
    both = f"Rules {merger.first} and {merger.second} of “{decision.name}”"
    return Problem(
        where=decision.rules[merger.second - 1].place,
        code="mergeable-rules",
        says=f"{both} give the same and differ only in “{column.name}”: they can be one rule.",
        mend=f"Write {_in_quotes(merger.cell)} for “{column.name}” in rule {merger.instead_of}, "
        f"and take rule {other} out.",
        severity="warning",
    )


def _choice_never_given(decision: Decision, never: NeverGiven) -> Problem:
    values = [f"“{spoken(never.output.kind, value)}”" for value in never.values]
    return Problem(
        where=decision.place,
        code="choice-never-given",
        says=f"“{decision.name}” never gives {_either(values)} for “{never.output.name}”.",
        mend="Add a rule that does, or take it out of the choices.",
        severity="warning",
    )


def and_more(decision: Decision, found: Findings[object], what: str, severity: Severity) -> Iterator[Problem]:
    if found.complete:
        return
    listed = f"the first {len(found.found):,} are listed here" if found.found else "none was found so far"
    stopped = f"The search for {what} in “{decision.name}” was stopped, for there is too much to go through"
    yield Problem(
        where=decision.place,
        code=f"more-{what.replace(' ', '-')}",
        says=f"“{decision.name}” has {found.count:,} {what}; {listed}."
        if found.exact
        else f"{stopped}: there are at least {found.count:,}; {listed}.",
        mend="Mend these first, then check again." if found.found else "Cut the table in two, and it can be searched.",
        severity=severity,
    )


def _rules(numbers: tuple[int, ...]) -> str:
    if len(numbers) == 1:
        return f"rule {numbers[0]}"
    if len(numbers) > _MOST_NAMED:
        return f"rules {', '.join(map(str, numbers[:_MOST_NAMED]))} and {len(numbers) - _MOST_NAMED} others"
    return f"rules {', '.join(map(str, numbers[:-1]))} and {numbers[-1]}"


def _either(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"


def _in_quotes(cell: str) -> str:
    return f"“{cell}”"
