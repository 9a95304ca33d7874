"""Queries that are put together once find what they would find if they were put together each time."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from handrail.desk.models import Absence, Customer, Person, Team
from handrail.desk.prepared import prepared

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


@prepared
def _named(name: str, *, most: int = 5) -> QuerySet[Customer, tuple[str, str]]:
    return Customer.objects.filter(name=name).order_by("key").values_list("key", "name")[:most]


@prepared
def _of(first: int, second: int) -> QuerySet[Customer]:
    return Customer.objects.filter(pk__in=[first, second]).exclude(pk=first)


@prepared
def _one(key: int) -> QuerySet[Customer]:
    return Customer.objects.filter(pk=key)


@prepared
def _changed_since(at: datetime) -> QuerySet[Customer, str]:
    return Customer.objects.filter(changed_at__gte=at).order_by("key").values_list("key", flat=True)


@prepared
def _away_on(day: date, since: datetime) -> QuerySet[Absence, str]:
    rows = Absence.objects.filter(first_day__lte=day, last_day__gte=day, person__joined_at__gte=since)
    return rows.order_by("person__name").values_list("person__name", flat=True)


@prepared
def _begins(text: str) -> QuerySet[Team]:
    return Team.objects.filter(name__startswith=text)


def _customer(key: str, name: str, at: datetime = NOW) -> Customer:
    made = Customer.objects.create(key=key, name=name)
    Customer.objects.filter(pk=made.pk).update(changed_at=at)
    return made


def test_each_call_finds_what_its_own_values_say() -> None:
    _customer("1", "Globex"), _customer("2", "100% Ink’s"), _customer("3", "Globex")
    assert _named("Globex") == [("1", "Globex"), ("3", "Globex")]
    assert _named("100% Ink’s") == [("2", "100% Ink’s")]
    assert _named("Initech") == []
    assert _named("Globex", most=1) == [("1", "Globex")]
    assert _named("Globex") == [("1", "Globex"), ("3", "Globex")]


def test_values_keep_their_places_and_rows_are_read_anew() -> None:
    one, two = _customer("1", "Globex"), _customer("2", "Initech")
    assert _of(one.pk, two.pk) == [two]
    assert _of(two.pk, one.pk) == [one]
    Customer.objects.filter(pk=one.pk).update(name="Hooli")
    assert [found.name for found in _of(two.pk, one.pk)] == ["Hooli"]


def test_times_are_written_as_the_database_has_them() -> None:
    _customer("1", "Globex"), _customer("2", "Initech", NOW + timedelta(hours=1))
    assert _changed_since(NOW) == ["1", "2"]
    assert _changed_since(NOW + timedelta(microseconds=1)) == ["2"]


def test_days_are_told_from_times() -> None:
    today = NOW.date()
    for name, first in (("Ada", today), ("Ben", today + timedelta(days=1))):
        person = Person.objects.create(email=f"{name}@acme.example", name=name, joined_at=NOW)
        Absence.objects.create(person=person, first_day=first, last_day=today + timedelta(days=2))
    assert _away_on(today, NOW) == ["Ada"]
    assert _away_on(today + timedelta(days=1), NOW) == ["Ada", "Ben"]
    assert _away_on(today, NOW + timedelta(days=1)) == _away_on(today + timedelta(days=3), NOW) == []


def test_numbers_that_no_column_can_hold_are_nobodys() -> None:
    one = _customer("1", "Globex")
    assert _one(one.pk) == [one]
    assert _one(0) == _one(-1) == _one(2_100_000_000) == _one(10**30) == []


def test_it_is_one_query_each_time() -> None:
    for name in ("Globex", "Initech"):
        with CaptureQueriesContext(connection) as queries:
            _named(name)
        assert len(queries) == 1


def test_a_query_that_changes_a_value_is_not_prepared() -> None:
    with pytest.raises(AssertionError, match="changes a value"):
        _begins("Cust")


def test_nothing_and_truth_are_no_values() -> None:
    with pytest.raises(TypeError, match="None is no value"):
        _named(None)  # type: ignore[arg-type]
