"""Where each step stands: whether the customer needs it, whether it can be done now, and what it waits for.

One rule: a step that is not needed counts as satisfied for those that need it; a step that is done stays done until
somebody opens it again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from handrail.handoff.calendars import calendar_of
from handrail.handoff.checkers import findings
from handrail.handoff.gaps import missing_items
from handrail.handoff.history import Handoff, State
from handrail.handoff.items import items_of, known_step
from handrail.handoff.knowledge import holds, unknown_in
from handrail.handoff.meetings import has_its_meetings
from handrail.handoff.plan import Plan
from handrail.handoff.timing import opens_at, waits_for_a_day
from handrail.handoff.words import condition_words, ref_title, timing_words
from handrail.runbook.model import Condition, Step
from handrail.runbook.words import listed

_SATISFIED = frozenset({"done", "not needed"})


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """One thing that a waiting step waits for; `name` is the step, fact, decision or happening to look at."""

    kind: Literal["step", "missing", "condition", "time", "event"]
    name: str
    says: str


def standing(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> State:
    if step.each is not None:
        return _of_all(handoff, step.each, [one.name for one in items_of(plan, handoff, step)])
    if handoff.state_of(step.name) == "done":
        return "done"
    needed = _is_needed(plan, handoff, step)
    if needed is False:
        return "not needed"
    if not needed or not _can_open(plan, handoff, step, now):
        return "waiting"
    return "done" if _is_done_by_itself(plan, handoff, step) else "open"


def _of_all(handoff: Handoff, fact: str, names: list[str]) -> State:
    """Of a step that stands for those of all the records of a list; while the list is missing, that waits for it."""
    if fact not in handoff.facts:
        return "waiting"
    states = {handoff.state_of(name) for name in names}
    if "open" in states:
        return "open"
    if "waiting" in states:
        return "waiting"
    return "done" if "done" in states else "not needed"


def _is_needed(plan: Plan, handoff: Handoff, step: Step) -> bool | None:
    if is_begun_by_hand(step) and step.name not in handoff.begun:
        return False
    return True if step.when is None else holds(plan, handoff, step.when)


def is_begun_by_hand(step: Step) -> bool:
    """Whether somebody, or something outside, has to make it needed."""
    return step.discretionary or step.on_event is not None


def _is_done_by_itself(plan: Plan, handoff: Handoff, step: Step) -> bool:
    match step.kind:
        case "wait":
            return True
        case "check":
            return not findings(plan, handoff, step)
        case "meeting":
            return has_its_meetings(plan, handoff, step) and not missing_items(handoff, step)
        case _:
            return False


def _can_open(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> bool:
    """The same as having no blockers, without putting them into words."""
    if not _has_its_needs(handoff, step) or not _has_happened(handoff, step):
        return False
    if step.opens_when is not None and holds(plan, handoff, step.opens_when) is not True:
        return False
    if not waits_for_a_day(handoff, step):
        return True
    at = opens_at(plan, handoff, step, now)
    return at is not None and at <= now


def _has_its_needs(handoff: Handoff, step: Step) -> bool:
    if step.needs_at_least is None:
        return all(handoff.state_of(name) in _SATISFIED for name in step.needs)
    needed = [name for name in step.needs if handoff.state_of(name) != "not needed"]
    done = sum(1 for name in needed if handoff.state_of(name) == "done")
    return done >= min(step.needs_at_least, len(needed))


def _has_happened(handoff: Handoff, step: Step) -> bool:
    """Whether what a wait is for has come to pass since the step was last begun."""
    if step.until_event is None:
        return True
    happened, known = handoff.happened.get(step.until_event), handoff.steps.get(step.name)
    return happened is not None and happened.number > (known.evidence_from if known else 0)


def blockers(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> tuple[Blocker, ...]:
    """Everything that keeps a waiting step from opening."""
    if step.each is not None:
        return tuple(_list_missing(plan, handoff, step.each))
    unknown = _unknown(plan, handoff, step.when) if step.when and holds(plan, handoff, step.when) is None else ()
    return (*unknown, *_blockers_of_needed(plan, handoff, step, now))


def _list_missing(plan: Plan, handoff: Handoff, fact: str) -> Iterator[Blocker]:
    if fact not in handoff.facts:
        title = plan.runbook.facts[fact].title
        yield Blocker(kind="missing", name=fact, says=f"{title} is not known yet.")


def _blockers_of_needed(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> Iterator[Blocker]:
    yield from _unmet_needs(plan, handoff, step)
    if not _has_happened(handoff, step) and step.until_event is not None:
        title = plan.runbook.events[step.until_event].title
        yield Blocker(kind="event", name=step.until_event, says=f"“{title}” has not been reported yet.")
    if step.opens_when is not None:
        yield from _unmet(plan, handoff, step.opens_when)
    if waits_for_a_day(handoff, step):
        yield from _too_early(plan, handoff, step, now)


def _unmet_needs(plan: Plan, handoff: Handoff, step: Step) -> Iterator[Blocker]:
    if _has_its_needs(handoff, step):
        return
    ahead = [known_step(plan, handoff, name) for name in step.needs if handoff.state_of(name) not in _SATISFIED]
    if step.needs_at_least is None:
        for one in ahead:
            yield Blocker(kind="step", name=one.name, says=f"“{one.title}” is not done yet.")
        return
    done = sum(1 for name in step.needs if handoff.state_of(name) == "done")
    which = listed([f"“{one.title}”" for one in ahead], last="or")
    left = step.needs_at_least - done
    says = f"{left} more of these {'is' if left == 1 else 'are'} to be done: {which}."
    yield Blocker(kind="step", name=ahead[0].name, says=says)


def _unmet(plan: Plan, handoff: Handoff, condition: Condition) -> Iterator[Blocker]:
    match holds(plan, handoff, condition):
        case None:
            yield from _unknown(plan, handoff, condition)
        case False:
            yield Blocker(kind="condition", name="", says=f"It opens when {condition_words(plan, condition)}.")


def _unknown(plan: Plan, handoff: Handoff, condition: Condition) -> tuple[Blocker, ...]:
    refs = dict.fromkeys(unknown_in(plan, handoff, condition))
    return tuple(
        Blocker(kind="missing", name=ref.name, says=f"{ref_title(plan, ref)} is not known yet.") for ref in refs
    )


def _too_early(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> Iterator[Blocker]:
    at = opens_at(plan, handoff, step, now)
    known = handoff.steps.get(step.name)
    again = known is not None and known.again_on is not None
    if at is None and step.opens_on is not None:
        says = f"The day is not known yet: {timing_words(plan, handoff, step.opens_on)}."
        yield Blocker(kind="missing", name=step.opens_on.anchor.name, says=says)
    elif at is not None and at > now:
        day = calendar_of(plan, handoff, step).day_of(at)
        why = f", {timing_words(plan, handoff, step.opens_on)}" if step.opens_on is not None and not again else ""
        yield Blocker(kind="time", name="", says=f"It opens {'again ' if again else ''}on {day.day} {day:%B %Y}{why}.")
