"""Whose a mail is: which delivery it answers, and whether it comes from whom that went to.

One rule: nobody speaks for somebody else. Where another answers than was written to, that is told, and nothing
counts as said by who was written to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from handrail.desk import models, reply_address, unsubscribing
from handrail.desk.post.reading import Letter

_MARK = re.compile(r"handrail\.(\d{1,18})\.(\d{1,9})\.(\d{1,18}|x[0-9a-f]{20})@")
_MOST_LOOKED_AT = 10
_NOT_OUT = (models.Delivery.State.QUEUED,)


@dataclass(frozen=True, kw_only=True)
class Match:
    """`contact` is whose mail it is, an address; `instead_of` who was written to, where that was somebody else."""

    delivery: models.Delivery
    contact: str
    name: str
    instead_of: str = ""


def match(letter: Letter) -> Match | None:
    """None where it answers nothing that went out."""
    for delivery in _answered(letter):
        if letter.sort == "bounce":
            return _of_bounce(letter, delivery)
        if letter.sender:
            return _of_reply(letter, delivery)
    return None


def wants_no_more(letter: Letter) -> models.Delivery | None:
    """The delivery whose reader asks by mail to get no more: the address itself says so, whoever writes to it."""
    for token in _tokens(letter):
        if token.startswith(unsubscribing.BY_MAIL):
            return unsubscribing.delivery_of(token.removeprefix(unsubscribing.BY_MAIL))
    return None


def _answered(letter: Letter) -> Iterator[models.Delivery]:
    """By what it refers to, then by the address that it came to."""
    for answered in letter.answers[:_MOST_LOOKED_AT]:
        found = _by_message_id(answered)
        if found is not None:
            yield found
    for token in _tokens(letter):
        found = reply_address.delivery_of(token)
        if found is not None and found.state not in _NOT_OUT:
            yield found


def _tokens(letter: Letter) -> Iterator[str]:
    yield from filter(None, (reply_address.token_in(one) for one in letter.recipients[:_MOST_LOOKED_AT]))


def _by_message_id(message_id: str) -> models.Delivery | None:
    found = _MARK.match(message_id)
    if found is None:
        return None
    handoff_id, number, whom = int(found[1]), int(found[2]), found[3]
    rows = models.Delivery.objects.select_related("person").filter(handoff=handoff_id, number=number)
    rows = rows.exclude(state__in=_NOT_OUT)
    if not whom.startswith("x"):
        return rows.filter(person=int(whom)).first()
    mark = f"{handoff_id}.{number}.{whom}"
    return next((row for row in rows.filter(person=None) if row.mark == mark), None)


def _of_bounce(letter: Letter, delivery: models.Delivery) -> Match:
    """Whom it did not reach is whom the delivery went to, whatever address the report tells: theirs may be an alias."""
    name, address = delivery.to
    return Match(delivery=delivery, contact=address.lower(), name=name)


def _of_reply(letter: Letter, delivery: models.Delivery) -> Match:
    own = _own(letter, delivery)
    if own is not None:
        return Match(delivery=own, contact=letter.sender, name=own.to[0])
    instead_of = delivery.to[1].lower()
    return Match(delivery=delivery, contact=letter.sender, name=letter.sender_name, instead_of=instead_of)


def _own(letter: Letter, delivery: models.Delivery) -> models.Delivery | None:
    """The delivery itself where it went to the sender, or another one of the handoff that did."""
    if delivery.to[1].lower() == letter.sender:
        return delivery
    others = models.Delivery.objects.select_related("person").filter(handoff=delivery.handoff_id)
    others = others.exclude(state__in=_NOT_OUT)
    theirs = others.filter(address=letter.sender, person=None) | others.filter(person__email__iexact=letter.sender)
    return theirs.order_by("-number").first()
