"""What the checks say about a version of a runbook, and what the company lacks for it.

One rule: a finding is told as the author is told it, with its line; what is proved is told with what it leaves out.
"""

from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.lacking import Lack
from handrail.desk.runbooks import found_in
from handrail.runbook.checks.proved import Proof, proved
from handrail.runbook.model import Runbook


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`line` counts from 1; 0 is the file as a whole."""

    line: int
    severity: str
    says: str
    mend: str


@dataclass(frozen=True, kw_only=True)
class CheckedView:
    findings: tuple[Finding, ...]
    proofs: tuple[Proof, ...]
    lacks: tuple[Lack, ...]

    @property
    def count_words(self) -> str:
        errors = sum(one.severity == "error" for one in self.findings)
        counted = (_counted(errors, "error"), _counted(len(self.findings) - errors, "warning"))
        return " and ".join(one for one in counted if one)


def _counted(number: int, what: str) -> str:
    """Nothing where there are none."""
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""


def checked_view(version: models.RunbookVersion, runbook: Runbook, lacks: tuple[Lack, ...]) -> CheckedView:
    problems = found_in(version)
    return CheckedView(
        findings=tuple(
            Finding(line=one.where.line, severity=one.severity, says=one.says, mend=one.mend) for one in problems
        ),
        proofs=proved(runbook, problems),
        lacks=lacks,
    )
