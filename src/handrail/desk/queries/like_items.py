"""What is known of the record that a step is for, and how like ones went before: those of the same customer first, and
of others how many.

One rule: a record is like another where both are of one sort and about the same; only closed ones have a history.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.queries.opened import Opened
from handrail.handoff.items import step_of
from handrail.runbook.kinds import Records, Written

SHOWN = 5
MOST_COUNTED = 1_000
_KEY = "key"  # the column with which a record says which one of another system it is


@dataclass(frozen=True, kw_only=True)
class Earlier:
    """One that is closed; `days` is how long it took, where both days are known."""

    title: str
    closed_on: date | None
    days: int | None
    context: str
    owner: str


@dataclass(frozen=True, kw_only=True)
class ItemView:
    """`cells` are what the list says of the record, as title and words. `context` is that of its record elsewhere,
    with since when and by when. `earlier` are like ones of this customer, `rest` how many more there are, and `others`
    tells of those of other customers."""

    cells: tuple[tuple[str, str], ...]
    context: str = ""
    opened_on: date | None = None
    due_on: date | None = None
    source: str = ""
    about: str = ""
    is_told: bool = False
    earlier: tuple[Earlier, ...] = ()
    rest: int = 0
    others: str = ""


def item_of(opened: Opened, name: str) -> ItemView | None:
    """None where the step is not for a record of a list."""
    cells = _cells(opened, name)
    if cells is None:
        return None
    fact, row = cells
    kind = opened.plan.runbook.facts[fact].kind
    columns = kind.columns if isinstance(kind, Records) else {}
    told = tuple(
        (column.replace("_", " ").capitalize(), opened.plan.spoken(columns[column], text))
        for column, text in row.items()
        if column in columns and column != _KEY and text
    )
    record = _record(opened, row)
    return ItemView(cells=told) if record is None else _with_history(told, row, record)


def _cells(opened: Opened, name: str) -> tuple[str, Mapping[str, str]] | None:
    """The list, and the record of it that the step is for."""
    template, at, key = name.partition("@")
    step = opened.plan.runbook.steps.get(template)
    if not at or step is None or step.each is None or step_of(opened.plan, opened.state, name) is None:
        return None
    text = next((text for text, known in opened.state.items.get(step.each, {}).items() if known == key), "")
    fact = opened.state.facts.get(step.each)
    return step.each, next((row for row in _rows(fact.value if fact else []) if _first(row) == text), {})


def _rows(value: Written) -> Iterator[Mapping[str, str]]:
    return iter(value if isinstance(value, list) else [])


def _first(row: Mapping[str, str]) -> str:
    return next(iter(row.values()), "")


def _record(opened: Opened, row: Mapping[str, str]) -> models.CrmRecord | None:
    """The record of the other system: of the customer, by its key; where the list has no keys, by its title."""
    rows = models.CrmRecord.objects.filter(customer=opened.row.customer_id).order_by("-is_open", "id")
    if row.get(_KEY):
        return rows.filter(key=row[_KEY]).first()
    named = list(rows.filter(title=_first(row))[:2]) if row else []
    return named[0] if len(named) == 1 else None


def _with_history(cells: tuple[tuple[str, str], ...], row: Mapping[str, str], record: models.CrmRecord) -> ItemView:
    like = models.CrmRecord.objects.filter(sort=record.sort, about=record.about, is_open=False)
    like = like.exclude(about="").exclude(pk=record.pk)
    own = like.filter(customer=record.customer_id).order_by("-closed_on", "-id").select_related("owner")
    found = list(own[: MOST_COUNTED + 1])
    return ItemView(
        cells=cells,
        context=record.context if record.context != row.get("context", "") else "",
        opened_on=record.opened_on,
        due_on=record.due_on,
        source=record.source,
        about=record.about,
        is_told=bool(record.about),
        earlier=tuple(_earlier(one) for one in found[:SHOWN]),
        rest=max(0, len(found) - SHOWN),
        others=_of_others(like, record.customer_id) if record.about else "",
    )


def _earlier(row: models.CrmRecord) -> Earlier:
    days = (row.closed_on - row.opened_on).days if row.closed_on and row.opened_on else None
    owner = row.owner.name if row.owner else row.owner_words
    return Earlier(title=row.title or row.key, closed_on=row.closed_on, days=days, context=row.context, owner=owner)


def _of_others(like: QuerySet[models.CrmRecord], customer_id: int | None) -> str:
    """`12 like ones of 7 other customers; half of them took 9 days or fewer.`"""
    others = like.exclude(customer=customer_id).order_by("-id")
    rows = list(others.values_list("customer_id", "opened_on", "closed_on")[: MOST_COUNTED + 1])
    if not rows:
        return "No other customer had one like it."
    count = f"{MOST_COUNTED:,} or more" if len(rows) > MOST_COUNTED else f"{len(rows):,}"
    customers = len({customer for customer, _, _ in rows})
    took = sorted((closed - begun).days for _, begun, closed in rows if begun and closed)
    half = f"; half of them took {_days(took[(len(took) - 1) // 2])} or fewer" if took else ""
    one = "1 other customer" if customers == 1 else f"{customers:,} other customers"
    return f"{count} like {'it' if len(rows) == 1 else 'ones'} of {one}{half}."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"
