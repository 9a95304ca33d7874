"""What pages show of derived facts, of whom the desk found, and of phases; and how another phase is started."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import ledger, models
from handrail.handoff import commands as c
from tests.desk.company import NOW, done
from tests.desk.test_following import ALIKE, LIVE, Desk, counted, holders, state_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


def browser_of(desk: Desk, first_name: str) -> Client:
    client = Client()
    client.force_login(desk.company.people[first_name])
    return client


def words_of(answer: HttpResponse, part: str) -> str:
    """The text of the part of the page with that id, without its markup."""
    html = answer.content.decode()
    section = re.search(rf'<section class="panel" id="{part}"[^>]*>.*?</section>', html, re.S)
    assert section is not None, f"there is no {part} on the page"
    return " ".join(re.sub(r"<[^>]+>", " ", section[0]).split())


def page(desk: Desk, handoff_id: int, first_name: str = "olga") -> HttpResponse:
    return browser_of(desk, first_name).get(reverse("handoff", args=[handoff_id]))  # type: ignore[return-value]


def test_facts_panel_tells_derived_facts_and_how_they_follow(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", {"vertical": "utilities"})
    told = words_of(page(desk, handoff_id), "facts")
    assert "What follows from them" in told
    assert "Earlier Not known Customers cannot be compared without Integrator." in told
    assert "Stated no Customers alike in Vertical: counted by the desk." in told


def test_counting_anew_is_a_button_for_those_who_may_give_facts(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", ALIKE, pm="paula")
    desk.start("Live", LIVE)
    why = "Only a person who may give facts of this handoff, or CS Operations, has the desk count anew."
    assert why in page(desk, handoff_id, "tom").content.decode()
    refused = browser_of(desk, "tom").post(reverse("count-anew", args=[handoff_id]))
    assert (refused.status_code, counted(handoff_id, "earlier")) == (403, ("0",))
    assert why not in page(desk, handoff_id, "paula").content.decode()
    answer = browser_of(desk, "paula").post(reverse("count-anew", args=[handoff_id]), follow=True)
    assert counted(handoff_id, "earlier") == ("1",)
    assert "Counted anew. What follows is shown in the plan." in answer.content.decode()
    again = browser_of(desk, "olga").post(reverse("count-anew", args=[handoff_id]), follow=True)
    assert "Counted anew: all is as it was." in again.content.decode()


def test_people_panel_tells_how_the_desk_found_somebody(desk: Desk) -> None:
    handoff_id = desk.start("Cedar Falls", {"account_manager": "Carla Santos"})
    told = words_of(page(desk, handoff_id), "people")
    assert "Carla Santos Account manager is “Carla Santos”." in told


def test_history_tells_what_the_desk_did(desk: Desk) -> None:
    one = desk.start("Cedar Falls", {**ALIKE, "account_manager": "Carla Santos"}, pm="paula", im="ivan")
    two = desk.phase(one, "Phase 2")
    done(ledger.record(one, c.FillRole(by=desk.olga, role="pm", person=None), now=NOW))
    told = browser_of(desk, "olga").get(reverse("history", args=[two])).content.decode()
    assert "The customer turns to the same person in every phase." in told
    assert "Carla Santos is the Account Manager now" in (
        browser_of(desk, "olga").get(reverse("history", args=[one])).content.decode()
    )


def test_phases_panel_tells_each_phase_and_whom_the_client_turns_to(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula", im="ivan")
    two = desk.phase(one, "Phase 2", {**ALIKE, "go_live": "2027-06-01"})
    done(ledger.record(one, c.Accept(by=desk.company.actor("paula"), step="work"), now=NOW))
    answer = page(desk, two)
    assert words_of(answer, "phases") == (
        "Phases of this project The client turns to Paula Reyes (Project Manager) and Ivan Petrov (Implementation "
        "Manager). First phase Over Go-live: not known yet Days (Care): 90 calendar days "
        "Phase 2 All Go-live: 1 June 2027 Days (Care): 90 calendar days Another phase of this project"
    )
    assert reverse("handoff", args=[one]) in answer.content.decode()


def test_page_takes_as_many_queries_with_three_phases_as_with_two(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula")
    desk.phase(one, "Phase 2")
    customer = models.Customer.objects.get()

    def queries() -> int:
        client = browser_of(desk, "olga")
        with CaptureQueriesContext(connection) as taken:
            client.get(reverse("handoff", args=[one]))
            client.get(reverse("start"), {"customer": str(customer.pk), "runbook": "beyond"})
        return len(taken)

    queries()
    first = queries()
    desk.phase(one, "Phase 3")
    desk.phase(one, "Phase 4")
    assert queries() == first


def start_page(desk: Desk, **asked: str | int) -> str:
    query: dict[str, str | int] = {"customer": models.Customer.objects.get().pk, "runbook": "beyond", **asked}
    return browser_of(desk, "olga").get(reverse("start"), query).content.decode()


def test_start_page_offers_another_phase_where_there_is_a_project(desk: Desk) -> None:
    desk.company.customer("Cedar Falls")
    assert "This customer goes through it in phases" not in start_page(desk)
    customer = models.Customer.objects.get()
    one = done(ledger.start(desk.version, desk.command(customer, ALIKE), now=NOW)).handoff_id
    told = start_page(desk)
    assert "This customer goes through it in phases" in told
    assert f"project={one}" in told


def test_page_of_another_phase_proposes_a_name_and_the_facts_of_the_project(desk: Desk) -> None:
    facts = {**ALIKE, "mrr": "5000", "go_live": "2027-02-01"}
    one = desk.start("Cedar Falls", facts, pm="paula", im="ivan")
    told = start_page(desk, project=one)
    assert 'name="phase" maxlength="60" required value="Phase 2"' in told
    assert re.findall(r'name="take" id="[^"]+" value="([^"]+)" checked', told) == ["vertical", "integrator"]
    assert 'name="role-pm"' not in told
    assert 'name="role-am"' in told


def test_another_phase_begins_with_what_was_ticked(desk: Desk) -> None:
    one = desk.start("Cedar Falls", {**ALIKE, "state": "Iowa", "mrr": "5000"}, pm="paula", im="ivan")
    customer = models.Customer.objects.get()
    sent = {
        "customer": customer.pk, "runbook": "beyond", "project": one, "phase": "Water",
        "take": ["vertical", "state", "mrr"], "role-am": desk.person("carla").id, "role-pm": desk.person("tom").id,
    }  # fmt: skip
    answer = browser_of(desk, "olga").post(reverse("start"), sent)
    two = models.Handoff.objects.get(phase="Water")
    assert answer.headers["Location"] == reverse("handoff", args=[two.pk])
    known = {name: (fact.value, fact.source) for name, fact in state_of(two.pk).facts.items()}
    source = "the first phase of this project"
    assert known == {"vertical": ("utilities", source), "state": ("Iowa", source)}
    assert holders(two.pk) == {"pm": "Paula Reyes", "im": "Ivan Petrov", "am": "Carla Santos"}
    assert "· Water" in page(desk, two.pk).content.decode()


def test_refused_phase_keeps_what_was_typed(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE)
    desk.phase(one, "Phase 2", ALIKE)
    sent = {
        "customer": models.Customer.objects.get().pk, "runbook": "beyond", "project": one, "phase": "Phase 2",
        "take": ["integrator"],
    }  # fmt: skip
    answer = browser_of(desk, "olga").post(reverse("start"), sent)
    told = answer.content.decode()
    assert answer.status_code == 422
    assert "This project has a phase “Phase 2” already. Give this one another name." in told
    assert re.findall(r'value="([^"]+)" checked', told) == ["integrator"]
    assert models.Handoff.objects.count() == 2


def test_who_has_no_part_in_a_project_is_told_so(desk: Desk) -> None:
    one = desk.start("Cedar Falls", ALIKE, pm="paula")
    sent = {"customer": models.Customer.objects.get().pk, "runbook": "beyond", "project": one, "phase": "Phase 2"}
    answer = browser_of(desk, "tom").post(reverse("start"), sent)
    says = "Only CS Operations, or a person with a role in it, starts a handoff."
    assert (answer.status_code, says in answer.content.decode()) == (403, True)
    assert browser_of(desk, "paula").post(reverse("start"), sent).status_code == 302


@pytest.mark.parametrize("project", ["", "x", "99999", "99999999999999999999"])
def test_strange_project_is_no_project(desk: Desk, project: str) -> None:
    desk.company.customer("Cedar Falls")
    assert "The phase" not in start_page(desk, project=project)
