"""What importing a record would do to the one that stands: make it, change it, or nothing.

One rule: what the file said the last time and says again is no news. An owner or account that has been given here
meanwhile stays, until the file says something else.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from handrail.desk import models
from handrail.desk.imports.crm_checking import WantedRecord
from handrail.desk.imports.plan import Change, Sort
from handrail.desk.staff import day_words
from handrail.runbook.kinds.amounts import grouped

TITLES = {
    "title": "Title",
    "about": "Sort",
    "stage": "Stage",
    "is_open": "Open",
    "is_escalated": "Escalated",
    "amount": "Amount",
    "opened_on": "Opened on",
    "closed_on": "Closed on",
    "due_on": "Due on",
    "context": "Context",
    "account_words": "Account as written",
    "owner_words": "Owner as written",
    "customer_id": "Account",
    "owner_id": "Owner",
    "data": "Other columns",
}
COMPARED = (*TITLES,)


@dataclass(frozen=True, kw_only=True)
class Planned:
    """`changed` has the columns that would be written, with their new values."""

    wanted: WantedRecord
    sort: Sort
    changed: Mapping[str, Any]


def compare(wanted: WantedRecord, standing: models.CrmRecord | None) -> Planned:
    asked = {name: value for name, value in _asked(wanted, standing).items() if value not in (None, "", {})}
    if standing is None:
        return Planned(wanted=wanted, sort="new", changed=asked)
    changed = {name: value for name, value in asked.items() if getattr(standing, name) != value}
    return Planned(wanted=wanted, sort="changed" if changed else "same", changed=changed)


def _asked(wanted: WantedRecord, standing: models.CrmRecord | None) -> dict[str, Any]:
    known = standing.data if standing else {}
    asked = {**wanted.fields, "data": {**known, **wanted.data}}
    asked |= {"account_words": wanted.account_words, "owner_words": wanted.owner_words}
    if standing is None or wanted.account_words != standing.account_words or standing.customer_id is None:
        asked["customer_id"] = wanted.customer
    if standing is None or wanted.owner_words != standing.owner_words or standing.owner_id is None:
        asked["owner_id"] = wanted.owner
    return asked


def standing_of(sort: str, keys: Iterable[str], *, locked: bool = False) -> dict[str, models.CrmRecord]:
    """In one query; `locked` ones stay as they are until the transaction ends."""
    rows = models.CrmRecord.objects.filter(sort=sort, key__in=list(keys)).order_by("pk")
    return {row.key: row for row in (rows.select_for_update(no_key=True) if locked else rows)}


def changes_of(
    plan: Planned, standing: models.CrmRecord | None, names: Mapping[str, Mapping[int, str]], titles: Mapping[str, str]
) -> list[Change]:
    """In words; `names` are those of accounts and people, by what has them and their id, `titles` what the columns of
    this sort of record are called where that is not as in `TITLES`."""
    return [
        Change(
            title=titles.get(name, TITLES[name]),
            before=_spoken(name, getattr(standing, name), names) if standing else "",
            after=_spoken(name, value, names),
        )
        for name, value in sorted(plan.changed.items(), key=lambda one: COMPARED.index(one[0]))
        if standing is not None or name not in _OF_NO_NEWS
    ]


# Of a new record, what is said by something else already.
_OF_NO_NEWS = {"account_words", "owner_words", "data"}


def _spoken(name: str, value: Any, names: Mapping[str, Mapping[int, str]]) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return grouped(value)
        case date():
            return day_words(value)
        case dict():
            return "; ".join(f"{key}: {text}" for key, text in value.items())
        case int() if name in names:
            return names[name].get(value, "")
    return str(value)


def write(sort: str, plans: Sequence[Planned], standing: Mapping[str, models.CrmRecord], source: str, now: Any) -> None:
    """The rows that are new or changed, in the order of their keys, so that two imports never wait crosswise."""
    rows = [_row(sort, plan, standing.get(plan.wanted.key), source, now) for plan in plans]
    models.CrmRecord.objects.bulk_create(
        sorted(rows, key=lambda row: row.key),
        update_conflicts=True,
        unique_fields=["sort", "key"],
        update_fields=[*(name.removesuffix("_id") for name in TITLES), "source", "changed_at"],
    )


def _row(sort: str, plan: Planned, standing: models.CrmRecord | None, source: str, now: Any) -> models.CrmRecord:
    before = {name: getattr(standing, name) for name in TITLES} if standing else {}
    values = {**before, **plan.changed}
    return models.CrmRecord(sort=sort, key=plan.wanted.key, source=source[:300], changed_at=now, **values)
