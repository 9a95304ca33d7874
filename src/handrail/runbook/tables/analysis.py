"""What can be proved about a decision table, each proof made when it is first asked for.

One rule: exact at the boundaries, and true of every value that the kinds allow; what is not searched to its end says
so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from handrail.runbook.kinds import Choice, Scalar
from handrail.runbook.model import Decision, Output
from handrail.runbook.tables import gaps as of_gaps
from handrail.runbook.tables import overlaps as of_overlaps
from handrail.runbook.tables.findings import MOST, Finding, Findings
from handrail.runbook.tables.hits import answer_of
from handrail.runbook.tables.shadows import Shadow, Shadows, shadows
from handrail.runbook.tables.sheet import Sheet
from handrail.runbook.tables.simplification import Duplicate, Merger, duplicates, mergers

__all__ = ["MOST", "Analysis", "NeverGiven", "gaps", "overlaps"]


@dataclass(frozen=True, kw_only=True)
class NeverGiven:
    """The choices of an output that no answer can have."""

    output: Output
    values: tuple[Scalar, ...]


class Analysis:
    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self._sheet = Sheet(decision)

    @cached_property
    def gaps(self) -> Findings[Finding]:
        """The cases that no rule covers, as disjoint regions."""
        return of_gaps.gaps(self._sheet)

    @property
    def gaps_matter(self) -> bool:
        """Whether a case that no rule covers is left undecided; lists and counts, and `otherwise`, have an answer."""
        return answer_of(self.decision, ()) is None

    @cached_property
    def overlaps(self) -> Findings[Finding]:
        """The pairs of rules that both apply to some case."""
        return of_overlaps.overlaps(self._sheet)

    @cached_property
    def contradictions(self) -> Findings[Finding]:
        """The overlaps whose two rules do not give the same."""
        return of_overlaps.contradictions(self._sheet)

    @cached_property
    def duplicates(self) -> tuple[Duplicate, ...]:
        return duplicates(self._sheet)

    @cached_property
    def _repeating(self) -> int:
        return sum(1 << duplicate.rule - 1 for duplicate in self.duplicates)

    @property
    def shadowed(self) -> Findings[Shadow]:
        """The rules that never give the answer because others cover all of them."""
        return self._shadows.listed

    @cached_property
    def _shadows(self) -> Shadows:
        return shadows(self._sheet, self._repeating)

    @cached_property
    def mergers(self) -> Findings[Merger]:
        """The rules that could be one with a rule above them; of rules that are needed at all."""
        return mergers(self._sheet, self._sheet.living & ~self._repeating & ~self._shadows.rules)

    @cached_property
    def never_given(self) -> tuple[NeverGiven, ...]:
        """None where another answer may be asked for (`override`): any choice can then be one."""
        if self.decision.override is not None or self.decision.aggregator is not None:
            return ()
        return tuple(self._outputs_never_given())

    def _outputs_never_given(self) -> Iterator[NeverGiven]:
        answers = self._answers()
        for at, output in enumerate(self.decision.outputs):
            given = {answer[at] for answer in answers}
            if isinstance(output.kind, Choice) and not given.issuperset(output.kind.of):
                yield NeverGiven(output=output, values=tuple(one for one in output.kind.of if one not in given))

    def _answers(self) -> list[tuple[Scalar, ...]]:
        """The outputs that some case has."""
        used = self._sheet.living & ~self._shadows.rules
        answers = [rule.outputs for at, rule in enumerate(self.decision.rules) if used >> at & 1]
        if self.decision.otherwise and (self.gaps.count or not self.gaps.exact):
            answers.append(self.decision.otherwise)
        return answers


def gaps(decision: Decision) -> Findings[Finding]:
    """The cases that no rule covers, as disjoint regions."""
    return Analysis(decision).gaps


def overlaps(decision: Decision) -> Findings[Finding]:
    """The pairs of rules that both apply to some case."""
    return Analysis(decision).overlaps
