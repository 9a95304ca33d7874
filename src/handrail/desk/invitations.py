"""Invitations on their way: what calendars are told of each change of a meeting, sent by the worker.

One rule: that of `mail_queue`. Whoever is taken off is told so, and so is everybody when a meeting is called off.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from email.utils import formataddr, parseaddr
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from handrail.desk import itip, mail, mail_queue, meeting_rows, models
from handrail.desk.clock import Clock
from handrail.handoff import events as e
from handrail.handoff.history import Handoff, Meeting
from handrail.handoff.history.meetings import meeting_in
from handrail.handoff.items import step_of
from handrail.handoff.plan import Plan
from handrail.runbook.model import Step

NOT_TO_BE_HANDED_ON = "Please do not forward this invitation: ask us, and we invite whoever else should come."
_TOLD = {"REQUEST": "Invitation", "UPDATE": "Changed", "CANCEL": "Called off"}
_CHANGES = (e.MeetingPlanned, e.MeetingCalledOff, e.AttendeeReplaced, e.GuestAdmitted, e.Cancelled)

Telling = tuple[itip.Method, str, Meeting, tuple[e.Invitee, ...]]
"""What is told, of which meeting of which step, to whom."""


def enqueue(handoff_id: int, plan: Plan, before: Handoff, after: Handoff, added: Iterable[e.Recorded]) -> None:
    """In the transaction that records the change."""
    rows: list[models.Invitation] = []
    for one in added:
        if isinstance(one.event, _CHANGES):
            for telling in _tellings(before, after, one.event):
                rows += _rows(handoff_id, plan, after, one, telling)
    models.Invitation.objects.bulk_create(rows, ignore_conflicts=True)


def _tellings(before: Handoff, after: Handoff, event: e.Event) -> Iterator[Telling]:
    match event:
        case e.Cancelled():
            every = ((step, one) for step, meetings in after.meetings.items() for one in meetings)
            yield from (("CANCEL", step, one, one.invited) for step, one in every if one.state == "planned")
        case e.MeetingPlanned() | e.MeetingCalledOff() | e.AttendeeReplaced() | e.GuestAdmitted():
            yield from _of_a_meeting(before, after, event)


def _of_a_meeting(
    before: Handoff, after: Handoff, event: e.MeetingPlanned | e.MeetingCalledOff | e.AttendeeReplaced | e.GuestAdmitted
) -> Iterator[Telling]:
    was, meeting = (meeting_in(one, event.step, event.key) for one in (before, after))
    if meeting is None:
        return
    if isinstance(event, e.MeetingCalledOff):
        yield "CANCEL", event.step, meeting, meeting.invited
        return
    now = {one.key for one in meeting.invited}
    gone = tuple(one for one in (was.invited if was else ()) if one.key not in now)
    yield "CANCEL", event.step, meeting, gone
    yield "REQUEST", event.step, meeting, (event.who,) if isinstance(event, e.GuestAdmitted) else meeting.invited


def _rows(
    handoff_id: int, plan: Plan, handoff: Handoff, recorded: e.Recorded, telling: Telling
) -> Iterator[models.Invitation]:
    method, name, meeting, to = telling
    step = step_of(plan, handoff, name)
    if step is None or not to:
        return
    addresses = _addresses((*meeting.invited, *to), meeting)
    occasion = occasion_of(handoff_id, plan, handoff, step, meeting, addresses)
    for who in to:
        address = addresses.get(who.key, "")
        if not address:
            continue
        guests = occasion.guests if method == "REQUEST" else (itip.Guest(name=who.name, email=address),)
        told = _replaced(occasion, guests, cancelled=method == "CANCEL")
        yield models.Invitation(
            handoff_id=handoff_id,
            number=recorded.number,
            step=name,
            key=meeting.key,
            person_id=who.person,
            name=who.name[:300],
            address=address,
            method=method,
            reply_to=answers_to(meeting, addresses),
            subject=_subject(method, meeting, occasion.title)[:1000],
            body=_body(told, recorded.event),
            calendar=itip.written(method, [told], recorded.at).decode(),
            next_at=recorded.at,
            changed_at=recorded.at,
        )


def _addresses(people: Iterable[e.Invitee], meeting: Meeting) -> dict[int | str, str]:
    """By key of the invited, and the organizer's own."""
    every = tuple(people)
    ids = {one.person for one in every if one.person is not None}
    ids |= {meeting.organizer.id} if meeting.organizer else set()
    found: dict[int | str, str] = {one.email: one.email for one in every if one.person is None}
    found.update(models.Person.objects.filter(pk__in=ids).values_list("pk", "email"))
    return found


