"""What is told while a file is read: errors for what could not be taken over, warnings for what was left behind.

One rule: nothing is left out silently.
"""

from dataclasses import replace

from handrail.runbook.problem import Place, Problem
from handrail.runbook.reading.margin import MOST_PROBLEMS, Margin


class Notes(Margin):
    """A margin that also takes warnings; `is_sound` as long as no error was told."""

    def __init__(self, file: str) -> None:
        super().__init__(file)
        self.is_sound = True
        self._warnings: dict[Problem, None] = {}

    def error(self, where: Place, code: str, says: str, mend: str) -> None:
        self.is_sound = False
        super().error(where, code, says, mend)

    def warning(self, where: Place, code: str, says: str, mend: str) -> None:
        if len(self._warnings) < MOST_PROBLEMS:
            problem = Problem(where=where, code=code, says=says, mend=mend)
            self._warnings[replace(problem, severity="warning")] = None

    def problems(self) -> tuple[Problem, ...]:
        return tuple(sorted((*super().problems(), *self._warnings), key=lambda problem: problem.where))
