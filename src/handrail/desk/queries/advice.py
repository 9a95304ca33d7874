"""Who is asked before a step is done, since when, and what they said.

One rule: every role with the letter C is told, also where nobody was asked as its holder, and why not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.handoff.consulting import advice_on, asked_roles, consulted, unanswered
from handrail.handoff.history import Advice
from handrail.handoff.holders import holder_words, is_vacant
from handrail.handoff.people import by_words
from handrail.runbook.model import Step
from handrail.runbook.words import listed


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody said; `again` where that was before the step was to be done once more."""

    by: str
    at: datetime
    says: str
    again: bool = False


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A role that is asked. `look` is a state that a badge can show, `asked_at` since when, `why` what is to be known
    where there is nothing to show."""

    who: Holder
    look: str
    word: str
    asked_at: datetime | None = None
    why: str = ""
    said: tuple[Said, ...] = ()


@dataclass(frozen=True, kw_only=True)
class AdviceView:
    """`unheard` names those who have said nothing, empty where there is nobody; `awaited` where the step cannot be done
    before they have."""

    asked: tuple[Asked, ...]
    unheard: str = ""
    awaited: bool = False


def advice_of(opened: Opened, step: Step) -> AdviceView | None:
    """None where no role is asked."""
    if not step.roles_with("C"):
        return None
    is_open = opened.state.state_of(step.name) == "open"
    left = unanswered(opened.plan, opened.state, step) if is_open else ()
    return AdviceView(
        asked=tuple(_asked(opened, step, role) for role in step.roles_with("C")),
        unheard=listed(
            [f"{holder_words(opened.plan, opened.state, role)} ({opened.plan.role_title(role)})" for role in left]
        ),
        awaited=step.awaits_advice,
    )


def _asked(opened: Opened, step: Step, role: str) -> Asked:
    known, who = opened.state.steps.get(step.name), holder(opened, role)
    said = tuple(_said_as(opened, step, role))
    look, word, why = _standing(opened, step, role, any(not one.again for one in said))
    is_asked = known is not None and known.state == "open" and role in consulted(opened.plan, opened.state, step)
    since = known.since if known is not None and is_asked else None
    return Asked(who=who, look=look, word=word, why=why, asked_at=since, said=said)


def _said_as(opened: Opened, step: Step, role: str) -> Iterator[Said]:
    counting = advice_on(opened.state, step)
    for one in opened.state.advice.get(step.name, ()):
        if role in one.roles:
            yield _said(one, again=one not in counting)


def _said(one: Advice, *, again: bool) -> Said:
    return Said(by=by_words(one.by, one.on_behalf_of) if one.by else "Somebody", at=one.at, says=one.says, again=again)


def _standing(opened: Opened, step: Step, role: str, has_said: bool) -> tuple[str, str, str]:
    """Look, word and why."""
    state = opened.state.state_of(step.name)
    if has_said:
        return "done", "Has answered", ""
    if is_vacant(opened.plan, opened.state, role):
        says = "was" if state == "done" else "is"
        return "not needed", "Not asked", f"Nobody holds this role, so nobody {says} asked."
    if role not in consulted(opened.plan, opened.state, step):
        return "not needed", "Not asked", _why_not(step, role)
    match state:
        case "open":
            return "open", "Has not answered yet", ""
        case "done":
            return "missing", "Was not heard", "It was done without their advice."
        case "not needed":
            return "not needed", "Not asked", ""
        case _:
            return "waiting", "Will be asked", "They are asked when this opens."


def _why_not(step: Step, role: str) -> str:
    if role in asked_roles(step):
        return "They do this themselves, or answer for it."
    return "They speak in the meeting itself." if step.kind == "meeting" else "This comes by itself."
