"""What is known of accounts in the terms of a runbook: the facts of their records, and lists made of what other systems
have on them.

One rule: a constant number of queries for many accounts. A list is made only of a sort of which there is any record at
all; of an account that has none of it, it is empty.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, timedelta

from handrail.desk import models
from handrail.handoff.plan import canonical
from handrail.runbook.kinds import MOST_RECORDS, Kind, Records, Unfit, Written, read_scalar
from handrail.runbook.model import Runbook

_SORTS: Mapping[str, str] = {"opportunities": "opportunity", "pending": "pending", "cases": "case"}


def facts_of(
    customer_ids: Collection[int], runbook: Runbook, *, today: date | None = None, recent_days: int = 90
) -> dict[int, Mapping[str, Written]]:
    """By customer, what the runbook can read. Opportunities that were closed within the last days before `today` are
    among the list of them. What somebody wrote of an account goes before what is made of its records."""
    since = today - timedelta(days=recent_days) if today else None
    found = _lists(customer_ids, runbook, since)
    for fact in models.CustomerFact.objects.filter(customer__in=customer_ids).order_by("customer", "name"):
        found[fact.customer_id][fact.name] = fact.value
    return {customer: dict(_readable(facts, runbook)) for customer, facts in found.items()}


def _readable(facts: Mapping[str, Written], runbook: Runbook) -> Iterator[tuple[str, Written]]:
    for name, value in facts.items():
        if name in runbook.facts and not isinstance(canonical(runbook.facts[name].kind, value), Unfit):
            yield name, value


# ------------------------------------------------------------------------------------------------ lists made of records


def _lists(customer_ids: Collection[int], runbook: Runbook, closed_since: date | None) -> dict[int, dict[str, Written]]:
    made: dict[int, dict[str, Written]] = {one: {} for one in customer_ids}
    for name, sort in _SORTS.items():
        kind = runbook.facts[name].kind if name in runbook.facts else None
        if not isinstance(kind, Records) or not models.CrmRecord.objects.filter(sort=sort).exists():
            continue
        for customer, some in _by_customer(customer_ids, sort, closed_since).items():
            made[customer][name] = _list(kind, some)
    return made


def _by_customer(
    customer_ids: Collection[int], sort: str, closed_since: date | None
) -> dict[int, list[models.CrmRecord]]:
    found: dict[int, list[models.CrmRecord]] = {one: [] for one in customer_ids}
    rows = models.CrmRecord.objects.filter(customer__in=customer_ids, sort=sort).order_by("-is_open", "id")
    for row in rows:
        if row.is_open or sort == "case" or (sort == "opportunity" and _is_recent(row, closed_since)):
            found[row.customer_id or 0].append(row)
    return found


def _is_recent(row: models.CrmRecord, closed_since: date | None) -> bool:
    return closed_since is not None and row.closed_on is not None and row.closed_on >= closed_since


def _list(kind: Records, records: Iterable[models.CrmRecord]) -> Written:
    return list(_rows(kind, list(records)[:MOST_RECORDS]))


def _rows(kind: Records, records: Iterable[models.CrmRecord]) -> Iterator[dict[str, str]]:
    """A record is known by its first column: one that is named as another gets its key beside it."""
    taken: set[str] = set()
    for record in records:
        name = record.title or record.key
        name = f"{name} ({record.key})" if name in taken else name
        taken.add(name)
        yield dict(_cells(kind, {**_cells_of(record), "name": (name,)}))


def _cells(kind: Records, told: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    """Of what could stand in a column the first that it can read."""
    for column, of in kind.columns.items():
        fits = next((one for one in told.get(column, ()) if one and _reads(of, one)), None)
        if fits is not None:
            yield column, fits


def _reads(kind: Kind, text: str) -> bool:
    return not isinstance(read_scalar(kind, text), Unfit)


def _cells_of(record: models.CrmRecord) -> dict[str, tuple[str, ...]]:
    state = "open" if record.is_open else "closed"
    return {
        "key": (record.key,),
        "stage": (record.stage, record.stage.lower(), "" if record.is_open else "recently closed"),
        "state": (state,),
        "value": (str(record.amount) if record.amount is not None else "",),
        "next_step": (str(record.data.get("next_step", "")), record.context),
        "sort": (record.about, record.about.lower(), "other"),
        "about": (record.about,),
        "context": (record.context,),
        "escalated": ("yes" if record.is_escalated else "no",),
    }
