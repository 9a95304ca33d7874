"""Who answers an invitation: those who have one, and those to whom one was handed on (S1.15).

One rule: an answer to an older invitation never undoes a newer one; and nobody comes unseen: whoever answers without an
invitation of their own is told of, until somebody invites them or leaves it with a reason.
"""

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.history import Handoff, Meeting, Response
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.meetings import Outcome, unfit_guests
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import without_reason

MOST_STRANGERS = 50
_LONGEST_COMMENT = 1000
_LONGEST_NAME = 200


def take_answer(plan: Plan, handoff: Handoff, command: c.TakeAnswer) -> Outcome:
    meeting = _planned(handoff, command)
    if isinstance(meeting, Refused):
        return meeting
    known = next((one for one in meeting.invited if one.key == command.who.key), None)
    if known is None:
        return _from_a_stranger(meeting, command)
    before = next((one for one in meeting.answers if one.who.key == known.key), None)
    if command.sequence < meeting.moved or (before is not None and not _is_news(before, command)):
        return ()
    return (
        e.InvitationAnswered(
            step=command.step,
            key=command.key,
            who=known,
            says=command.says,
            comment=command.comment.strip()[:_LONGEST_COMMENT],
            proposes=command.proposes,
            sequence=command.sequence,
            stamped_at=command.stamped_at,
        ),
    )


def _is_news(before: Response, command: c.TakeAnswer) -> bool:
    """A later answer (RFC 5546, section 2.1.5: by sequence, then by stamp) that says something else."""
    if (command.sequence, command.stamped_at) < (before.sequence, before.stamped_at):
        return False
    said = (command.says, command.comment.strip()[:_LONGEST_COMMENT], command.proposes)
    return said != (before.says, before.comment, before.proposes)


def _from_a_stranger(meeting: Meeting, command: c.TakeAnswer) -> Outcome:
    """One who is told of already, with the same answer, is not told of again."""
    email, comment = command.who.email, command.comment.strip()[:_LONGEST_COMMENT]
    known = next((one for one in meeting.strangers if one.email == email), None)
    if known is not None and (known.says, known.comment) == (command.says, comment):
        return ()
    if known is None and len(meeting.strangers) >= MOST_STRANGERS:
        return Refused(code="too-many", says=f"At most {MOST_STRANGERS} people without an invitation are told of.")
    name = " ".join(command.who.name.split())[:_LONGEST_NAME] or email
    return (
        e.StrangerAnswered(
            step=command.step, key=command.key, email=email, name=name, says=command.says, comment=comment
        ),
    )


def admit_guest(plan: Plan, handoff: Handoff, command: c.AdmitGuest) -> Outcome:
    meeting = _planned(handoff, command)
    if isinstance(meeting, Refused):
        return meeting
    if any(one.key == command.who.key for one in meeting.invited):
        return ()
    refused = unfit_guests((*meeting.invited, command.who))
    return refused or (e.GuestAdmitted(step=command.step, key=command.key, who=command.who),)


def leave_out_guest(plan: Plan, handoff: Handoff, command: c.LeaveOutGuest) -> Outcome:
    meeting = _planned(handoff, command)
    if isinstance(meeting, Refused):
        return meeting
    if all(one.email != command.email for one in meeting.strangers):
        return Refused(code="unknown", says="Nobody with this address answered without an invitation.")
    refused = without_reason(command.reason, "leave it at that")
    reason = command.reason.strip()
    return refused or (e.GuestLeftOut(step=command.step, key=command.key, email=command.email, reason=reason),)


def _planned(handoff: Handoff, command: c.TakeAnswer | c.AdmitGuest | c.LeaveOutGuest) -> Meeting | Refused:
    meeting = meeting_in(handoff, command.step, command.key)
    if meeting is not None and meeting.state == "planned":
        return meeting
    return Refused(code="unknown", says="This meeting is not planned any more.")
