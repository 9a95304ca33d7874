"""Private addresses under which people outside see their part of a handoff: making one, finding it again, ending it.

One rule: the token is told once, to whoever makes the link, or goes out in the mail to whom it is for; see
`link_tokens`. Each look, and whatever is done under it, is told in the audit.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet

from handrail.desk import audit, models
from handrail.desk.link_tokens import digest_of, new_salt, token_of
from handrail.handoff.people import Outsider
from handrail.handoff.refusal import Mistake, Refused

USUAL_DAYS, MOST_DAYS = 30, 365
ABOUT = "customer link"
SEEN = "seen"

_GONE = "Not a contact of this handoff any more."
_LONGEST_LABEL = 200
_LONGEST_AGENT = 200


def make(
    handoff: models.Handoff, label: str, days: str, by: models.Person, *, now: datetime, to: Outsider | None = None
) -> str | Refused:
    """The token of a new link, of a contact where it is `to` one: it takes the place of those they had. Both what was
    typed and what may be are looked at."""
    named, ends_at = " ".join(label.split()), _end(days, now)
    mistakes = [one for one in (_label_mistake(named), ends_at) if isinstance(one, Mistake)]
    if mistakes or isinstance(ends_at, Mistake):
        return Refused(code="unfit", says="The link could not be made yet.", mistakes=tuple(mistakes))
    if handoff.status != models.Handoff.Status.RUNNING:
        return Refused(
            code="over", says="This handoff does not run any more: there is nothing for its customer to follow."
        )
    salt = new_salt()
    token = token_of(salt)
    with transaction.atomic():
        if to is not None:
            _end_all(_open_ones(handoff.pk).filter(address=to.address), "Another link took its place.", now)
        link = models.CustomerLink.objects.create(
            handoff=handoff,
            digest=digest_of(token),
            salt=salt,
            label=named,
            address=to.address if to else "",
            side=to.side if to else "",
            made_by=by,
            made_at=now,
            ends_at=ends_at,
        )
        to_whom = f" For {to.address}." if to else ""
        _tell("made", link, f"Until {ends_at:%Y-%m-%d}.{to_whom}", audit.person(by))
    return token


def end_those_gone(handoff_id: int, known: Iterable[str], now: datetime) -> None:
    """The links of whoever is not among the `known` addresses of its contacts any more are ended; in the transaction in
    which that changed."""
    _end_all(_open_ones(handoff_id).exclude(address="").exclude(address__in=[*known]), _GONE, now)


def open_links(handoff_id: int, now: datetime) -> dict[str, models.CustomerLink]:
    """Those of contacts that can be used, by address."""
    rows = _open_ones(handoff_id).exclude(address="").filter(ends_at__gt=now).order_by("made_at", "pk")
    return {row.address: row for row in rows}


def _open_ones(handoff_id: int) -> QuerySet[models.CustomerLink]:
    return models.CustomerLink.objects.filter(handoff=handoff_id, revoked_at=None)


def _end_all(rows: QuerySet[models.CustomerLink], why: str, now: datetime) -> None:
    for link in rows.select_related("handoff__customer"):
        link.revoked_at, link.why_ended = now, why
        link.save(update_fields=["revoked_at", "why_ended"])
        _tell("ended", link, why, audit.DESK)


def _end(days: str, now: datetime) -> datetime | Mistake:
    written = days.strip()
    if written.isascii() and written.isdigit() and len(written) < 5 and 1 <= int(written) <= MOST_DAYS:
        return now + timedelta(days=int(written))
    return Mistake(field="days", says=f"A link ends after 1 to {MOST_DAYS} days. Write a whole number.")


def _label_mistake(label: str) -> Mistake | None:
    if not label:
        return Mistake(field="label", says="Say for whom the link is, such as the name of the contact.")
    if len(label) > _LONGEST_LABEL:
        return Mistake(field="label", says=f"Write at most {_LONGEST_LABEL} characters.")
    return None


def revoke(handoff_id: int, link_id: int, by: models.Person, *, now: datetime) -> models.CustomerLink | None:
    """The link, which nobody can use from now on; None where the handoff has none of that number that still can be."""
    with transaction.atomic():
        rows = models.CustomerLink.objects.select_for_update(of=("self",)).select_related("handoff__customer")
        link = rows.filter(pk=link_id, handoff=handoff_id, revoked_at=None).first()
        if link is not None:
            link.revoked_at = now
            link.save(update_fields=["revoked_at"])
            _tell("revoked", link, "", audit.person(by))
    return link


def look(token: str, network: str, agent: str, *, now: datetime, counts: bool) -> models.CustomerLink | None:
    """The link, where it is valid; the look is told, unless it is not to be counted. A link that was valid once and is
    not any more is told too: somebody still has its address."""
    rows = models.CustomerLink.objects.select_related("handoff__customer")
    link = rows.filter(digest=digest_of(token)).first()
    if link is None:
        return None
    is_valid = is_open(link, now) and link.handoff.status != models.Handoff.Status.CANCELLED
    if counts:
        from_where = f"From {network}" if network else "From an unknown network"
        says = f"{from_where}, with {agent[:_LONGEST_AGENT]}" if agent else from_where
        _tell(SEEN if is_valid else "turned away", link, says, audit.By(name=link.label))
    return link if is_valid else None


def did(link: models.CustomerLink, action: str, says: str, network: str) -> None:
    """Tell what was done under the link."""
    where = f" From {network}." if network else ""
    _tell(action, link, f"{says}{where}", audit.By(name=link.label))


def is_open(link: models.CustomerLink, now: datetime) -> bool:
    return link.revoked_at is None and now < link.ends_at


def key_of(link: models.CustomerLink) -> str:
    """In the audit: the handoff and the link."""
    return f"{link.handoff_id}.{link.pk}"


def _tell(action: str, link: models.CustomerLink, says: str, by: audit.By) -> None:
    name = f"{link.label}, for {link.handoff.customer}"
    audit.write(action=action, about=ABOUT, key=key_of(link), name=name, says=says, by=by)
