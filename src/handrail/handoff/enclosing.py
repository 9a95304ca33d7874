"""What goes with a message: for each piece of evidence that it names what was attached as that last.

One rule: a message does not go without what belongs to it, unless that does not apply or need not be there.
"""

from collections.abc import Iterator

from handrail.handoff.events import Enclosed
from handrail.handoff.history import Attached, Handoff
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake
from handrail.runbook.model import Enclosure, Evidence, Message


def enclosed(handoff: Handoff, message: Message) -> tuple[Enclosed, ...]:
    return tuple(
        Enclosed(step=one.step, key=last.key, title=last.title, link=last.link, upload=last.upload)
        for one in message.encloses
        if (last := last_attached(handoff, one)) is not None
    )


def enclosed_since(handoff: Handoff, message: Message) -> int:
    """The event with which the newest of it was attached; 0 where nothing is."""
    lasts = (last_attached(handoff, one) for one in message.encloses)
    return max((last.number for last in lasts if last is not None), default=0)


def not_enclosed(plan: Plan, handoff: Handoff, message: Message) -> Iterator[Mistake]:
    """What belongs to it and is not there, or is of no use."""
    for one in message.encloses:
        step, last = plan.runbook.steps[one.step], last_attached(handoff, one)
        item = next(each for each in step.evidence if each.name == one.item)
        field = f"{one.step}.{one.item}"
        if last is None and _belongs(handoff, one, item):
            yield Mistake(field=field, says=f"“{item.title}” of “{step.title}” goes with it, and is not attached yet.")
        elif last is not None and last.broken:
            yield Mistake(field=field, says=f"“{last.title}” goes with it: {last.broken}")


def last_attached(handoff: Handoff, one: Enclosure) -> Attached | None:
    """What of it counts now."""
    since = _since(handoff, one.step)
    there = (each for each in handoff.evidence.get(one.step, ()) if each.item == one.item and each.number > since)
    return max(there, key=lambda each: each.number, default=None)


def _belongs(handoff: Handoff, one: Enclosure, item: Evidence) -> bool:
    waiver = handoff.waived.get(one.step, {}).get(one.item)
    return item.required and (waiver is None or waiver.number <= _since(handoff, one.step))


def _since(handoff: Handoff, step: str) -> int:
    known = handoff.steps.get(step)
    return known.evidence_from if known else 0
