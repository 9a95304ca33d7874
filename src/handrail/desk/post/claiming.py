"""What becomes of mail that belongs to nobody: it is assigned to a handoff, or put away.

One rule: each time somebody says so, with a reason, and it is told in the audit; nothing is thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from handrail.desk import audit, ledger, models
from handrail.desk.post import keeping
from handrail.desk.post.reading import Letter, read
from handrail.desk.post.taking_in import excerpt
from handrail.desk.queries.opened import open_handoff
from handrail.handoff import events as e
from handrail.handoff.contacts import Contact, every_contact
from handrail.handoff.hearing import Hear
from handrail.handoff.items import step_of
from handrail.handoff.refusal import Mistake, Refused

State = models.Mail.State
ABOUT = "mail"
_LONGEST_REASON = 1000
_SETTLED = Refused(code="settled", says="Somebody has seen to this mail meanwhile.")


class _SettledMeanwhile(Exception):
    """Somebody else was quicker; nothing is recorded."""


@dataclass(frozen=True, kw_only=True)
class Claim:
    """As it was typed: `contact` is an address that the handoff knows, or empty: the sender themself."""

    handoff: str
    contact: str
    step: str
    reason: str


def contacts_of(handoff_id: int) -> tuple[Contact, ...]:
    """Those with an address."""
    opened = open_handoff(handoff_id)
    return tuple(one for one in every_contact(opened.plan, opened.state) if one.email)


def claim(key: str, asked: Claim, by: models.Person, *, now: datetime) -> models.Mail | Refused:
    """The mail belongs to the handoff from now on, which hears of it."""
    row = models.Mail.objects.filter(key=key).first()
    if row is None or row.state != State.UNCLAIMED:
        return _SETTLED
    mistakes = [*_handoff_mistakes(asked.handoff), *_reason_mistakes(asked.reason)]
    if mistakes:
        return _unfit(mistakes)
    handoff_id = int(asked.handoff)
    contact = next((one for one in contacts_of(handoff_id) if one.email == asked.contact), None)
    opened = open_handoff(handoff_id)
    step = asked.step if step_of(opened.plan, opened.state, asked.step) is not None else ""
    row.handoff_id, row.step, row.contact = handoff_id, step, contact.email if contact else row.sender
    what = _said(row, contact, step)
    words = " ".join(asked.reason.split())

    def keep() -> None:
        name = f"{row.subject or 'No subject'}, from {row.sender}"
        _settle(row, State.CLAIMED, words, by, now)
        says = f"To handoff {handoff_id}: {words}"
        audit.write(action="assigned", about=ABOUT, key=row.key, name=name, says=says, by=audit.person(by))

    try:
        outcome = ledger.record(handoff_id, Hear(what=what), now=now, also=keep)
    except _SettledMeanwhile:
        return _SETTLED
    return outcome if isinstance(outcome, Refused) else row


def _said(row: models.Mail, contact: Contact | None, step: str) -> e.Replied:
    address, name = (contact.email, contact.name) if contact else (row.sender, row.sender_name or row.sender)
    return e.Replied(
        contact=address or "an unknown address",
        name=name or "Somebody",
        step=step,
        subject=row.subject[:300],
        says=excerpt(row.text),
        mail=row.key,
        automatic=row.sort in {"automatic", "bounce"},
    )


def put_away(key: str, reason: str, by: models.Person, *, now: datetime) -> models.Mail | Refused:
    mistakes = _reason_mistakes(reason)
    return _unfit(mistakes) if mistakes else _turned(key, State.UNCLAIMED, State.PUT_AWAY, reason, by, now)


def take_up(key: str, by: models.Person, *, now: datetime) -> models.Mail | Refused:
    """What was put away is nobody's again."""
    return _turned(key, State.PUT_AWAY, State.UNCLAIMED, "", by, now)


def _turned(key: str, was: str, becomes: str, reason: str, by: models.Person, now: datetime) -> models.Mail | Refused:
    row, words = models.Mail.objects.filter(key=key).first(), " ".join(reason.split())
    if row is None or row.state != was:
        return _SETTLED
    name = f"{row.subject or 'No subject'}, from {row.sender}"
    try:
        with transaction.atomic():
            _settle(row, becomes, words, by, now, was=was)
            action = "put away" if becomes == State.PUT_AWAY else "taken up"
            audit.write(action=action, about=ABOUT, key=row.key, name=name, says=words, by=audit.person(by))
    except _SettledMeanwhile:
        return _SETTLED
    return row


def _settle(
    row: models.Mail, becomes: str, reason: str, by: models.Person, now: datetime, was: str = State.UNCLAIMED
) -> None:
    columns = {
        "state": becomes,
        "reason": reason,
        "settled_by_id": by.pk,
        "settled_at": now,
        "handoff_id": row.handoff_id,
        "step": row.step,
        "contact": row.contact,
    }
    if not models.Mail.objects.filter(pk=row.pk, state=was).update(**columns):
        raise _SettledMeanwhile


def _handoff_mistakes(written: str) -> list[Mistake]:
    number = int(written) if written.isascii() and written.isdigit() and len(written) < 16 else 0
    if number and models.Handoff.objects.filter(pk=number).exists():
        return []
    says = f"There is no handoff {written}." if written else "Choose the handoff that it belongs to."
    return [Mistake(field="handoff", says=says)]


def _reason_mistakes(reason: str) -> list[Mistake]:
    words = " ".join(reason.split())
    if words and len(words) <= _LONGEST_REASON:
        return []
    says = f"Write at most {_LONGEST_REASON} characters." if words else "Say why, for those who look at it later."
    return [Mistake(field="reason", says=says)]


def _unfit(mistakes: list[Mistake]) -> Refused:
    return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=tuple(mistakes))


def letter_of(row: models.Mail) -> Letter | None:
    """The mail read anew from its bytes; None where they are gone."""
    raw = keeping.kept(row.key)
    return read(raw) if raw is not None else None
