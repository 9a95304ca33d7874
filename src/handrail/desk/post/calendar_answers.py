"""Who takes answers to invitations (iTIP): whatever has to do with meetings registers here.

One rule: what nobody takes is shown as the mail that it is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.post.reading import Calendar


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`delivery` is the one that the mail answers, where that is known, `mail` the key of what was kept."""

    calendar: Calendar
    sender: str
    sender_name: str
    delivery: models.Delivery | None
    mail: str


Taker = Callable[[Answer, datetime], int | None]
"""Within the transaction of the mail; the handoff whose it is, None where the taker has nothing to do with it."""

_takers: list[Taker] = []


def register(taker: Taker) -> None:
    if taker not in _takers:
        _takers.append(taker)


def taken(answer: Answer, now: datetime) -> int | None:
    """The handoff of the first who takes it."""
    for taker in _takers:
        handoff_id = taker(answer, now)
        if handoff_id is not None:
            return handoff_id
    return None
