"""The handoffs that the demo's company begins with."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from handrail.desk import demo, demo_book, demo_life, models

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 3, 15, 0, tzinfo=UTC)


def test_demo_begins_with_handoffs_at_every_turn_and_nothing_of_them_lies_ahead() -> None:
    demo.make_company()
    demo_life.begin(NOW)
    handoffs = models.Handoff.objects.all()
    assert {one.status for one in handoffs} >= {"running", "cancelled"}
    assert {one.stage for one in handoffs} >= {"decide", "prepare", "go live", "transition", "collect", "introduce"}
    assert not models.Event.objects.filter(at__gt=NOW).exists()
    assert handoffs.filter(status="running", due_at__lte=NOW).exists()
    assert models.Work.objects.filter(sort="override").exists()
    assert models.Work.objects.filter(sort="hold").exists()
    number = models.Event.objects.count()
    demo_life.begin(NOW)
    assert models.Event.objects.count() == number


def test_demo_has_a_book_and_people_who_could_take_it_once() -> None:
    demo.make_company()
    for _ in range(2):
        demo_book.begin(NOW)
    carla = models.Person.objects.get(email="carla.santos@example.com")
    assert models.Ownership.objects.filter(person=carla, until=None).count() == len(demo_book.ACCOUNTS)
    team = models.Person.objects.filter(team__key="client-services", capacity__isnull=False)
    assert {one for row in team for one in row.languages} == {"en", "de", "es", "fr", "hi", "ja", "pt-br"}
