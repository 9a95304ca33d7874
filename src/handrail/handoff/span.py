"""How far a handoff reaches: the last instant at which something of it falls due, and the day that its days count from.

One rule: both follow from the handoff as it stands, so a moved go-live moves them too.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime

from handrail.handoff.counting import anchor_day
from handrail.handoff.history import Handoff
from handrail.handoff.items import steps_in
from handrail.handoff.plan import Plan
from handrail.handoff.timing import due_at
from handrail.runbook.model import Anchor, Runbook


def last_due_at(plan: Plan, handoff: Handoff) -> datetime | None:
    """Of what is still to be done; of a handoff that is over, when it ended. None where no such day is known yet."""
    if handoff.is_over:
        return handoff.ended_at
    living = (step for step in steps_in(plan, handoff) if handoff.state_of(step.name) in {"open", "waiting"})
    instants = (due_at(plan, handoff, step) for step in living)
    return max((one for one in instants if one is not None), default=None)


def anchor_date(plan: Plan, handoff: Handoff) -> date | None:
    """The day that most of the steps are counted from, such as the go-live; None where none is, or it is not known."""
    name = anchor_fact(plan.runbook)
    return anchor_day(plan, handoff, Anchor(source="fact", name=name)) if name else None


def anchor_fact(runbook: Runbook) -> str:
    """The fact from which most due days are counted, the first of several; empty where days count from no fact."""
    counted = Counter(_anchors(runbook))
    return max(counted, key=lambda name: counted[name], default="")


def _anchors(runbook: Runbook) -> Iterator[str]:
    for step in runbook.steps.values():
        if step.due is not None and step.due.anchor.source == "fact":
            yield step.due.anchor.name
