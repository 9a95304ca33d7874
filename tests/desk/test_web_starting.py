"""Starting handoffs: what the page tells before, who takes which role, and what becomes of each customer."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import demo, models, starting
from handrail.desk.people import person_of
from handrail.desk.queries.starting import prospects, roles_to_fill
from handrail.handoff.refusal import Refused
from tests.desk.company import CEDAR_FALLS, NOW, Company, browser_of

pytestmark = pytest.mark.django_db

RUNBOOK = "transition-to-client-services"


@pytest.fixture
def company() -> Company:
    return Company()


def seats_of(customer: models.Customer) -> dict[str, str]:
    seats = models.Seat.objects.filter(handoff__customer=customer)
    return dict(seats.values_list("role", "person__name"))


def test_handoffs_of_several_customers_start_with_the_people_chosen_for_all(company: Company) -> None:
    cedar, idle = company.customer("Cedar", CEDAR_FALLS), company.customer("Idle")
    company.people["dev"].customers.add(idle)
    sent = {
        "runbook": RUNBOOK,
        "customer": [cedar.pk, idle.pk],
        "role-pm": company.people["paula"].pk,
        "role-im": company.people["ivan"].pk,
        "role-lead": "",
    }
    page = browser_of(company, "olga").post(reverse("start"), sent)
    assert [one.customer for one in page.context["started"]] == ["Cedar", "Idle"]
    chosen = {"pm": "Paula Reyes", "im": "Ivan Petrov"}
    assert seats_of(cedar) == {**chosen, "csm": "Carla Santos"}
    assert seats_of(idle) == {**chosen, "csm": "Dev Patel"}


def test_started_handoff_knows_what_the_record_says_and_where_from(company: Company) -> None:
    customer = company.customer("Cedar", {**CEDAR_FALLS, "go_live": "next spring", "nickname": "CF"})
    (beginning,) = starting.begin([customer], company.version, {}, company.actor("olga"), NOW)
    assert not isinstance(beginning.outcome, Refused)
    facts = beginning.outcome.handoff.facts
    assert {name: (fact.value, fact.source) for name, fact in facts.items()} == {
        "mrr": ("5000", "a test"),
        "vertical": ("utilities", "a test"),
        "integrator": ("Northgate Systems", "a test"),
    }


def test_page_tells_what_is_known_missing_and_unfit_before(company: Company) -> None:
    customer = company.customer("Cedar", {"mrr": "a lot", "vertical": "utilities", "go_live": "2027-02-01"})
    (prospect,) = prospects(company.version, [customer])
    assert (prospect.known, prospect.unfit, prospect.running) == (
        2,
        ("MRR: “a lot” is not a USD amount. Write it like 5000 or 5,000.00.",),
        None,
    )
    # The state matters to tax customers alone, and this is none.
    assert prospect.missing == (
        "Integrator",
        "Invoice types",
        "The steering committee still meets",
        "The RAID log is active",
        "Later phases bring new revenue",
        "A new project was provisioned for the phase",
        "The previous phase's project is archived",
        "Client’s contact",
        "Client’s contact: e-mail",
    )


def test_roles_are_filled_from_their_teams_or_by_the_account_owner(company: Company) -> None:
    roles = {role.name: role for role in roles_to_fill(company.version)}
    implementation = ["Emma Laurent", "Ivan Petrov", "Paula Reyes", "Sara Nilsson", "Theo Brandt"]
    assert [one.name for one in roles["pm"].candidates.people] == implementation
    assert {name: role.otherwise for name, role in roles.items() if role.otherwise != "Nobody yet"} == {
        "csm": "Each customer’s own account owner"
    }


def test_customer_whose_handoff_runs_is_refused_and_the_others_start(company: Company) -> None:
    company.start("Cedar")
    cedar, idle = models.Customer.objects.get(name="Cedar"), company.customer("Idle")
    sent = {"runbook": RUNBOOK, "customer": [cedar.pk, idle.pk]}
    page = browser_of(company, "olga").post(reverse("start"), sent)
    assert [(one.customer, one.outcome.says) for one in page.context["refused"]] == [
        ("Cedar", "Cedar has a handoff of this runbook that still runs, started 01 December 2026.")
    ]
    assert [one.customer for one in page.context["started"]] == ["Idle"]


def test_person_starts_what_they_have_a_role_in_and_nothing_else(company: Company) -> None:
    customer = company.customer("Cedar")
    sent = {"runbook": RUNBOOK, "customer": customer.pk, "role-pm": company.people["ivan"].pk}
    page = browser_of(company, "paula").post(reverse("start"), sent)
    (refused,) = page.context["refused"]
    assert refused.outcome.says == "Only CS Operations, or a person with a role in it, starts a handoff."
    answer = browser_of(company, "paula").post(reverse("start"), {**sent, "role-pm": company.people["paula"].pk})
    handoff_id = models.Handoff.objects.get().pk
    assert (answer["Location"], seats_of(customer)["pm"]) == (f"/handoffs/{handoff_id}/", "Paula Reyes")


def test_somebody_of_another_team_is_not_taken_for_a_role(company: Company) -> None:
    customer = company.customer("Cedar")
    sent = {"runbook": RUNBOOK, "customer": customer.pk, "role-pm": company.people["carla"].pk}
    browser_of(company, "olga").post(reverse("start"), sent)
    assert seats_of(customer) == {"csm": "Carla Santos"}


def test_owner_who_has_left_takes_no_role(company: Company) -> None:
    customer = company.customer("Cedar")
    models.Person.objects.filter(pk=company.people["carla"].pk).update(is_active=False)
    customer = models.Customer.objects.select_related("owner").get(pk=customer.pk)
    people = {"pm": person_of(company.people["paula"])}
    starting.begin([customer], company.version, people, company.actor("olga"), NOW)
    assert seats_of(customer) == {"pm": "Paula Reyes"}


def test_start_page_takes_as_many_queries_for_three_customers_as_for_one(company: Company) -> None:
    one, two, three = [company.customer(name, CEDAR_FALLS).pk for name in ("A", "B", "C")]
    browser = browser_of(company, "olga")

    def queries(*chosen: int) -> int:
        with CaptureQueriesContext(connection) as counted:
            page = browser.get(reverse("start"), {"runbook": RUNBOOK, "customer": [str(one) for one in chosen]})
        assert [prospect.id for prospect in page.context["prospects"]] == list(chosen)
        return len(counted)

    queries(one)  # the plan is read once
    projects = 1  # of one customer alone, who may go on with another phase
    assert queries(one) == queries(one, two, three) + projects


@pytest.mark.parametrize("query", ["", "?customer=abc", "?customer=999999", "?customer=%00&customer=-1"])
def test_start_without_a_customer_goes_to_their_list(company: Company, query: str) -> None:
    answer = browser_of(company, "olga").get(reverse("start") + query)
    assert (answer.status_code, answer["Location"]) == (302, "/customers/")


def test_runbook_that_most_is_known_for_is_proposed(company: Company) -> None:
    demo.make_company()  # with all the runbooks that are shipped
    customer = company.customer("Cedar", CEDAR_FALLS)
    page = browser_of(company, "olga").get(reverse("start"), {"customer": str(customer.pk)})
    assert page.context["likeliest"] == RUNBOOK
    assert f'value="{RUNBOOK}" required checked>' in page.content.decode()


def test_start_of_an_unknown_runbook_asks_for_one(company: Company) -> None:
    customer = company.customer("Cedar")
    sent = {"runbook": "another", "customer": customer.pk}
    page = browser_of(company, "olga").post(reverse("start"), sent)
    assert (page.status_code, models.Handoff.objects.exists()) == (200, False)
    assert "Which runbook do they follow?" in page.content.decode()
