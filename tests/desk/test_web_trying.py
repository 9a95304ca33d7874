"""Trying a runbook out on a page: what it answers, from whose facts, and that it leaves nothing behind."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse

from handrail.desk import models
from handrail.desk.queries.runbook.trial import trial_view
from handrail.desk.runbooks import plan_of
from handrail.handoff.trying import Tried, tried
from tests.desk.company import CEDAR_FALLS, NO_PHASES, NOW, RUNBOOK, Company, browser_of
from tests.desk.test_runbook_document import PUBLISHABLE
from tests.desk.test_runbook_pages import published, said

pytestmark = pytest.mark.django_db

PAGE = f"/runbooks/{RUNBOOK}/try/"
TAX_FACTS = "f.vertical=tax&f.state=Ohio&f.mrr=25000&f.go_live=2027-02-01"


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def paula(company: Company) -> Client:
    return browser_of(company, "paula")


def rows() -> dict[str, int]:
    """How many there are of everything that is kept."""
    return {model._meta.label: model._default_manager.count() for model in apps.get_app_config("desk").get_models()}


def test_facts_are_decided_on_with_the_rule_and_the_boundary(company: Company, paula: Client) -> None:
    words = said(paula, f"{PAGE}?day=2026-12-01&f.vertical=utilities&f.integrator=CIS&f.mrr=5000&f.go_live=2027-02-01")
    assert "Type Transition Success Days after go-live 90 Meetings before go-live 2" in words
    assert "Rule 4, because MRR is 5,000 USD ." in words
    assert "On the boundary MRR is exactly 5,000 USD, where rule 4 begins and rule 1 ends: rule 4 was taken." in words
    assert (
        "Approach Undecided Needs The steering committee still meets, The RAID log is active, Later phases "
        "bring new revenue, A new project was provisioned for the phase, The previous phase's project is archived ."
    ) in words
    assert "Still to be found out Invoice types, The steering committee still meets" in words


def test_plan_says_what_is_needed_why_by_whom_and_until_when(company: Company) -> None:
    plan = plan_of(company.version)
    outcome = tried(plan, {**CEDAR_FALLS, **NO_PHASES}, NOW, counted=lambda _: {"earlier_customers": "0"})
    assert isinstance(outcome, Tried)
    view = trial_view(plan, outcome, NOW)
    steps = {one.line.name: one for stage in view.stages for one in stage.steps}
    summary, choosing = steps["complete-integration-summary"], steps["choose-tsm"]
    assert (summary.who, summary.due, summary.why) == ("Implementation Manager", "Mon 25 Jan 2027", "")
    assert (choosing.who, choosing.due, choosing.line.state) == ("Client Services lead", "Thu 31 Dec", "open")
    assert choosing.why == "Because Support, type is anything but Help Desk"
    assert steps["hand-to-client-services"].due == "5 working days after “Evaluate the transition” is done"
    assert [(one.line.name, one.why) for one in view.not_needed] == [
        ("share-welcome-leaflet", "Only where Support, type is Help Desk"),
        ("show-support-access", "Only where Support, type is Help Desk"),
        ("agree-on-one-front", "Only where Approach is phased"),
        ("cover-support-in-phases", "Only where Approach is phased and Other phases that run is from 1"),
    ]
    assert [(one.title, one.when, one.to) for one in view.messages] == [
        (
            "Go-live overview",
            "By hand, by the Project Manager",
            "the Project Manager, the Transition Success Manager, the Customer Success Manager and “Client’s contact”",
        )
    ]
    assert view.needs == ("Invoice types", "Client’s contact", "Client’s contact: e-mail")


def test_customer_lends_the_facts_of_their_record_and_they_can_be_changed(company: Company, paula: Client) -> None:
    customer = company.customer("Cedar Falls Water", {**CEDAR_FALLS, "state": "", "vertical": "rail"})
    models.CustomerWord.objects.create(customer=customer, word="cedar")
    found = said(paula, f"{PAGE}?q=cedar")
    assert "Cedar Falls Water CEDAR FALLS WATER" in found
    taken = paula.get(f"{PAGE}?customer={customer.pk}").content.decode()
    assert 'name="f.mrr" value="5000"' in taken
    assert f'<input type="hidden" name="customer" value="{customer.pk}">' in taken
    words = said(paula, f"{PAGE}?customer={customer.pk}")
    assert "As Cedar Falls Water ; change what you like." in words
    assert "Not taken over: Vertical: “rail” is not one of utilities, tax, insurance, other." in words
    changed = paula.get(f"{PAGE}?customer={customer.pk}&day=2026-12-01&f.mrr=100&f.vertical=").content.decode()
    assert 'name="f.mrr" value="100"' in changed
    assert 'name="f.go_live" value=""' in changed


def test_mistakes_stand_at_their_fields_and_what_was_typed_stays(company: Company, paula: Client) -> None:
    address = f"{PAGE}?day=2027-02-30&customer=999999&f.mrr=much&f.integrator=Northgate"
    words = said(paula, address, 422)
    assert words.count("Write the day like 2027-03-31.") == 2
    assert words.count("There is no such customer: look for them by name.") == 2
    content = paula.get(address).content.decode()
    assert 'value="2027-02-30"' in content
    assert 'value="Northgate"' in content
    unfit = said(paula, f"{PAGE}?day=2026-12-01&f.mrr=much&f.vertical=rail", 422)
    assert unfit.count("MRR: “much” is not a USD amount. Write it like 5000 or 5,000.00.") == 2
    assert unfit.count("Vertical: “rail” is not one of utilities, tax, insurance, other.") == 2
    assert "Not tried yet" in unfit


ODD = quote("%_\\" * 50)
HOSTILE = (
    "day=9999-12-31",
    "day=0001-01-01",
    "day=%00",
    "day=2027-01-01T00:00",
    "customer=-1",
    "customer=99999999999999999999",
    "customer=%F0%9F%92%A9",
    "f.mrr=1e999999",
    f"f.mrr={'9' * 400}",
    "f.go_live=9999-12-31",
    "f.go_live=0001-01-01",
    "f.integrator=a%00b&f.vertical=utilities",
    f"f.integrator={'x' * 3000}",
    "f.invoice_types.name=%00&f.invoice_types.description=" + "y" * 500,
    "&".join(f"f.invoice_types.name=n{at}&f.invoice_types.description=d" for at in range(300)),
    f"q={ODD}",
    "q=%00",
)


def test_nothing_that_is_typed_breaks_the_page(company: Company, paula: Client) -> None:
    for one in HOSTILE:
        given = one if one.startswith(("day=", "q=")) else f"day=2026-12-01&{one}"
        answer = paula.get(f"{PAGE}?{given}")
        assert answer.status_code in {200, 400, 422}, (one, answer.status_code)


def test_trial_keeps_nothing_and_takes_no_post(company: Company, paula: Client) -> None:
    customer = company.customer("Cedar Falls Water", CEDAR_FALLS)
    published(PUBLISHABLE)
    before = rows()
    for address in (
        PAGE,
        f"{PAGE}?{TAX_FACTS}&day=2026-12-01",
        f"{PAGE}?customer={customer.pk}",
        "/runbooks/everything/try/?day=2026-12-01&f.fee=5&f.care=close",
    ):
        assert paula.get(address).status_code == 200
        assert paula.post(address).status_code in {403, 405}
    assert rows() == before
    assert models.Handoff.objects.count() == 0


def test_customers_that_are_alike_are_counted_as_at_a_start(company: Company, paula: Client) -> None:
    company.start("Cedar Falls Water")
    words = said(paula, f"{PAGE}?day=2027-12-01&f.vertical=utilities&f.integrator=Northgate+Systems&f.mrr=100")
    assert "Earlier customers of this integration is 1" in words


def test_trial_of_an_earlier_version_follows_it(company: Company, paula: Client) -> None:
    address = reverse("runbook-version-try", args=[RUNBOOK, company.version.pk])
    assert "Rule 5, because MRR is 25,000 USD ." in said(paula, f"{address}?{TAX_FACTS}&day=2026-12-01")
