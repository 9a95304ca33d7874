"""Who owned an account when: kept wherever the owner is set, one open ownership an account, and it is the owner's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest

from handrail.desk import company as as_known
from handrail.desk import departures, models, ownership
from handrail.desk.imports.applying import apply
from handrail.desk.imports.opened import receive
from handrail.desk.leaving import leave
from handrail.desk.ownership import Occasion
from handrail.desk.queries.customer.rows import owners_of
from handrail.desk.returning import undo
from tests.desk.company import NOW, RUNBOOK, Company

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
UNKNOWN = "before owners were kept"

migration = import_module("handrail.desk.migrations.0016_customers")


@pytest.fixture
def company() -> Company:
    return Company()


def bring_in(rows: str, at: datetime, by: models.Person | None = None) -> None:
    content = f"Account ID,Account name,Owner e-mail\n{rows}".encode()
    received = receive(content, "owners.csv", RUNBOOK, by)
    assert isinstance(received, models.Import), received
    apply(received.pk, now=at)


def told(customer: models.Customer) -> list[tuple[str, datetime, datetime | None, str, str]]:
    return [(one.name, one.since, one.until, one.source, one.by) for one in owners_of(customer.pk, as_known.company())]


def open_owners_are_the_owners() -> bool:
    kept = dict(models.Ownership.objects.filter(until=None).values_list("customer", "person"))
    return kept == dict(models.Customer.objects.filter(owner__isnull=False).values_list("pk", "owner"))


def test_owners_are_kept_through_imports_leaving_and_coming_back(company: Company) -> None:
    olga, adam = company.people["olga"], company.people["adam"]
    bring_in("A-1,Cedar,carla.santos@example.com\nA-2,Elm,\n", NOW, olga)
    bring_in("A-1,Cedar Falls,carla.santos@example.com\n", NOW + DAY)  # another name, the same owner
    bring_in("A-1,Cedar Falls,dev.patel@example.com\n", NOW + 2 * DAY)
    dev = company.people["dev"]
    policy = departures.read_policy(models.Person.objects.get(pk=dev.pk), {"accounts": str(company.people["tom"].pk)})
    gone = leave(dev.pk, policy, by=adam, now=NOW + 3 * DAY)  # type: ignore[arg-type]
    assert isinstance(gone, models.Departure), gone
    undo(gone.pk, by=adam, now=NOW + 4 * DAY)
    cedar, elm = models.Customer.objects.get(key="A-1"), models.Customer.objects.get(key="A-2")
    assert told(cedar) == [
        ("Dev Patel", NOW + 4 * DAY, None, "Dev Patel is back.", "Adam Ford"),
        ("Tom Okafor", NOW + 3 * DAY, NOW + 4 * DAY, "Dev Patel has left.", "Adam Ford"),
        ("Dev Patel", NOW + 2 * DAY, NOW + 3 * DAY, "import of owners.csv", ""),
        ("Carla Santos", NOW, NOW + 2 * DAY, "import of owners.csv", "Olga Lind"),
    ]
    assert told(elm) == []
    assert open_owners_are_the_owners()


def test_account_that_nobody_takes_has_no_open_owner(company: Company) -> None:
    bring_in("A-1,Cedar,dev.patel@example.com\n", NOW)
    dev = company.people["dev"]
    policy = departures.read_policy(models.Person.objects.get(pk=dev.pk), {"accounts": "empty"})
    leave(dev.pk, policy, by=company.people["adam"], now=NOW + DAY)  # type: ignore[arg-type]
    cedar = models.Customer.objects.get(key="A-1")
    assert (cedar.owner, told(cedar)) == (
        None,
        [("Dev Patel", NOW, NOW + DAY, "import of owners.csv", "")],
    )
    assert open_owners_are_the_owners()


def test_owners_follow_each_other_also_where_clocks_do_not_agree(company: Company) -> None:
    cedar, (carla, dev) = company.customer("Cedar"), (company.people[name].pk for name in ("carla", "dev"))
    ownership.keep({cedar.pk: carla}, Occasion(source="first", by=None, now=NOW))
    ownership.keep({cedar.pk: dev}, Occasion(source="second", by=None, now=NOW - DAY))
    assert told(cedar) == [
        ("Dev Patel", NOW, None, "second", ""),
        ("Carla Santos", NOW, NOW, "first", ""),
    ]


@dataclass
class Row:
    owner_id: int | None
    created_at: datetime = datetime(2026, 1, 1, tzinfo=UTC)
    changed_at: datetime = datetime(2026, 9, 1, tzinfo=UTC)


def span(person: int, since: datetime, until: datetime | None, source: str = UNKNOWN, by: int | None = None) -> Any:
    return {"person_id": person, "since": since, "until": until, "source": source, "by_id": by}


LEFT, BACK = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC)
GONE = (LEFT, 1, 2, "Dev has left.", 9)
RETURNED = (BACK, 2, 1, "Dev is back.", 9)


@pytest.mark.parametrize(
    ("row", "moves", "spans"),
    [
        (Row(None), [], []),
        (Row(1), [], [span(1, Row.created_at, None)]),
        (Row(2), [GONE], [span(1, Row.created_at, LEFT), span(2, LEFT, None, "Dev has left.", 9)]),
        (
            Row(1),
            [GONE, RETURNED],
            [
                span(1, Row.created_at, LEFT),
                span(2, LEFT, BACK, "Dev has left.", 9),
                span(1, BACK, None, "Dev is back.", 9),
            ],
        ),
        # Somebody else has come to own it since.
        (
            Row(3),
            [GONE],
            [
                span(1, Row.created_at, LEFT),
                span(2, LEFT, Row.changed_at, "Dev has left.", 9),
                span(3, Row.changed_at, None),
            ],
        ),
        (Row(None), [(LEFT, 1, None, "Dev has left.", 9)], [span(1, Row.created_at, LEFT)]),
    ],
)
def test_owners_from_before_are_what_departures_tell(row: Row, moves: list[Any], spans: list[Any]) -> None:
    assert migration.spans_of(row, moves) == spans
