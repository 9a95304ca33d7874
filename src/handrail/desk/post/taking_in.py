"""Taking a mail in: its bytes kept, its row and what it means for a handoff recorded in one transaction.

One rule: a mail is taken in once. Who brings it again, or at the same time, learns that it is known; killed anywhere,
either all of it was done or nothing but a file that the next try writes anew.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db import IntegrityError, transaction

from handrail.desk import ledger, models
from handrail.desk.failing import is_the_databases
from handrail.desk.post import calendar_answers, keeping, subscriptions
from handrail.desk.post.matching import Match, match, wants_no_more
from handrail.desk.post.reading import Letter, read
from handrail.handoff import events as e
from handrail.handoff.hearing import Hear, What
from handrail.handoff.refusal import Refused

log = logging.getLogger(__name__)

State = models.Mail.State
EXCERPT = 500
_NOT_WHOLE = "Not all of it could be read: its parts are out of order."


class NotHeard(Exception):
    """A handoff would not record what happened outside, which it must."""


@dataclass(frozen=True, kw_only=True)
class Brought:
    """How a mail came, and when; `also` is done in the transaction that takes it in, and where it is known already."""

    by: str
    now: datetime
    also: Callable[[], None] = lambda: None
    problem: str = ""


@dataclass(frozen=True, kw_only=True)
class Taken:
    """`became` of a mail that is known already is what became of it the first time."""

    key: str
    became: Literal["taken", "unclaimed", "known"]


def take_in(raw: bytes, brought: Brought) -> Taken:
    letter = read(raw)
    key = letter.identity[:32]
    if models.Mail.objects.filter(key=key).exists():
        return _known(key, brought)
    keeping.keep(key, raw)
    try:
        return _recorded(letter, key, len(raw), brought)
    except IntegrityError:
        if models.Mail.objects.filter(key=key).exists():  # somebody else brought it meanwhile
            return _known(key, brought)
        raise


def _known(key: str, brought: Brought) -> Taken:
    with transaction.atomic():
        brought.also()
    return Taken(key=key, became="known")


def _recorded(letter: Letter, key: str, size: int, brought: Brought) -> Taken:
    row = _row(letter, key, size, brought)
    try:
        return _taken(letter, row, brought)
    except ledger.CompanyChanges:
        raise
    except Exception as fault:
        if is_the_databases(fault) or isinstance(fault, IntegrityError):
            raise
        # A handoff that cannot be written to must not hold up the mailbox, nor lose the mail.
        log.exception("Mail %s could not be recorded in its handoff.", key)
        row.handoff_id, row.state, row.step, row.contact = None, State.UNCLAIMED, "", ""
        row.problem = f"It could not be recorded in its handoff: {type(fault).__name__}."
        return _unclaimed(row, brought)


def _taken(letter: Letter, row: models.Mail, brought: Brought) -> Taken:
    leaving = wants_no_more(letter)
    if leaving is not None:
        return _unsubscribed(leaving, row, brought)
    found = match(letter)
    if letter.calendar is not None:
        taken = _answered(letter, found, row, brought)
        if taken is not None:
            return taken
    if found is None:
        return _unclaimed(row, brought)
    if letter.sort == "unsubscribe" and not found.instead_of and found.delivery.person_id is None:
        return _unsubscribed(found.delivery, row, brought)
    return _heard(said(letter.sort, letter, found, row), found, row, brought)


def _row(letter: Letter, key: str, size: int, brought: Brought) -> models.Mail:
    return models.Mail(
        key=key,
        came_by=brought.by[:100],
        at=brought.now,
        size=size,
        sort=letter.sort,
        message_id=letter.message_id[:400],
        sender=letter.sender,
        sender_name=letter.sender_name[:300],
        subject=letter.subject,
        text=_text(letter),
        files=[{"number": one.number, "name": one.name, "size": one.size} for one in letter.files],
        problem=brought.problem or ("" if letter.whole else _NOT_WHOLE),
    )


def _text(letter: Letter) -> str:
    """Of mail that came back first why."""
    why = letter.bounce.says if letter.bounce else ""
    return "\n\n".join(dict.fromkeys(filter(None, (why, letter.new))))


def said(sort: str, letter: Letter, found: Match, row: models.Mail) -> What:
    step = found.delivery.step
    if sort == "bounce" and letter.bounce is not None:
        says, for_good = letter.bounce.says, letter.bounce.for_good
        return e.Bounced(contact=found.contact, name=found.name, step=step, says=says, mail=row.key, for_good=for_good)
    return e.Replied(
        contact=found.contact,
        name=found.name,
        step=step,
        subject=letter.subject[:300],
        says=excerpt(letter.new),
        mail=row.key,
        instead_of=found.instead_of,
        automatic=sort == "automatic",
    )


def excerpt(text: str) -> str:
    return text if len(text) <= EXCERPT else f"{text[: EXCERPT - 2].rstrip()} …"


def _heard(what: What, found: Match, row: models.Mail, brought: Brought) -> Taken:
    row.handoff_id, row.state = found.delivery.handoff_id, State.TAKEN
    row.step, row.contact = found.delivery.step, (found.instead_of or found.contact)
    heard = Hear(what=what)
    outcome = ledger.record(found.delivery.handoff_id, heard, now=brought.now, also=lambda: _save(row, brought))
    if isinstance(outcome, Refused):
        raise NotHeard(outcome.says)
    return Taken(key=row.key, became="taken")


def _unsubscribed(delivery: models.Delivery, row: models.Mail, brought: Brought) -> Taken:
    row.handoff_id, row.state, row.sort = delivery.handoff_id, State.TAKEN, "unsubscribe"
    row.step, row.contact = delivery.step, delivery.to[1].lower()
    subscriptions.leave(delivery, "by mail", now=brought.now, also=lambda: _save(row, brought))
    return Taken(key=row.key, became="taken")


def _answered(letter: Letter, found: Match | None, row: models.Mail, brought: Brought) -> Taken | None:
    assert letter.calendar is not None
    answer = calendar_answers.Answer(
        calendar=letter.calendar,
        sender=letter.sender,
        sender_name=letter.sender_name,
        delivery=found.delivery if found else None,
        mail=row.key,
    )
    with transaction.atomic():
        handoff_id = calendar_answers.taken(answer, brought.now)
        if handoff_id is None:
            return None
        row.handoff_id, row.state, row.contact = handoff_id, State.TAKEN, letter.sender
        row.step = found.delivery.step if found else ""
        _save(row, brought)
    return Taken(key=row.key, became="taken")


def _unclaimed(row: models.Mail, brought: Brought) -> Taken:
    with transaction.atomic():
        _save(row, brought)
    return Taken(key=row.key, became="unclaimed")


def _save(row: models.Mail, brought: Brought) -> None:
    row.save(force_insert=True)
    brought.also()
