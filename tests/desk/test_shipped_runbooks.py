"""Whoever tries a shipped runbook in the demo finds people for its roles, and every page of a handoff."""

from __future__ import annotations

import pytest
from django.test import Client

from handrail.desk import demo, ledger, models, runbooks
from handrail.desk.people import actor_of, person_of
from handrail.desk.runbooks import plan_of
from handrail.handoff.commands import Start
from handrail.handoff.people import Person
from handrail.runbook.model import Runbook
from tests.desk.company import NOW, done

pytestmark = pytest.mark.django_db

BEYOND_THE_COMPANY = {"partner"}  # the partner's own people are nobody's in the demo


@pytest.mark.parametrize("name", [path.stem for path in runbooks.shipped()])
def test_every_page_of_a_shipped_runbook_is_shown(name: str) -> None:
    demo.make_company()
    version = models.RunbookVersion.objects.get(name=name, is_current=True)
    runbook = plan_of(version).runbook
    olga = models.Person.objects.get(email="olga.lind@example.com")
    customer = models.Customer.objects.create(key="A", name="Cedar Falls", owner=olga)
    start = Start(by=actor_of(olga, NOW), customer_id=customer.pk, customer=customer.name, people=_people(runbook))
    address = f"/handoffs/{done(ledger.start(version, start, now=NOW)).handoff_id}/"
    browser = Client()
    browser.force_login(olga)
    pages = [
        f"/runbooks/{name}/",
        *(address + page for page in ("", "document/", "history/")),
        *(f"{address}steps/{step}/" for step in runbook.steps),
        *(f"{address}decisions/{decision}/" for decision in runbook.decisions),
    ]
    assert {page: browser.get(page, follow=True).status_code for page in pages} == dict.fromkeys(pages, 200)


def _people(runbook: Runbook) -> dict[str, Person]:
    """Somebody of its team for each role; a role without a team is anybody's."""
    found = {}
    for role in runbook.roles.values():
        if role.name in BEYOND_THE_COMPANY:
            continue
        team = {"team__key": role.team} if role.team else {}
        somebody = models.Person.objects.filter(**team).order_by("name").first()
        assert somebody is not None, f"nobody in the demo can be {role.title}"
        found[role.name] = person_of(somebody)
    return found
