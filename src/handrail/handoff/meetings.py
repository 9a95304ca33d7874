"""Meetings of a step: planned, called off, held; and who comes instead. A quota counts only those that were held, and
held in time; where it says until when they go on, they end by themselves.

One rule: a meeting is known by its key, so that planning it anew moves it and holding it closes it.
"""

from datetime import date, datetime, timedelta

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.consulting import unheard
from handrail.handoff.contacts import is_address
from handrail.handoff.counting import anchor_day
from handrail.handoff.history import Handoff
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.items import known_step
from handrail.handoff.knowledge import holds, written_of
from handrail.handoff.late_sessions import too_late
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import lacks_evidence, not_open, too_long, without_reason
from handrail.runbook.kinds import Number
from handrail.runbook.model import Quota, Step

Outcome = tuple[e.Event, ...] | Refused

MOST_MEETINGS = 200
MOST_ATTENDEES = 200
LONGEST = timedelta(days=1)
_LONGEST_NAME = 200
_LONGEST_PLACE = 500


def plan_meeting(plan: Plan, handoff: Handoff, command: c.PlanMeeting, now: datetime) -> Outcome:
    refused = not_open(plan, handoff, command.step, "meeting") or _unfit(handoff, command)
    if refused is not None:
        return refused
    if command.meets_at < now:
        return _mistaken("meets_at", "This time has passed. Choose one to come, or tell that the meeting was held.")
    late = too_late(plan, handoff, known_step(plan, handoff, command.step), command.meets_at)
    if late:
        return _mistaken("session", f"{late} Choose an earlier session.")
    refused = _bad_end(command) or unfit_guests(command.invited) or too_long(command.agenda)
    if refused is not None:
        return refused
    return (
        e.MeetingPlanned(
            step=command.step,
            key=command.key,
            meets_at=command.meets_at,
            attendees=_names((*command.attendees, *(one.name for one in command.invited))),
            note=command.note.strip(),
            ends_at=command.ends_at,
            where=" ".join(command.where.split()),
            agenda=command.agenda.strip(),
            invited=tuple({one.key: one for one in reversed(command.invited)}.values())[::-1],
        ),
    )


def call_off_meeting(plan: Plan, handoff: Handoff, command: c.CallOffMeeting) -> Outcome:
    refused = not_open(plan, handoff, command.step, "meeting")
    if refused is not None:
        return refused
    refused = _not_planned(handoff, command) or without_reason(command.reason, "call the meeting off")
    return refused or (e.MeetingCalledOff(step=command.step, key=command.key, reason=command.reason.strip()),)


def _bad_end(command: c.PlanMeeting) -> Refused | None:
    if command.ends_at is not None and not command.meets_at < command.ends_at <= command.meets_at + LONGEST:
        return _mistaken("lasts", "A meeting lasts from 1 minute to 24 hours.")
    if len(command.where) > _LONGEST_PLACE:
        return _mistaken("where", f"Write at most {_LONGEST_PLACE} characters.")
    return None


def unfit_guests(guests: tuple[e.Invitee, ...]) -> Refused | None:
    if len(guests) > MOST_ATTENDEES:
        return _mistaken("attendees", f"At most {MOST_ATTENDEES} people are invited.")
    bad = next((one for one in guests if one.person is None and not is_address(one.email)), None)
    return _mistaken("attendees", f"{bad.name or bad.email} has no e-mail address to invite.") if bad else None


def _not_planned(handoff: Handoff, command: c.CallOffMeeting | c.ReplaceAttendee) -> Refused | None:
    meeting = meeting_in(handoff, command.step, command.key)
    if meeting is not None and meeting.state == "planned":
        return None
    return Refused(code="unknown", says="This meeting is not planned any more.")


def replace_attendee(plan: Plan, handoff: Handoff, command: c.ReplaceAttendee) -> Outcome:
    """Whether or not its step is open: who comes to a meeting is not what is done in it."""
    refused = _not_planned(handoff, command) or too_long(command.reason)
    if refused is not None:
        return refused
    meeting = meeting_in(handoff, command.step, command.key)
    attendees = meeting.attendees if meeting else ()
    was, becomes = " ".join(command.was.split()), " ".join(command.becomes.split())
    if was and was not in attendees:
        return _mistaken("was", f"{was} is not among those who are to come.")
    if not becomes:
        return _mistaken("becomes", "Name who comes.")
    if was == becomes or (not was and becomes in attendees):
        return ()
    is_invited = not was or any(one.name == was for one in (meeting.invited if meeting else ()))
    person = command.person if is_invited else None
    refused = _too_many(attendees if was else (*attendees, becomes), becomes)
    return refused or (
        e.AttendeeReplaced(
            step=command.step, key=command.key, was=was, becomes=becomes, reason=command.reason.strip(), person=person
        ),
    )


