"""Counting beyond a handoff, for the derived facts that ask for it: customers that are like its own, and phases.

One rule: a customer counts once, by their handoffs of the runbook, and by their record only where no handoff of theirs
says anything. What a handoff or a record says counts by itself: no two of them are put together.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby

from django.db.models import Exists, OuterRef, QuerySet

from handrail.desk import models
from handrail.desk.likeness import words
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.cells import matches
from handrail.runbook.kinds import Date, Records, Value, Written, write
from handrail.runbook.model import Derived, OfCustomers, OfPhases, Test

RUNNING, OVER = models.Handoff.Status.RUNNING, models.Handoff.Status.OVER


def customers_counted(plan: Plan, handoff: Handoff, now: datetime) -> dict[str, Written | None]:
    """The derived facts over other customers; None where this one does not know what they would be like."""
    found: dict[str, Written | None] = {}
    for derived in plan.counted:
        if isinstance(derived.how, OfCustomers):
            number = _customers(plan, handoff, derived.how, now)
            found[derived.name] = None if number is None else _said(derived, number)
    return found


def phases_counted(plan: Plan, statuses: Iterable[str]) -> dict[str, Written | None]:
    """The derived facts over phases, where those are the statuses of the other ones."""
    wanted = {"running": RUNNING, "over": OVER}
    others = list(statuses)
    return {
        derived.name: _said(derived, others.count(wanted[derived.how.that_are]))
        for derived in plan.counted
        if isinstance(derived.how, OfPhases)
    }


def _said(derived: Derived, number: int) -> Written:
    assert isinstance(derived.how, OfCustomers | OfPhases)
    gathered: dict[str, Value] = {"count": Decimal(number), "any": number > 0, "none": number == 0}
    return write(derived.kind, gathered[derived.how.gathering])


def _customers(plan: Plan, handoff: Handoff, how: OfCustomers, now: datetime) -> int | None:
    known = {name: handoff.facts[name] for name in how.like if name in handoff.facts}
    if len(known) < len(how.like):
        return None
    like = {name: words(fact.value) for name, fact in known.items()}
    live = str(plan.calendar.day_of(now)) if how.live and isinstance(plan.kinds[how.live], Date) else ""
    by_handoff = alike_by_handoff(handoff, how, like, live)
    by_record = alike_by_record(handoff, how, like, live)
    if not how.where and not (how.live and not live):
        return by_handoff.values("customer").distinct().count() + by_record.count()
    reading = _Reading(plan, how, now)
    return reading.of_handoffs(by_handoff) + reading.of_records(by_record)


def alike_by_handoff(
    handoff: Handoff, how: OfCustomers, like: Mapping[str, str], live: str
) -> QuerySet[models.Handoff]:
    """The handoffs of other customers that say the same; with `live` those whose day of that name is no later."""
    rows = models.Handoff.objects.exclude(customer=handoff.customer_id)
    for name, said in like.items():
        rows = rows.filter(like_facts__runbook=handoff.runbook, like_facts__name=name, like_facts__words=said)
    if live:
        rows = rows.filter(like_facts__name=how.live, like_facts__words__lte=live)
    return rows


def alike_by_record(
    handoff: Handoff, how: OfCustomers, like: Mapping[str, str], live: str
) -> QuerySet[models.Customer]:
    """The other customers whose record says the same, and of whom no handoff says anything."""
    told = models.LikeFact.objects.filter(customer=OuterRef("pk"), runbook=handoff.runbook)
    rows = models.Customer.objects.exclude(pk=handoff.customer_id).filter(~Exists(told))
    for name, said in like.items():
        rows = rows.filter(facts__name=name, facts__words=said)
    if live:
        rows = rows.filter(facts__name=how.live, facts__words__lte=live)
    return rows


class _Reading:
    """Reading those that are alike, where a database cannot tell which of them fulfil the tests."""

    def __init__(self, plan: Plan, how: OfCustomers, now: datetime) -> None:
        self._plan, self._where, self._live, self._now = plan, how.where, how.live, now
        self._names = {test.ref.name for test in how.where} | ({how.live} if how.live else set())

    def of_handoffs(self, alike: QuerySet[models.Handoff]) -> int:
        rows = models.LikeFact.objects.filter(handoff__in=alike.values("pk"), name__in=self._names)
        customers = dict(alike.values_list("pk", "customer"))
        said = _by_owner(rows.order_by("handoff").values_list("handoff", "name", "words"))
        return len({customer for pk, customer in customers.items() if self._fits(said.get(pk, {}))})

    def of_records(self, alike: QuerySet[models.Customer]) -> int:
        rows = models.CustomerFact.objects.filter(customer__in=alike.values("pk"), name__in=self._names)
        said = _by_owner(rows.order_by("customer").values_list("customer", "name", "words"))
        return sum(1 for pk in alike.values_list("pk", flat=True) if self._fits(said.get(pk, {})))

    def _fits(self, said: Mapping[str, str]) -> bool:
        return self._has_come(said) and all(self._fulfils(test, said) for test in self._where)

    def _fulfils(self, test: Test, said: Mapping[str, str]) -> bool:
        return matches(test.cell, self._typed(test.ref.name, said)) is True

    def _has_come(self, said: Mapping[str, str]) -> bool:
        if not self._live:
            return True
        day = self._typed(self._live, said)
        if isinstance(day, datetime):
            return day <= self._now
        return isinstance(day, date) and day <= self._plan.calendar.day_of(self._now)

    def _typed(self, name: str, said: Mapping[str, str]) -> Value | None:
        """What was said under the name, None where nothing was. Of a list no more is asked than whether it is given."""
        kind = self._plan.kinds[name]
        if name not in said or isinstance(kind, Records):
            return () if name in said else None
        return self._plan.typed(kind, said[name])


def _by_owner(rows: Iterable[tuple[int, str, str]]) -> dict[int, dict[str, str]]:
    return {owner: {name: said for _, name, said in group} for owner, group in groupby(rows, key=lambda row: row[0])}
