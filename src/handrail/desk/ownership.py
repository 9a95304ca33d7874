"""Who owned an account when: the rows that tell it, written wherever an account's owner is.

One rule: whoever sets `Customer.owner` holds those customers' rows, and calls `keep` in the same transaction. At most
one ownership of an account is open, and it is its owner's.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from handrail.desk import models

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What made the accounts change hands: `source` in words, by whom and when."""

    source: str
    by: int | None
    now: datetime


def keep(owners: Mapping[int, int | None], occasion: Occasion) -> None:
    """By customer who owns it from now on, None where nobody does. Whose it stays is left as it is."""
    rest = iter(owners.items())
    while chunk := dict(islice(rest, CHUNK)):
        _keep(chunk, occasion)


def _keep(owners: Mapping[int, int | None], occasion: Occasion) -> None:
    rows = models.Ownership.objects.filter(customer__in=owners, until=None)
    standing = {row.customer_id: row for row in rows}
    ended = [row for row in standing.values() if row.person_id != owners[row.customer_id]]
    for row in ended:
        row.until = max(row.since, occasion.now)
    models.Ownership.objects.bulk_update(ended, ["until"])
    models.Ownership.objects.bulk_create(_begun(owners, standing, occasion))


def _begun(
    owners: Mapping[int, int | None], standing: Mapping[int, models.Ownership], occasion: Occasion
) -> Iterator[models.Ownership]:
    """One owner follows the other without a gap, also where the clocks of two machines do not agree."""
    for customer_id, person_id in owners.items():
        before = standing.get(customer_id)
        if person_id is None or (before is not None and before.person_id == person_id):
            continue
        since = before.until if before is not None and before.until is not None else occasion.now
        yield models.Ownership(
            customer_id=customer_id, person_id=person_id, since=since, source=occasion.source, by_id=occasion.by
        )
