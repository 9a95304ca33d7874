"""Loading a runbook: read it, then check it, and tell everything that either found."""

from handrail.runbook.checks import check
from handrail.runbook.reading import Reading, read


def load(text: str | bytes, file: str) -> Reading:
    """Like `read`, with what the checks find; they look only at a runbook that could be read."""
    reading = read(text, file)
    if reading.runbook is None:
        return reading
    problems = (*reading.problems, *check(reading.runbook))
    faulty = any(problem.severity == "error" for problem in problems)
    return Reading(runbook=None if faulty else reading.runbook, problems=problems)
