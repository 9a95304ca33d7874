"""What is known of a customer, each fact in the words of the runbooks that ask for it, with its source and date; and
what they would need that nobody knows.

One rule: the record is the company's; a handoff has its own facts, and where these say something else both are shown.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.prepared import prepared
from handrail.desk.queries.customer.handoffs import Handoffs
from handrail.desk.queries.opened import Opened, holder
from handrail.handoff.knowledge import holds
from handrail.handoff.plan import canonical
from handrail.runbook.kinds import Kind, Records, Unfit, Written, in_a_line, read, spoken
from handrail.runbook.model import Fact, Runbook

OTHER = "Asked for by no runbook"


@dataclass(frozen=True, kw_only=True)
class Told:
    """A value as a person reads it. Of a list of records `heads` and `rows` are a table; `unfit` says why no current
    runbook can read it, where none can."""

    words: str
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    unfit: str = ""


@dataclass(frozen=True, kw_only=True)
class Elsewhere:
    """What a running handoff knows instead of what the record says."""

    handoff_id: int
    runbook: str
    words: str


@dataclass(frozen=True, kw_only=True)
class FactLine:
    name: str
    title: str
    told: Told
    source: str
    at: datetime
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FactGroup:
    """The facts that one runbook asks for; one that several do stands with the first of them."""

    title: str
    lines: tuple[FactLine, ...]


@dataclass(frozen=True, kw_only=True)
class Missing:
    """A fact that a running handoff needs, and who owes it there."""

    title: str
    owed_by: str
    handoff_id: int
    runbook: str


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """How much of what a runbook asks for from the start is in the record; `missing` are the titles of the rest."""

    runbook: str
    known: int
    asked: int
    missing: tuple[str, ...]


def record_of(customer_id: int) -> tuple[models.CustomerFact, ...]:
    return tuple(_record(customer_id))


@prepared
def _record(customer_id: int) -> QuerySet[models.CustomerFact]:
    return models.CustomerFact.objects.filter(customer=customer_id).order_by("name")


def fact_groups(
    record: Iterable[models.CustomerFact], runbooks: Sequence[Runbook], handoffs: Handoffs
) -> tuple[FactGroup, ...]:
    """In the order in which the runbooks declare them."""
    rows = {row.name: row for row in record}
    groups = []
    for runbook in runbooks:
        lines = tuple(_line(rows.pop(name), runbooks, handoffs) for name in runbook.facts if name in rows)
        groups += [FactGroup(title=runbook.title, lines=lines)] if lines else []
    others = tuple(_line(row, runbooks, handoffs) for row in rows.values())
    return (*groups, *([FactGroup(title=OTHER, lines=others)] if others else []))


def _line(row: models.CustomerFact, runbooks: Sequence[Runbook], handoffs: Handoffs) -> FactLine:
    declared = [runbook.facts[row.name] for runbook in runbooks if row.name in runbook.facts]
    title, told = told_by(row.name, row.value, declared)
    return FactLine(
        name=row.name,
        title=title,
        told=told,
        source=row.source,
        at=row.at,
        elsewhere=tuple(_elsewhere(row, handoffs)),
    )


def told_by(name: str, written: Written, declared: Iterable[Fact]) -> tuple[str, Told]:
    """Title and value in the words of the first current runbook that can read it."""
    title, unfit = name.replace("_", " ").capitalize(), ""
    for fact in declared:
        title = fact.title
        told = told_as(fact.kind, written)
        if not told.unfit:
            return title, told
        unfit = unfit or told.unfit
    return title, Told(words=in_a_line(written), unfit=unfit)


def told_as(kind: Kind, written: Written) -> Told:
    stored = canonical(kind, written)
    value = stored if isinstance(stored, Unfit) else read(kind, stored)
    if isinstance(value, Unfit):
        return Told(words=in_a_line(written), unfit=value.says)
    if isinstance(kind, Records) and isinstance(stored, list):
        heads = tuple(name.replace("_", " ").capitalize() for name in kind.columns)
        return Told(words=spoken(kind, value), heads=heads, rows=tuple(_cells(kind, row) for row in stored))
    return Told(words=spoken(kind, value))


def _cells(kind: Records, row: dict[str, str]) -> tuple[str, ...]:
    return tuple(told_as(column, row[name]).words if row.get(name) else "" for name, column in kind.columns.items())


def _elsewhere(row: models.CustomerFact, handoffs: Handoffs) -> Iterator[Elsewhere]:
    for one in handoffs.running:
        fact, known = one.plan.runbook.facts.get(row.name), one.state.facts.get(row.name)
        if fact is not None and known is not None and canonical(fact.kind, row.value) != known.value:
            words = one.plan.spoken(fact.kind, known.value)
            yield Elsewhere(handoff_id=one.row.pk, runbook=one.row.runbook_version.title, words=words)


def missing_in(handoffs: Handoffs) -> Iterator[Missing]:
    """What running handoffs need and do not know."""
    for one in handoffs.running:
        for fact in one.plan.runbook.facts.values():
            if fact.owed_by and fact.name not in one.state.facts and _is_needed(one, fact):
                yield Missing(
                    title=fact.title,
                    owed_by=holder(one, fact.owed_by).words,
                    handoff_id=one.row.pk,
                    runbook=one.row.runbook_version.title,
                )


def _is_needed(opened: Opened, fact: Fact) -> bool:
    return fact.when is None or holds(opened.plan, opened.state, fact.when) is True


def readiness(record: Iterable[models.CustomerFact], runbooks: Sequence[Runbook]) -> tuple[Readiness, ...]:
    """For each runbook what it asks of every customer: that somebody owes, whatever else is so."""
    known = {row.name for row in record}
    found = []
    for runbook in runbooks:
        asked = [fact for fact in runbook.facts.values() if fact.owed_by and fact.when is None]
        missing = tuple(fact.title for fact in asked if fact.name not in known)
        if asked:
            told = Readiness(runbook=runbook.title, known=len(asked) - len(missing), asked=len(asked), missing=missing)
            found.append(told)
    return tuple(found)
