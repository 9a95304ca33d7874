"""What the customer's record says now, where a handoff that runs knows something else."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.controls import Control
from handrail.desk.queries.opened import Opened
from handrail.handoff.plan import canonical
from handrail.runbook.kinds import Unfit


@dataclass(frozen=True, kw_only=True)
class Fresher:
    """`control` holds what taking it over would store."""

    name: str
    title: str
    control: Control
    words: str
    source: str
    at: datetime


class _Known(Protocol):
    """What a row of the record has that matters here."""

    name: str
    value: Any
    source: str
    at: datetime


def fresher_facts(opened: Opened) -> tuple[Fresher, ...]:
    """Facts of the record that are newer than the handoff's and differ from them. One query."""
    facts = opened.plan.runbook.facts
    found = (_fresher(opened, row) for row in _record(opened.row.customer_id) if row.name in facts)
    return tuple(one for one in found if one is not None)


@prepared
def _record(customer_id: int) -> QuerySet[models.CustomerFact, Any]:
    rows = models.CustomerFact.objects.filter(customer=customer_id).order_by("name")
    return rows.values_list("name", "value", "source", "at", named=True)


def _fresher(opened: Opened, row: _Known) -> Fresher | None:
    fact = opened.plan.runbook.facts[row.name]
    known = opened.state.facts.get(row.name) or opened.state.withdrawn.get(row.name)
    written = canonical(fact.kind, row.value)
    if isinstance(written, Unfit) or (known is not None and (known.value == written or known.at >= row.at)):
        return None
    words = opened.plan.spoken(fact.kind, written)
    control = Control(kind=fact.kind, written=written)
    return Fresher(name=row.name, title=fact.title, control=control, words=words, source=row.source, at=row.at)
