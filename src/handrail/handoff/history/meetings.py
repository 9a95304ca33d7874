"""Folding what happens with meetings: planned anew, called off, held, and who of those invited answered what.

One rule: with each change that is sent to calendars the sequence of the meeting rises (RFC 5546, section 2.1.4); where
it is at another time, what was answered before counts no longer.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from handrail.handoff import events as e
from handrail.handoff.history.parts import Meeting, Response, Stranger
from handrail.handoff.history.whole import Handoff


def meeting_in(handoff: Handoff, step: str, key: str) -> Meeting | None:
    return next((one for one in handoff.meetings.get(step, ()) if one.key == key), None)


def _put(handoff: Handoff, step: str, meeting: Meeting) -> None:
    others = tuple(one for one in handoff.meetings.get(step, ()) if one.key != meeting.key)
    handoff.meetings[step] = (*others, meeting)


def _in_its_place(handoff: Handoff, step: str, meeting: Meeting) -> None:
    meetings = handoff.meetings[step]
    handoff.meetings[step] = tuple(meeting if one.key == meeting.key else one for one in meetings)


def _plan(handoff: Handoff, recorded: e.Recorded, event: e.MeetingPlanned) -> None:
    before = meeting_in(handoff, event.step, event.key)
    meeting = Meeting(
        key=event.key,
        state="planned",
        meets_at=event.meets_at,
        ends_at=event.ends_at,
        where=event.where,
        agenda=event.agenda,
        attendees=event.attendees,
        invited=event.invited,
        organizer=recorded.by,
        note=event.note,
        by=recorded.by,
        number=recorded.number,
    )
    _put(handoff, event.step, meeting if before is None else _after(before, meeting))


def _after(before: Meeting, meeting: Meeting) -> Meeting:
    sequence, who = before.sequence + 1, {one.key: one for one in meeting.invited}
    meeting = replace(meeting, organizer=before.organizer or meeting.organizer)
    if (before.meets_at, before.ends_at) != (meeting.meets_at, meeting.ends_at):
        return replace(meeting, sequence=sequence, moved=sequence)
    return replace(
        meeting,
        sequence=sequence,
        moved=before.moved,
        answers=tuple(replace(one, who=who[one.who.key]) for one in before.answers if one.who.key in who),
        strangers=before.strangers,
    )


def _call_off(handoff: Handoff, recorded: e.Recorded, event: e.MeetingCalledOff) -> None:
    planned = next(one for one in handoff.meetings[event.step] if one.key == event.key)
    off = replace(planned, state="called off", note=event.reason, by=recorded.by, number=recorded.number)
    _put(handoff, event.step, replace(off, sequence=planned.sequence + 1))


def _replace_attendee(handoff: Handoff, recorded: e.Recorded, event: e.AttendeeReplaced) -> None:
    known = meeting_in(handoff, event.step, event.key)
    if known is not None:
        _in_its_place(handoff, event.step, _replaced(known, event))


def _replaced(meeting: Meeting, event: e.AttendeeReplaced) -> Meeting:
    """In the same place; nobody is named twice."""
    names = meeting.attendees if event.was else (*meeting.attendees, event.becomes)
    names = tuple(event.becomes if name == event.was else name for name in names)
    invited = [one for one in meeting.invited if one.name != event.was and one.person != (event.person or 0)]
    if event.person is not None:
        invited.append(e.Invitee(name=event.becomes, person=event.person))
    return replace(
        meeting,
        attendees=tuple(dict.fromkeys(names)),
        invited=tuple(invited),
        answers=tuple(one for one in meeting.answers if one.who.name != event.was),
        sequence=meeting.sequence + 1,
    )


def keep_held(handoff: Handoff, recorded: e.Recorded, event: e.MeetingHeld) -> None:
    before = meeting_in(handoff, event.step, event.key)
    meeting = Meeting(
        key=event.key,
        state="held",
        meets_at=event.met_at,
        attendees=event.attendees,
        note=event.note,
        by=recorded.by,
        number=recorded.number,
    )
    if before is not None:
        meeting = replace(
            meeting,
            where=before.where,
            agenda=before.agenda,
            invited=before.invited,
            answers=before.answers,
            organizer=before.organizer,
            sequence=before.sequence,
            moved=before.moved,
        )
    _put(handoff, event.step, meeting)


def _answer(handoff: Handoff, recorded: e.Recorded, event: e.InvitationAnswered) -> None:
    known = meeting_in(handoff, event.step, event.key)
    if known is None:
        return
    # The very one of the invited, so that both are kept as one.
    who = next((one for one in known.invited if one.key == event.who.key), event.who)
    said = Response(
        who=who,
        says=event.says,
        comment=event.comment,
        proposes=event.proposes,
        sequence=event.sequence,
        stamped_at=event.stamped_at,
        at=recorded.at,
    )
    others = tuple(one for one in known.answers if one.who.key != event.who.key)
    _in_its_place(handoff, event.step, replace(known, answers=(*others, said)))


def _hear_stranger(handoff: Handoff, recorded: e.Recorded, event: e.StrangerAnswered) -> None:
    known = meeting_in(handoff, event.step, event.key)
    if known is not None:
        one = Stranger(email=event.email, name=event.name, says=event.says, comment=event.comment, at=recorded.at)
        others = tuple(other for other in known.strangers if other.email != event.email)
        _in_its_place(handoff, event.step, replace(known, strangers=(*others, one)))


def _admit(handoff: Handoff, recorded: e.Recorded, event: e.GuestAdmitted) -> None:
    known = meeting_in(handoff, event.step, event.key)
    if known is not None:
        meeting = replace(
            known,
            attendees=tuple(dict.fromkeys((*known.attendees, event.who.name))),
            invited=(*known.invited, event.who),
            strangers=tuple(one for one in known.strangers if one.email != event.who.email),
            sequence=known.sequence + 1,
        )
        _in_its_place(handoff, event.step, meeting)


def _leave_out(handoff: Handoff, recorded: e.Recorded, event: e.GuestLeftOut) -> None:
    known = meeting_in(handoff, event.step, event.key)
    if known is not None:
        strangers = (
            replace(one, left_out=event.reason) if one.email == event.email else one for one in known.strangers
        )
        _in_its_place(handoff, event.step, replace(known, strangers=tuple(strangers)))


FOLDS: Mapping[type, Callable[[Handoff, e.Recorded, Any], None]] = {
    e.MeetingPlanned: _plan,
    e.MeetingCalledOff: _call_off,
    e.AttendeeReplaced: _replace_attendee,
    e.InvitationAnswered: _answer,
    e.StrangerAnswered: _hear_stranger,
    e.GuestAdmitted: _admit,
    e.GuestLeftOut: _leave_out,
}
