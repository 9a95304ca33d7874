"""What calendars answer to invitations, as it comes in by mail: read, and recorded in the handoff that it is about.

One rule: whoever answers is whom the mail is from. An answer in the name of another address is taken as the sender's
own, so that nobody says for somebody who was invited that they come.
"""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import itip, ledger, models
from handrail.desk.post.calendar_answers import Answer, register
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.events import Invitee
from handrail.handoff.history import Handoff, Meeting
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class TakenIn:
    """`handoff_id` and `step` are those that it is about; `is_news` where something was recorded."""

    handoff_id: int
    step: str
    is_news: bool


def take_in(calendar: bytes, sender: str, now: datetime) -> TakenIn | itip.NotAnAnswer:
    """`calendar` is the text/calendar part of a mail, decoded; `sender` the address that the mail is from."""
    answer = itip.read_reply(calendar)
    return answer if isinstance(answer, itip.NotAnAnswer) else heard(answer, sender, now)


def listen() -> None:
    """To what comes in by mail, from now on: for whoever takes mail in."""
    register(by_mail)


def by_mail(answer: Answer, now: datetime) -> int | None:
    """Of an answer that came in by mail, the handoff whose meeting it answers."""
    found = take_in(answer.calendar.content, answer.sender, now)
    return found.handoff_id if isinstance(found, TakenIn) else None


def heard(answer: itip.Answer, sender: str, now: datetime) -> TakenIn | itip.NotAnAnswer:
    state = models.Handoff.objects.filter(pk=answer.handoff_id).values_list("state", flat=True).first()
    found = None if state is None else _meeting(wire.decode_handoff(state), answer.key)
    if found is None:
        return itip.NotAnAnswer(says="There is no such meeting.")
    step, meeting = found
    command = c.TakeAnswer(
        step=step,
        key=answer.key,
        who=_who(answer, sender.strip().lower(), meeting),
        says=answer.says,
        comment=answer.comment,
        proposes=answer.proposes,
        sequence=answer.sequence,
        stamped_at=min(answer.stamped_at, now),
    )
    outcome = ledger.record(answer.handoff_id, command, now=now)
    if isinstance(outcome, Refused):
        return itip.NotAnAnswer(says=outcome.says)
    return TakenIn(handoff_id=answer.handoff_id, step=step, is_news=bool(outcome.events))


def _meeting(handoff: Handoff, key: str) -> tuple[str, Meeting] | None:
    every = ((step, one) for step, meetings in handoff.meetings.items() for one in meetings)
    return next((found for found in every if found[1].key == key), None)


def _who(answer: itip.Answer, sender: str, meeting: Meeting) -> Invitee:
    """Whoever reads somebody's mail for them says so (SENT-BY), and is believed where the mail is from them."""
    speaks = not sender or sender in {answer.email, answer.sent_by}
    email, name = (answer.email, answer.name) if speaks else (sender, "")
    person = models.Person.objects.filter(email=email).first()
    if person is not None and any(one.person == person.pk for one in meeting.invited):
        return Invitee(name=person.name, person=person.pk)
    return Invitee(name=name or (person.name if person else email), email=email)
