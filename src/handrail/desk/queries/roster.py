"""Who is to come to a meeting: who was invited, whether the invitation went out, what they answered; and who answered
without one.

One rule: nobody's answer is guessed. Until they have answered, it is said so.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from handrail.desk import models
from handrail.desk.queries.due import clock_text
from handrail.desk.queries.guests import SAYS
from handrail.desk.queries.opened import Opened, holder
from handrail.handoff.contacts import Contact, contacts_in
from handrail.handoff.events import Invitee
from handrail.handoff.history import Meeting
from handrail.handoff.holders import holder_of
from handrail.handoff.people import Person
from handrail.runbook.model import Step

Mails = Mapping[tuple[str, str], models.Invitation]
"""The newest invitation, by key of the meeting and who it goes to."""

LOOKS = {"accepted": ("done", "Comes"), "declined": ("refused", "Does not come"), "tentative": ("due soon", "May come")}
_UNANSWERED = ("waiting", "No answer yet")
_MAIL = {
    "queued": "The invitation is on its way.",
    "sending": "The invitation is being sent.",
    "failed": "The invitation could not be sent",
    "unknown": "Nobody can tell whether the invitation arrived",
}


@dataclass(frozen=True, kw_only=True)
class RosterLine:
    """`badge` and `word` are what they answered; `mail` what is to be known of their invitation."""

    name: str
    address: str = ""
    badge: str = ""
    word: str = ""
    comment: str = ""
    proposes: str = ""
    mail: str = ""


@dataclass(frozen=True, kw_only=True)
class StrangerLine:
    email: str
    name: str
    says: str
    comment: str
    left_out: str


@dataclass(frozen=True, kw_only=True)
class GuestChoice:
    """Somebody who can be ticked; `value` is sent on."""

    value: str
    name: str
    about: str
    is_ticked: bool = True
    can_be: bool = True


def mails_of(opened: Opened, step: Step) -> Mails:
    keys = [one.key for one in opened.state.meetings.get(step.name, ())]
    rows = models.Invitation.objects.filter(handoff=opened.row.pk, key__in=keys).order_by("number", "pk")
    return {(one.key, _whom(one)): one for one in rows.defer("calendar", "body")}


def _whom(row: models.Invitation) -> str:
    return f"p:{row.person_id}" if row.person_id else f"c:{row.address}"


def value_of(one: Invitee) -> str:
    return f"c:{one.email}" if one.person is None else f"p:{one.person}"


def roster(opened: Opened, meeting: Meeting, mails: Mails, now: datetime) -> tuple[RosterLine, ...]:
    """Those who were invited, then who else is to come."""
    said = {one.who.key: one for one in meeting.answers}
    lines = []
    for one in meeting.invited:
        answer, row = said.get(one.key), mails.get((meeting.key, value_of(one)))
        badge, word = LOOKS[answer.says] if answer else _UNANSWERED
        zone = opened.plan.calendar.zone
        other = clock_text(answer.proposes, zone, now) if answer and answer.proposes else ""
        comment = answer.comment if answer else ""
        lines.append(
            RosterLine(
                name=one.name,
                address=one.email,
                badge=badge,
                word=word,
                comment=comment,
                proposes=other,
                mail=_mail_words(row),
            )
        )
    names = {one.name for one in meeting.invited}
    return (*lines, *(RosterLine(name=name) for name in meeting.attendees if name not in names))


def _mail_words(row: models.Invitation | None) -> str:
    if row is None or row.state not in _MAIL:
        return ""
    said = _MAIL[row.state]
    return f"{said}: {row.error}" if row.error and row.state in {"failed", "unknown"} else said


def held_roster(meeting: Meeting) -> tuple[RosterLine, ...]:
    """Of a meeting that took place: who was there, and who of the invited was not."""
    there = [RosterLine(name=name) for name in meeting.attendees]
    missing = (one.name for one in meeting.invited if one.name not in meeting.attendees)
    return (*there, *(RosterLine(name=name, badge="not needed", word="Was not there") for name in missing))


def strangers(meeting: Meeting) -> tuple[StrangerLine, ...]:
    return tuple(
        StrangerLine(
            email=one.email,
            name=one.name if one.name != one.email else "",
            says=SAYS[one.says],
            comment=one.comment,
            left_out=one.left_out,
        )
        for one in meeting.strangers
    )


def colleagues_of(opened: Opened, step: Step) -> tuple[Person, ...]:
    """Whoever holds the roles that come."""
    found = (holder_of(opened.plan, opened.state, role) for role in step.attendees)
    works_here = opened.plan.company.works_here
    return tuple(dict.fromkeys(one for one in found if one is not None and works_here(one)))


def contacts_of(opened: Opened, step: Step) -> tuple[Contact, ...]:
    found: dict[str, Contact] = {}
    for group in step.guests:
        for one in contacts_in(opened.plan, opened.state, group):
            found.setdefault(one.email or one.name, one)
    return tuple(found.values())


def guest_choices(opened: Opened, step: Step, meeting: Meeting | None) -> tuple[GuestChoice, ...]:
    """Those whom the runbook has come, and whoever else was invited."""
    choices = {one.value: one for one in _expected(opened, step)}
    if meeting is None:
        return tuple(choices.values())
    invited = {value_of(one): one for one in meeting.invited}
    for value, one in invited.items():
        choices.setdefault(value, GuestChoice(value=value, name=one.name, about=one.email or "colleague"))
    return tuple(replace(one, is_ticked=value in invited) for value, one in choices.items())


def _expected(opened: Opened, step: Step) -> Iterator[GuestChoice]:
    roles: dict[Person, list[str]] = {}
    for role in step.attendees:
        person = holder_of(opened.plan, opened.state, role)
        if person is not None and opened.plan.company.works_here(person):
            roles.setdefault(person, []).append(opened.plan.role_title(role))
    for person, titles in roles.items():
        yield GuestChoice(value=f"p:{person.id}", name=person.name, about=", ".join(titles))
    for group in step.guests:
        title = opened.plan.runbook.contacts[group].title
        for one in contacts_in(opened.plan, opened.state, group):
            about = f"{title}, {one.email}" if one.email else f"{title}: no e-mail address is known"
            can_be = bool(one.email)
            yield GuestChoice(value=f"c:{one.email}", name=one.name, about=about, is_ticked=can_be, can_be=can_be)


def expected_words(opened: Opened, step: Step) -> tuple[str, ...]:
    groups = (opened.plan.runbook.contacts[group].title for group in step.guests)
    return (*(holder(opened, role).words for role in step.attendees), *groups)
