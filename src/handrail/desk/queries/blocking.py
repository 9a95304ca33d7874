"""What is next in a handoff and who has it, and what keeps its customer from going on.

One rule: each thing is told once, with where to look at it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from handrail.desk import models
from handrail.desk.queries.opened import Holder, Opened
from handrail.desk.queries.plan_lines import StepLine


@dataclass(frozen=True, kw_only=True)
class Block:
    """One thing that keeps the customer from going on. `look` is the state whose icon it has; what to look at is a
    `step`, a `decision`, or else a `part` of the page."""

    look: str
    says: str
    step: str = ""
    decision: str = ""
    part: str = ""


def following(title: str, lines: Mapping[str, StepLine]) -> StepLine | None:
    """The open step of that title."""
    shown = (line for line in lines.values() if line.state == "open" and not line.has_records)
    return next((line for line in shown if line.title[:_NEXT_TITLE] == title), None)


_NEXT_TITLE = 300  # so much of it the row keeps


def next_who(row: models.Handoff, line: StepLine | None) -> Holder | None:
    """Whose turn it is: a person, or anybody of a team; None where nothing is next."""
    does = line.does if line else ()
    if row.next_person is not None:
        name = row.next_person.name
        return next((one for one in does if one.name == name), Holder(role="", title="", name=name))
    if not row.next_title:
        return None
    return next((one for one in does if one.anybody), does[0] if does else Holder(role="", title="", name=""))


def blocking(opened: Opened, lines: Mapping[str, StepLine]) -> Iterator[Block]:
    """What keeps this customer from going on: a hold, late steps, open steps that nobody holds, and what is not known
    that steps wait for."""
    if opened.state.is_over:
        return
    hold = opened.state.hold
    if hold is not None:
        yield Block(look="warning", says=f"On hold since {hold.since.day} {hold.since:%B}: {hold.reason}", part="hold")
    own = [line for line in lines.values() if not line.has_records]
    for line in own:
        who = next((f", with {one.name}" for one in line.does if one.name), "")
        if line.look == "late" and line.due:
            yield Block(look="late", says=f"“{line.title}” is late: {line.due.words}{who}.", step=line.name)
        if line.state == "open" and all(one.is_vacant for one in line.does):
            yield Block(look="missing", says=f"Nobody holds “{line.title}”.", step=line.name)
    yield from _unknown(opened, lines.values())


def _unknown(opened: Opened, lines: Iterable[StepLine]) -> Iterator[Block]:
    """Each fact and each decision that is not known, with how many steps wait for it."""
    counts = Counter(name for line in lines for name in dict.fromkeys(line.missing))
    runbook = opened.plan.runbook
    for name, count in counts.items():
        waits = f"{count} step{' waits' if count == 1 else 's wait'} for it"
        if name in runbook.facts:
            yield Block(look="missing", says=f"{runbook.facts[name].title} is not known: {waits}.", part="facts")
        elif name in runbook.decisions:
            says = f"{runbook.decisions[name].title} is not decided: {waits}."
            yield Block(look="undecided", says=says, decision=name)
