"""Long work that ends: done, cancelled or failed, and telling whoever began it.

One rule: it is told in the transaction that ends it, once.
"""

from datetime import datetime

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.notices import readers

Mail, State = models.Notice.Mail, models.LongWork.State

_SORT = "told"
_WORDS = {State.DONE: "Done", State.CANCELLED: "Cancelled", State.FAILED: "Failed"}


def end(work: models.LongWork, state: models.LongWork.State, says: str, *, now: datetime, tells: bool = True) -> None:
    work.state, work.says, work.ended_at, work.next_at = state, says[:1000], now, None
    work.save(update_fields=["state", "says", "ended_at", "next_at", "cancel_asked_at", "tries"])
    if tells:
        _tell(work, now)


def _tell(work: models.LongWork, now: datetime) -> None:
    """Nobody, where whoever began it has left."""
    by = work.by
    reader = readers([by.pk], company(), now).get(by.pk) if by else None
    if by is None or reader is None:
        return
    mail_at = reader.mailed_at(_SORT, now)
    models.Notice.objects.create(
        person=by,
        key=notice_key(work),
        sort=_SORT,
        about="long work",
        name=str(work.pk),
        title=f"{_WORDS[models.LongWork.State(work.state)]}: {work.title}",
        why=work.says or "What came of it stands on its page.",
        at=now,
        mail=Mail.QUEUED if mail_at else Mail.NONE,
        mail_at=mail_at,
    )


def notice_key(work: models.LongWork) -> str:
    return f"work{work.pk}"


def seen(work: models.LongWork, person: models.Person, now: datetime) -> None:
    """Whoever has the work's page before them need not be told of it any more."""
    models.Notice.objects.filter(person=person, key=notice_key(work), seen_at=None).update(seen_at=now)
