"""Who rules on a step: the approvals given and asked for, what silence means, and disagreement about a refusal."""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk.queries.due import clock_text, zone_text
from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.handoff.approvals import waiting
from handrail.handoff.calendars import calendar_of, calendar_of_role
from handrail.handoff.counting import lapsed_at
from handrail.handoff.duty import rung
from handrail.handoff.holders import named
from handrail.handoff.people import by_words
from handrail.handoff.timing import silence_at
from handrail.runbook.model import Step
from handrail.worktime.calendar import Calendar


@dataclass(frozen=True, kw_only=True)
class ApproverLine:
    """`look` is a state that a badge can show: done, open where it is their turn, waiting where others come first."""

    who: Holder
    look: str
    word: str


@dataclass(frozen=True, kw_only=True)
class DisputeView:
    """A refusal that stands, and the disagreement about it where there is one; `climbs` says until when its decider
    has time."""

    disagreers: str
    is_disputed: bool = False
    reason: str = ""
    by: str = ""
    since: datetime | None = None
    decides: Holder | None = None
    climbs: str = ""


def approvers_of(opened: Opened, step: Step) -> tuple[ApproverLine, ...]:
    """Whoever is asked, in order; told only where more than one is."""
    if step.kind != "approval" or len(step.asked) < 2 or opened.state.state_of(step.name) != "open":
        return ()
    asked = waiting(opened.plan, opened.state, step)
    turn = next(iter(asked), None) if step.in_order else None
    return tuple(_approver(opened, role, role not in asked, turn) for role in step.asked)


def _approver(opened: Opened, role: str, has_approved: bool, turn: str | None) -> ApproverLine:
    who = holder(opened, role)
    if has_approved:
        return ApproverLine(who=who, look="done", word="Approved")
    if turn is None:
        return ApproverLine(who=who, look="open", word="Is asked")
    return ApproverLine(
        who=who, look="open" if role == turn else "waiting", word="Is next" if role == turn else "Later"
    )


def quorum_words(step: Step) -> str:
    """How many approvals it takes, where more than one person is asked."""
    if step.kind != "approval" or len(step.asked) < 2:
        return ""
    how = {1: "One of them is enough.", "all": "All of them must approve."}
    said = how.get(step.approvals, f"{step.approvals} of them must approve.")
    return f"{said} They are asked one after the other." if step.in_order else said


def silence_words(opened: Opened, step: Step, now: datetime) -> str:
    """`If nobody answers by Tue 12 Jan 2027, 17:00, this approves it.`"""
    if step.silence is None or opened.state.hold is not None:
        return ""
    what = f"this {step.silence.answer} it"
    at = silence_at(opened.plan, opened.state, step)
    if at is None:
        if opened.state.state_of(step.name) != "waiting":
            return ""
        return f"If nobody answers within {step.silence.after} of its opening, {what}."
    return f"If nobody answers by {_clock(opened, at, calendar_of(opened.plan, opened.state, step), now)}, {what}."


def _clock(opened: Opened, at: datetime, calendar: Calendar, now: datetime) -> str:
    """By the clocks of that calendar, whose zone is named where it is not the runbook's."""
    zone = zone_text(at, calendar.zone, opened.plan.calendar.zone)
    return f"{clock_text(at, calendar.zone, now)} {zone}".rstrip()


def dispute_of(opened: Opened, step: Step, now: datetime) -> DisputeView | None:
    """None where no refusal stands, or nobody could disagree with it."""
    ladder, dispute = step.disagreement, opened.state.disputes.get(step.name)
    if ladder is None or (step.name not in opened.state.refusals and dispute is None):
        return None
    disagreers = named(opened.plan, opened.state, ladder.by)
    if dispute is None:
        return DisputeView(disagreers=disagreers)
    climbs = ""
    if ladder.climbs_after is not None and dispute.level + 1 < len(ladder.ladder):
        calendar = calendar_of_role(opened.plan, opened.state, rung(ladder, dispute.level))
        at = lapsed_at(opened.plan, opened.state, dispute.since, ladder.climbs_after, calendar)
        following = holder(opened, rung(ladder, dispute.level + 1))
        if at is not None:
            until = _clock(opened, at, calendar, now)
            climbs = f"If it is not decided by {until}, the {following.words} decides."
    return DisputeView(
        disagreers=disagreers,
        is_disputed=True,
        reason=dispute.reason,
        by=by_words(dispute.by, dispute.on_behalf_of),
        since=dispute.since,
        decides=holder(opened, rung(ladder, dispute.level)),
        climbs=climbs,
    )
