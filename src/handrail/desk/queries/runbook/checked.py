"""What the checks say about a version of a runbook, and what the company lacks for it.

One rule: a finding is told as the author is told it, with its line; what is proved is told with what it leaves out.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Protocol

from handrail.desk import models
from handrail.desk.lacking import Lack
from handrail.desk.queries.runbook.lines import Sort, place_of
from handrail.desk.runbooks import found_in
from handrail.runbook.checks.proved import Proof, proved
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Place, Problem

_MAY_BE_MEANT = {"not-one-accountable", "nobody-responsible"}  # as a warning it is


class _Thing(Protocol):
    """Something declared in a runbook."""

    @property
    def name(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def place(self) -> Place: ...


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`line` counts from 1; 0 is the file as a whole. `about` is the title of the thing that stands there and `place`
    where the document has it, both empty of the whole; `is_meant` is whether the author says that it is to be so."""

    line: int
    severity: str
    says: str
    mend: str
    about: str
    place: str
    is_meant: bool


@dataclass(frozen=True, kw_only=True)
class CheckedView:
    findings: tuple[Finding, ...]
    proofs: tuple[Proof, ...]
    lacks: tuple[Lack, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity == "error")

    @property
    def warnings(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.severity == "warning" and not one.is_meant)

    @property
    def meant(self) -> tuple[Finding, ...]:
        return tuple(one for one in self.findings if one.is_meant)

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
    places = dict(_places(runbook))
    return CheckedView(
        findings=tuple(_finding(one, places) for one in problems),
        proofs=proved(runbook, problems),
        lacks=lacks,
    )


def _finding(problem: Problem, places: dict[Place, tuple[str, str]]) -> Finding:
    about, place = places.get(problem.where, ("", ""))
    return Finding(
        line=problem.where.line,
        severity=problem.severity,
        says=problem.says,
        mend=problem.mend,
        about=about,
        place=place,
        is_meant=problem.severity == "warning" and problem.code in _MAY_BE_MEANT,
    )


def _places(runbook: Runbook) -> Iterator[tuple[Place, tuple[str, str]]]:
    """Where in the file each thing stands: its title, and its place on the page."""
    things: tuple[tuple[Sort, Iterable[_Thing]], ...] = (
        ("fact", runbook.facts.values()),
        ("derived", runbook.derived.values()),
        ("role", runbook.roles.values()),
        ("contacts", runbook.contacts.values()),
        ("decision", runbook.decisions.values()),
        ("form", runbook.forms.values()),
        ("session", runbook.sessions.values()),
        ("window", runbook.windows.values()),
        ("message", runbook.messages.values()),
        ("event", runbook.events.values()),
        ("milestone", runbook.milestones.values()),
        ("step", runbook.steps.values()),
    )
    for sort, of_sort in things:
        for one in of_sort:
            yield one.place, (one.title, place_of(sort, one.name))
    for decision in runbook.decisions.values():
        for rule in decision.rules:
            yield rule.place, (f"{decision.title}, rule {rule.number}", place_of("decision", decision.name))
