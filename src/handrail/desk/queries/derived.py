"""What the page of a handoff shows of its derived facts: each with what it rests on."""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.desk.queries.opened import Opened
from handrail.handoff import derived


@dataclass(frozen=True, kw_only=True)
class DerivedLine:
    """A fact that follows from others; `words` are empty where it is missing, `because` is what it rests on."""

    title: str
    says: str
    words: str
    because: str


def derived_lines(opened: Opened) -> Iterator[DerivedLine]:
    plan, state = opened.plan, opened.state
    for one in plan.runbook.derived.values():
        value = derived.written(plan, state, one)
        words = "" if value is None else plan.spoken(one.kind, value)
        yield DerivedLine(title=one.title, says=one.says, words=words, because=derived.because(plan, state, one))
