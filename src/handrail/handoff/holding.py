"""Holding a handoff and resuming it: the clock stands, and everybody sees why.

One rule: what is counted on from a day is put off by the days of a hold; what is counted back from a day is not, since
that day is somebody's to move.
"""

from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff import events as e
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import too_long, without_reason

# What can be done while the clock stands: learning more, staffing, following another version, and ending the hold.
MEANWHILE = (
    c.GiveFacts,
    c.Count,
    c.Hear,
    c.Report,
    c.FillRole,
    c.Succeed,
    c.Seat,
    c.ReplaceAttendee,
    c.TakeAnswer,
    c.AdmitGuest,
    c.LeaveOutGuest,
    c.ChangeVersion,
    c.Resume,
    c.Cancel,
    c.Wake,
    o.SendLinks,
    o.ShareAttachment,
    o.TellOfAttachment,
)


def hold(plan: Plan, handoff: Handoff, command: c.Hold) -> tuple[e.Event, ...] | Refused:
    return without_reason(command.reason, "hold it") or (e.Held(reason=command.reason.strip()),)


def resume(plan: Plan, handoff: Handoff, command: c.Resume) -> tuple[e.Event, ...] | Refused:
    if handoff.hold is None:
        return Refused(code="not-held", says="This handoff is not on hold.")
    return too_long(command.note) or (e.Resumed(note=command.note.strip()),)


def held(plan: Plan, handoff: Handoff, command: c.Command) -> Refused | None:
    """Why the command has to wait until the handoff is resumed."""
    if handoff.hold is None or isinstance(command, MEANWHILE):
        return None
    day = plan.calendar.day_of(handoff.hold.since)
    says = f"This handoff is on hold since {day.day} {day:%B %Y}: {handoff.hold.reason} Resume it first."
    return Refused(code="held", says=says)