def answers_to(meeting: Meeting, addresses: dict[int | str, str]) -> str:
    """The mailbox that Handrail reads, where there is one; else the organizer's own."""
    own: str = settings.MEETINGS_ADDRESS
    return own or (addresses.get(meeting.organizer.id, "") if meeting.organizer else "")


def occasion_of(
    handoff_id: int, plan: Plan, handoff: Handoff, step: Step, meeting: Meeting, addresses: dict[int | str, str]
) -> itip.Occasion:
    said = {one.who.key: one.says for one in meeting.answers}
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    session = plan.runbook.sessions[step.session] if step.session else None
    name = meeting.organizer.name if meeting.organizer else settings.COMPANY or "Handrail"
    return itip.Occasion(
        uid=itip.uid_of(handoff_id, meeting.key, sender.rpartition("@")[2] or "localhost"),
        sequence=meeting.sequence,
        title=f"{step.title}: {handoff.customer}",
        starts_at=meeting.meets_at,
        ends_at=meeting_rows.ends_at(plan, step, meeting),
        zone=session.zone if session else plan.calendar.zone,
        where=meeting.where or (session.where if session else ""),
        about=meeting.agenda,
        organizer=itip.Guest(name=name, email=answers_to(meeting, addresses) or sender),
        sender=sender,
        guests=tuple(
            itip.Guest(name=one.name, email=addresses[one.key], says=said.get(one.key))
            for one in meeting.invited
            if addresses.get(one.key)
        ),
        forwarding=forwards(plan, step),
    )


def forwards(plan: Plan, step: Step) -> bool:
    """Whether an invitation may be handed on, as far as the step and its session say."""
    return step.forwarding and (step.session is None or plan.runbook.sessions[step.session].forwarding)


def _replaced(occasion: itip.Occasion, guests: Iterable[itip.Guest], *, cancelled: bool) -> itip.Occasion:
    said = () if occasion.forwarding or cancelled else (NOT_TO_BE_HANDED_ON,)
    about = "\n\n".join(filter(None, (occasion.about, *said)))
    values = {**vars(occasion), "guests": tuple(guests), "cancelled": cancelled, "about": about}
    return itip.Occasion(**values)


def _subject(method: itip.Method, meeting: Meeting, title: str) -> str:
    what = "UPDATE" if method == "REQUEST" and meeting.sequence else method
    return f"{_TOLD[what]}: {title}"


def _body(told: itip.Occasion, event: e.Event) -> str:
    zone = ZoneInfo(told.zone)
    starts, ends = told.starts_at.astimezone(zone), told.ends_at.astimezone(zone)
    time = f"{starts:%A} {starts.day} {starts:%B %Y}, {starts:%H:%M}–{ends:%H:%M} {starts.tzname()} ({told.zone})"
    reason = event.reason if isinstance(event, e.MeetingCalledOff) else ""
    off = "This meeting does not take place." if told.cancelled else ""
    where = f"Where: {told.where}" if told.where else ""
    by = f"From {told.organizer.name}" if told.organizer else ""
    said = (f"{told.title}\n{time}", where, off, reason, told.about, by)
    return "\n\n".join(one for one in said if one) + "\n"


def invite_due(now: datetime | Clock) -> int:
    """Send what is due, a batch at most; how many were tried."""
    return mail_queue.send_due(models.Invitation.objects.all(), _sent, now)


def _sent(row: models.Invitation, server: BaseEmailBackend) -> tuple[str, str]:
    return mail.sent(server, mail_of(row), row.tries)


def mail_of(row: models.Invitation) -> EmailMultiAlternatives:
    """The object stands in it twice (RFC 6047, section 4): as the part that calendars act on, and as a file for those
    that look for one."""
    message = EmailMultiAlternatives(
        subject=mail.in_a_line(row.subject),
        body=row.body,
        to=[formataddr((row.name, row.address))],
        reply_to=[row.reply_to] if row.reply_to else None,
        headers=mail.headers(row.mark),
    )
    message.attach_alternative(row.calendar, f"text/calendar; method={row.method}")
    message.attach("invite.ics", row.calendar.encode(), "application/ics")
    return message
