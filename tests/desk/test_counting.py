"""Counting like customers is looked up and never read through: the database says so itself."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.counting import alike_by_handoff, alike_by_record
from handrail.desk.likeness import LONGEST_WORDS, words
from handrail.handoff.history import Handoff
from handrail.runbook.model import OfCustomers
from tests.desk.company import NOW, Company

pytestmark = pytest.mark.django_db

CUSTOMERS = 3_000
HOW = OfCustomers(gathering="count", like=("vertical", "integrator"), live="go_live")
LIKE = {"vertical": "utilities", "integrator": "Integrator 7"}


@pytest.fixture
def portfolio() -> Handoff:
    """Many customers, known by their records and by handoffs; one of them is asked about."""
    company = Company()
    customers = models.Customer.objects.bulk_create(
        models.Customer(key=f"C{number}", name=f"Customer {number}") for number in range(CUSTOMERS)
    )
    rows = models.Handoff.objects.bulk_create(
        models.Handoff(customer=one, runbook_version=company.version, runbook="beyond", started_at=NOW, changed_at=NOW)
        for one in customers[::2]
    )
    said = [(one, name, value) for number, one in enumerate(customers) for name, value in _facts(number).items()]
    models.CustomerFact.objects.bulk_create(
        models.CustomerFact(customer=one, name=name, value=value, at=NOW) for one, name, value in said
    )
    models.LikeFact.objects.bulk_create(
        models.LikeFact(handoff=row, customer=row.customer, runbook="beyond", name=name, words=value)
        for number, row in zip(range(0, CUSTOMERS, 2), rows, strict=True)
        for name, value in _facts(number).items()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return Handoff(customer_id=customers[0].pk, runbook="beyond")


def _facts(number: int) -> dict[str, str]:
    return {
        "vertical": "utilities" if number % 5 else "tax",
        "integrator": f"Integrator {number % 299}",
        "go_live": "2026-11-01" if number % 3 else "2027-06-01",
    }


def _expected(of_handoffs: bool) -> int:
    fitting = [_facts(number) | {"even": str(number % 2 == 0)} for number in range(1, CUSTOMERS)]
    return sum(
        1
        for one in fitting
        if {name: one[name] for name in LIKE} == LIKE
        and one["go_live"] <= "2026-12-01"
        and one["even"] == str(of_handoffs)
    )


def test_those_that_are_alike_are_found(portfolio: Handoff) -> None:
    by_handoff = alike_by_handoff(portfolio, HOW, LIKE, "2026-12-01")
    by_record = alike_by_record(portfolio, HOW, LIKE, "2026-12-01")
    assert (by_handoff.count(), by_record.count()) == (_expected(True), _expected(False))
    assert 0 not in {by_handoff.count(), by_record.count()}


def test_like_handoffs_are_looked_up(portfolio: Handoff) -> None:
    _assert_looked_up(alike_by_handoff(portfolio, HOW, LIKE, "2026-12-01"), {"like_fact_by_words"})


def test_like_records_are_looked_up(portfolio: Handoff) -> None:
    _assert_looked_up(alike_by_record(portfolio, HOW, LIKE, "2026-12-01"), {"customer_fact_by_words"})


def _assert_looked_up(rows: QuerySet[Any], indexes: set[str]) -> None:
    plan = rows.order_by().explain()
    read_through = [
        line
        for line in plan.splitlines()
        if "Seq Scan" in line or ("SCAN" in line and "USING" not in line and "CONSTANT" not in line)
    ]
    assert read_through == [], plan
    assert all(name in plan for name in indexes), plan


def test_words_of_a_value_fit_into_their_column() -> None:
    long = "Northgate " * 100
    assert words("Northgate") == "Northgate"
    assert len(words(long)) <= LONGEST_WORDS
    assert words(f"{long}1") != words(f"{long}2")
    assert words([{"name": "Water"}]) == '[{"name": "Water"}]'
