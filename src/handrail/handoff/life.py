"""The life of a handoff: what each command leads to, or why not, and when time alone will next matter.

One rule: `decide` answers with events or with `Refused`; it changes nothing and reads no clock.

    Start → facts, decisions and steps follow → steps are done, forms signed, approvals given → accepted → Ended
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff import events as e
from handrail.handoff.acceptance import accept, disagree, refuse, settle
from handrail.handoff.approvals import approve, reject
from handrail.handoff.attachments import (
    add_evidence,
    remove_evidence,
    share_attachment,
    tell_of_attachment,
    waive_evidence,
)
from handrail.handoff.consequences import consequences
from handrail.handoff.consulting import advise
from handrail.handoff.course import begin, cancel, reopen, report
from handrail.handoff.duty import acts_for, may
from handrail.handoff.forms import answer_form, sign
from handrail.handoff.guests import admit_guest, leave_out_guest, take_answer
from handrail.handoff.hearing import hear
from handrail.handoff.history import Handoff, fold
from handrail.handoff.holding import held, hold, resume
from handrail.handoff.items import known_step
from handrail.handoff.meetings import call_off_meeting, hold_meeting, plan_meeting, replace_attendee
from handrail.handoff.messaging import edit, go_on, pause, send, skip
from handrail.handoff.outside import (
    answer_outside,
    ask_again,
    attach_outside,
    detach_outside,
    hand_in,
    send_links,
    waive_outside,
)
from handrail.handoff.overriding import ask_override, rule_on_override
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.sharing import add_addendum, share
from handrail.handoff.staffing import count, fill_role, give_facts, seat, start, succeed
from handrail.handoff.tasks import finish
from handrail.handoff.unknown import unknown_name
from handrail.handoff.waking import wake_at, woken

__all__ = ["CONSEQUENCES", "Outcome", "acts_for", "decide", "possible_now", "recorded", "wake_at"]

Outcome = tuple[e.Event, ...] | Refused


def decide(plan: Plan, handoff: Handoff, command: c.Command, now: datetime) -> Outcome:
    """The events that the command and its consequences lead to, in order, or why it cannot be."""
    refused = unknown_name(plan, handoff, command) or may(plan, handoff, command)
    first = refused or possible_now(plan, handoff, command, now)
    if isinstance(first, Refused) or isinstance(command, c.Wake):
        return first  # what time brings has its consequences with it, each in its place
    after = fold(recorded(first, handoff, now, None), onto=handoff)
    return (*first, *consequences(plan, after, now))


def possible_now(plan: Plan, handoff: Handoff, command: c.Command, now: datetime) -> Outcome:
    """What the command itself says, or why it cannot be now, whoever asks; what it names must exist in the plan."""
    refused = held(plan, handoff, command)
    if refused is not None:
        return refused
    if handoff.is_over and not _outlives(plan, handoff, command):
        return Refused(code="over", says=_over(handoff))
    return woken(plan, handoff, now) if isinstance(command, c.Wake) else _said(plan, handoff, command, now)


def recorded(
    events: Iterable[e.Event],
    handoff: Handoff,
    now: datetime,
    by: Person | None,
    on_behalf_of: Person | None = None,
) -> tuple[e.Recorded, ...]:
    """The events numbered on from where the handoff stands. Consequences are nobody's doing.

    Nothing is recorded before what came before it, whatever the clocks say: where one was ahead, time stands still
    until the others are there too.
    """
    at_or_after = max(now, handoff.changed_at or now)
    return tuple(
        e.Recorded(number=handoff.number + at, at=at_or_after, by=None, event=event)
        if _follows(event, at)
        else e.Recorded(number=handoff.number + at, at=at_or_after, by=by, event=event, on_behalf_of=on_behalf_of)
        for at, event in enumerate(events, start=1)
    )


def _follows(event: e.Event, at: int) -> bool:
    """Whether the event is a consequence; a message that somebody sends is the first event of what they did."""
    return isinstance(event, CONSEQUENCES) or (isinstance(event, e.Sent) and at > 1)


CONSEQUENCES = (
    e.Decided,
    e.LeftUndecided,
    e.Moved,
    e.NotSent,
    e.Reached,
    e.OutOfStep,
    e.Warned,
    e.FellDue,
    e.Reminded,
    e.Escalated,
    e.SilenceTaken,
    e.Climbed,
    e.RoleReturned,
    e.Ended,
)

_SAID: dict[type, Callable[[Plan, Handoff, Any], Outcome]] = {
    c.Start: start,
    c.GiveFacts: give_facts,
    c.Succeed: succeed,
    c.Seat: seat,
    c.Count: count,
    c.Hear: hear,
    c.Advise: advise,
    c.AnswerForm: answer_form,
    c.Sign: sign,
    c.Share: share,
    c.AddEvidence: add_evidence,
    c.RemoveEvidence: remove_evidence,
    c.WaiveEvidence: waive_evidence,
    c.CallOffMeeting: call_off_meeting,
    c.ReplaceAttendee: replace_attendee,
    c.TakeAnswer: take_answer,
    c.AdmitGuest: admit_guest,
    c.LeaveOutGuest: leave_out_guest,
    c.Send: send,
    c.Pause: pause,
    c.GoOn: go_on,
    c.Skip: skip,
    c.Edit: edit,
    c.Approve: approve,
    c.Reject: reject,
    c.Accept: accept,
    c.Refuse: refuse,
    c.Disagree: disagree,
    c.Settle: settle,
    c.Begin: begin,
    c.Report: report,
    c.Reopen: reopen,
    c.AskOverride: ask_override,
    c.ApproveOverride: rule_on_override,
    c.RejectOverride: rule_on_override,
    c.Cancel: cancel,
    c.Hold: hold,
    c.Resume: resume,
    o.AnswerOutside: answer_outside,
    o.AttachOutside: attach_outside,
    o.DetachOutside: detach_outside,
    o.WaiveOutside: waive_outside,
    o.HandIn: hand_in,
    o.AskAgain: ask_again,
    o.SendLinks: send_links,
    o.ShareAttachment: share_attachment,
    o.TellOfAttachment: tell_of_attachment,
}

# Those that look at the time: they count from today, or name a time to come or gone by.
_TIMED: dict[type, Callable[[Plan, Handoff, Any, datetime], Outcome]] = {
    c.FillRole: fill_role,
    c.AddAddendum: add_addendum,
    c.Finish: finish,
    c.PlanMeeting: plan_meeting,
    c.HoldMeeting: hold_meeting,
}


def _said(plan: Plan, handoff: Handoff, command: c.Command, now: datetime) -> Outcome:
    timed = _TIMED.get(type(command))
    return timed(plan, handoff, command, now) if timed else _SAID[type(command)](plan, handoff, command)


# What is done to one step.
_OfAStep = (
    c.Finish
    | c.Advise
    | c.AnswerForm
    | c.Sign
    | c.Share
    | c.AddEvidence
    | c.RemoveEvidence
    | c.WaiveEvidence
    | c.PlanMeeting
    | c.CallOffMeeting
    | c.ReplaceAttendee
    | c.HoldMeeting
    | c.TakeAnswer
    | c.AdmitGuest
    | c.LeaveOutGuest
    | c.Send
    | c.Pause
    | c.GoOn
    | c.Skip
    | c.Edit
    | c.Approve
    | c.Reject
    | c.Begin
    | o.AnswerOutside
    | o.AttachOutside
    | o.DetachOutside
    | o.WaiveOutside
    | o.HandIn
    | o.AskAgain
)


def _outlives(plan: Plan, handoff: Handoff, command: c.Command) -> bool:
    """Whether the command still has a meaning when the handoff is over: learning, and steps that come after the end."""
    match command:
        case c.Hear():
            return True
        case c.GiveFacts() | c.Count() | c.Report() | c.Wake():
            return not handoff.cancelled or isinstance(command, c.GiveFacts | c.Wake)
        case c.AddAddendum() | o.ShareAttachment() | o.TellOfAttachment():
            return not handoff.cancelled
        case c.FillRole() | o.SendLinks():
            return not handoff.cancelled and any(step.after_end for step in plan.steps)
        case _ if isinstance(command, _OfAStep):
            return not handoff.cancelled and known_step(plan, handoff, command.step).after_end
        case _:
            return False


def _over(handoff: Handoff) -> str:
    return "This handoff was cancelled." if handoff.cancelled else f"This handoff is over: {handoff.end}."
