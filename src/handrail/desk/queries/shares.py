"""Who looks after an account beside its owner just now, as its page shows it."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet, prefetch_related_objects

from handrail.desk import models
from handrail.desk.permissions import shares_accounts
from handrail.desk.prepared import prepared


@dataclass(frozen=True, kw_only=True)
class ShareRow:
    """`last_day` is the last one on which they do, None where it has no end. `may_take` is whether the reader takes the
    account from the pool, `may_change` whether they end or prolong it."""

    id: int
    is_pool: bool
    name: str
    person_id: int | None
    team_key: str
    since: date
    until: date | None
    may_take: bool
    may_change: bool


def shares_of(customer: models.Customer, reader: models.Person, now: datetime) -> tuple[ShareRow, ...]:
    rows = _shares(customer.pk)
    # Most accounts are shared by nobody: what costs something is asked only where one is.
    prefetch_related_objects(rows, "person", "team")
    return tuple(_row(row, customer, reader) for row in rows)


@prepared
def _shares(customer_id: int) -> QuerySet[models.Share]:
    return models.Share.objects.filter(customer=customer_id, ended_at=None).order_by("sort", "pk")


def _row(row: models.Share, customer: models.Customer, reader: models.Person) -> ShareRow:
    row.customer = customer
    is_pool = row.sort == models.Share.Sort.POOL
    may_change = shares_accounts(reader, row) is None
    return ShareRow(
        id=row.pk,
        is_pool=is_pool,
        name=row.person.name if row.person else row.team.name if row.team else "",
        person_id=row.person_id,
        team_key=row.team.key if row.team else "",
        since=row.since,
        until=row.until,
        may_take=is_pool and row.team_id is not None and row.team_id == reader.team_id,
        may_change=may_change,
    )
