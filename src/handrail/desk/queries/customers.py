"""The customers: the list, and what is known of one."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.runbooks import known_facts
from handrail.desk.queries.search import customers_named
from handrail.handoff.plan import canonical
from handrail.runbook.kinds import Kind, Unfit, in_a_line, read, spoken

SORTS = ("name", "changed")
_COLUMNS = ("key", "name", "changed_at", "owner__name")


@dataclass(frozen=True, kw_only=True)
class RunningLine:
    handoff_id: int
    runbook: str
    stage: str


@dataclass(frozen=True, kw_only=True)
class CustomerRow:
    id: int
    key: str
    name: str
    owner: str
    changed_at: datetime
    running: tuple[RunningLine, ...]


@dataclass(frozen=True, kw_only=True)
class FactRow:
    """`words` is the value as it is read; `unfit` says why no current runbook can read it, where none can."""

    title: str
    words: str
    unfit: str
    source: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class CustomerView:
    id: int
    key: str
    name: str
    owner: str
    owner_is_active: bool
    created_at: datetime
    changed_at: datetime
    facts: tuple[FactRow, ...]


def customers(text: str, sort: str, number: int) -> Page[CustomerRow]:
    return page_of(_found(text, sort).select_related("owner").only(*_COLUMNS), number, _rows)


def customer_view(customer_id: int) -> CustomerView | None:
    row = models.Customer.objects.select_related("owner").filter(pk=customer_id).first()
    if row is None:
        return None
    declared = known_facts()
    return CustomerView(
        id=row.pk,
        key=row.key,
        name=row.name,
        owner=row.owner.name if row.owner else "",
        owner_is_active=row.owner.is_active if row.owner else False,
        created_at=row.created_at,
        changed_at=row.changed_at,
        facts=tuple(_fact(fact, declared.get(fact.name, ())) for fact in row.facts.order_by("name")),
    )


def _found(text: str, sort: str) -> QuerySet[models.Customer]:
    rows = customers_named(text) if text else models.Customer.objects.all()
    sign = "-" if sort.startswith("-") else ""
    return rows.order_by(f"{sign}{'changed_at' if sort.endswith('changed') else 'name'}", "id")


def _rows(taken: list[models.Customer]) -> tuple[CustomerRow, ...]:
    running: dict[int, list[RunningLine]] = {}
    rows = models.Handoff.objects.filter(
        customer__in=[row.pk for row in taken], status=models.Handoff.Status.RUNNING
    ).order_by("started_at", "id")
    for handoff, customer, title, stage in rows.values_list("id", "customer_id", "runbook_version__title", "stage"):
        running.setdefault(customer, []).append(RunningLine(handoff_id=handoff, runbook=title, stage=stage))
    return tuple(
        CustomerRow(
            id=row.pk,
            key=row.key,
            name=row.name,
            owner=row.owner.name if row.owner else "",
            changed_at=row.changed_at,
            running=tuple(running.get(row.pk, ())),
        )
        for row in taken
    )


def _fact(fact: models.CustomerFact, declared: tuple[tuple[str, Kind], ...]) -> FactRow:
    """In the words of the first current runbook that can read it."""
    title, words, unfit = fact.name.replace("_", " ").capitalize(), in_a_line(fact.value), ""
    for declared_title, kind in declared:
        title = declared_title
        written = canonical(kind, fact.value)
        value = written if isinstance(written, Unfit) else read(kind, written)
        if isinstance(value, Unfit):
            unfit = unfit or value.says
        else:
            words, unfit = spoken(kind, value), ""
            break
    return FactRow(title=title, words=words, unfit=unfit, source=fact.source, at=fact.at)
