"""Who owned an account when: the rows that tell it, written wherever an account's owner is.

One rule: whoever sets `Customer.owner` holds those customers' rows, and calls `keep` in the same transaction. At most
one ownership of an account is open, and it is its owner's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from handrail.desk.recordsets import chunks, same, source, value

_OWNER = (("customer", "bigint"), ("person", "bigint"))
# Of two instants the later one, which SQLite keeps as texts of one form.
_LATER = {"sqlite": "MAX(desk_ownership.since, %s)", "postgresql": "GREATEST(desk_ownership.since, %s)"}
_END = """
UPDATE desk_ownership SET until = {later} FROM {v}
WHERE desk_ownership.customer_id = v.customer AND desk_ownership.until IS NULL
  AND NOT (desk_ownership.person_id {same} v.person)"""
# One owner follows the other without a gap, also where the clocks of two machines do not agree.
_BEGIN = """
INSERT INTO desk_ownership (customer_id, person_id, since, source, by_id)
SELECT v.customer, v.person,
  COALESCE((SELECT MAX(o.until) FROM desk_ownership o WHERE o.customer_id = v.customer AND o.until > {now}), {now}),
  {source}, {by}
FROM {v}
WHERE v.person IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM desk_ownership o WHERE o.customer_id = v.customer AND o.until IS NULL)"""
_TYPES = {
    "sqlite": ("%s", "%s", "%s"),
    "postgresql": ("CAST(%s AS timestamptz)", "CAST(%s AS text)", "CAST(%s AS bigint)"),
}


@dataclass(frozen=True, kw_only=True)
class Occasion:
    """What made the accounts change hands: `source` in words, by whom and when."""

    source: str
    by: int | None
    now: datetime


def keep(owners: Mapping[int, int | None], occasion: Occasion) -> None:
    """By customer who owns it from now on, None where nobody does. Whose it stays is left as it is."""
    now: Any = connection.ops.adapt_datetimefield_value(occasion.now)
    instant, words, person = _TYPES[connection.vendor]
    end = _END.format(later=_LATER[connection.vendor], same=same(), v=source(_OWNER))
    begin = _BEGIN.format(now=instant, source=words, by=person, v=source(_OWNER))
    with connection.cursor() as cursor:
        for chunk in chunks(owners.items()):
            rows = value(chunk)
            cursor.execute(end, [now, rows])
            cursor.execute(begin, [now, now, occasion.source[:400], occasion.by, rows])