def hold_meeting(plan: Plan, handoff: Handoff, command: c.HoldMeeting, now: datetime) -> Outcome:
    refused = not_open(plan, handoff, command.step, "meeting") or _unfit(handoff, command)
    if refused is not None:
        return refused
    if command.met_at > now:
        return _mistaken(
            "met_at", "This time is still to come. Plan the meeting, and tell afterwards that it was held."
        )
    step = known_step(plan, handoff, command.step)
    refused = lacks_evidence(handoff, step)
    if refused is not None:
        return refused
    held = (*counted(plan, handoff, step), *_counting(plan, handoff, step, [command.met_at]))
    return (
        e.MeetingHeld(
            step=step.name,
            key=command.key,
            met_at=command.met_at,
            attendees=_names(command.attendees),
            note=command.note.strip(),
            unheard=unheard(plan, handoff, step),
            is_complete=_are_enough(plan, handoff, step, len(held)),
        ),
    )


def quota_of(plan: Plan, handoff: Handoff, step: Step) -> int | None:
    """How many meetings the step asks for; None where a decision has yet to say."""
    at_least = (step.quota or Quota()).at_least
    if isinstance(at_least, int):
        return at_least
    written = written_of(plan, handoff, at_least)
    number = None if written is None else plan.typed(Number(), written)
    return None if number is None or isinstance(number, str | tuple | date) else int(number)


def counted(plan: Plan, handoff: Handoff, step: Step) -> tuple[datetime, ...]:
    """When the meetings were that count for the quota: held since the step was last begun, and in time."""
    known = handoff.steps.get(step.name)
    since = known.evidence_from if known else 0
    held = [one for one in handoff.meetings.get(step.name, ()) if one.state == "held" and one.number > since]
    return _counting(plan, handoff, step, [one.meets_at for one in held])


def has_its_meetings(plan: Plan, handoff: Handoff, step: Step) -> bool:
    """Whether so many were held as are asked for now, which may be fewer than once were, and they do not go on."""
    return _are_enough(plan, handoff, step, len(counted(plan, handoff, step)))


def go_on(plan: Plan, handoff: Handoff, step: Step) -> bool:
    """Whether the meetings go on however many were held."""
    return step.held_until is not None and holds(plan, handoff, step.held_until) is not True


def _are_enough(plan: Plan, handoff: Handoff, step: Step, held: int) -> bool:
    wanted = quota_of(plan, handoff, step)
    return wanted is not None and held >= wanted and not go_on(plan, handoff, step)


def _counting(plan: Plan, handoff: Handoff, step: Step, held: list[datetime]) -> tuple[datetime, ...]:
    if step.quota is None or step.quota.before is None:
        return tuple(held)
    day = anchor_day(plan, handoff, step.quota.before)
    return tuple(at for at in held if day is None or plan.calendar.day_of(at) < day)


def _unfit(handoff: Handoff, command: c.PlanMeeting | c.HoldMeeting) -> Refused | None:
    meeting = meeting_in(handoff, command.step, command.key)
    if meeting is not None and meeting.state != "planned":
        return Refused(code="done", says=f"This meeting was {meeting.state} already.")
    if meeting is None and len(handoff.meetings.get(command.step, ())) >= MOST_MEETINGS:
        return Refused(code="too-many", says=f"A step holds at most {MOST_MEETINGS} meetings.")
    return _too_many(command.attendees, *command.attendees) or too_long(command.note)


def _too_many(attendees: tuple[str, ...], *new: str) -> Refused | None:
    if len(attendees) <= MOST_ATTENDEES and all(len(one) <= _LONGEST_NAME for one in new):
        return None
    return _mistaken("attendees", f"At most {MOST_ATTENDEES} names of {_LONGEST_NAME} characters are kept.")


def _mistaken(field: str, says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field=field, says=says),))


def _names(attendees: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for one in attendees if (name := " ".join(one.split()))))
