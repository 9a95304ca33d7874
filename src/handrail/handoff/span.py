"""How far a handoff reaches: the last instant at which something of it falls due, and the day that its days count from.

One rule: both follow from the handoff as it stands, so a moved go-live moves them too.
"""

from collections.abc import Iterator
from datetime import date, datetime

from handrail.handoff.counting import anchor_day
from handrail.handoff.history import Handoff
from handrail.handoff.items import steps_in
from handrail.handoff.plan import Plan
from handrail.handoff.timing import due_at
from handrail.runbook.model import Anchor, Step


def last_due_at(plan: Plan, handoff: Handoff) -> datetime | None:
    """Of what is still to be done; of a handoff that is over, when it ended. None where no such day is known yet."""
    if handoff.is_over:
        return handoff.ended_at
    instants = (due_at(plan, handoff, step) for step in _living_with_a_day(plan, handoff))
    return max((one for one in instants if one is not None), default=None)


def _living_with_a_day(plan: Plan, handoff: Handoff) -> Iterator[Step]:
    for step in steps_in(plan, handoff):
        known = handoff.steps.get(step.name)
        if step.due is None and (known is None or known.due_on is None):
            continue
        if known is None or known.state in {"open", "waiting"}:
            yield step


def anchor_date(plan: Plan, handoff: Handoff) -> date | None:
    """The day that most of the steps are counted from, such as the go-live; None where none is, or it is not known."""
    return anchor_day(plan, handoff, Anchor(source="fact", name=plan.anchor)) if plan.anchor else None
