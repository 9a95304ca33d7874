"""What a delegate is told of an absence: that they stand in, from when and until when, and that they do not any more.

One rule: told in the transaction that makes, changes or ends the absence; once, since there is one key for each.
"""

from datetime import datetime

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.notices import readers

Mail = models.Notice.Mail
_SORT = "told"


def tell_delegate(absence: models.Absence, *, now: datetime) -> None:
    """Nobody, where there is no delegate, or it is they who tell of the absence."""
    delegate = absence.delegate
    if delegate is None or delegate.pk == absence.made_by_id:
        return
    reader = readers([delegate.pk], company(), now).get(delegate.pk)
    mail_at = reader.mailed_at(_SORT, now) if reader else None
    told = {
        "sort": _SORT,
        "about": "absence",
        "title": f"You stand in for {absence.person.name} from {_days(absence)}",
        "why": "On these days you may do what they may, in their name and yours: it stands on My work.",
        "at": now,
        "seen_at": None,
        "over_at": None,
        "mail": Mail.QUEUED if mail_at else Mail.NONE,
        "mail_at": mail_at,
    }
    models.Notice.objects.update_or_create(person=delegate, key=_key(absence), defaults=told)


def tell_another(absence: models.Absence, *, now: datetime) -> None:
    """Somebody else stands in from now on, or nobody."""
    tell_no_more(absence, now=now)
    tell_delegate(absence, now=now)


def tell_no_more(absence: models.Absence, *, now: datetime) -> None:
    told = models.Notice.objects.filter(key=_key(absence), over_at=None)
    told.filter(mail=Mail.QUEUED).update(mail=Mail.DROPPED, mail_at=None)
    told.update(over_at=now)


def _key(absence: models.Absence) -> str:
    return f"absence{absence.pk}"


def _days(absence: models.Absence) -> str:
    first, last = absence.first_day, absence.last_day
    return f"{first.day} {first:%B} to {last.day} {last:%B %Y}"
