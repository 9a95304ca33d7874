"""The runbook pages: each version as a document, with nothing in it that only the file understands."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from handrail.desk import models, runbooks
from handrail.desk.queries.runbook import RunbookView, runbook_view
from handrail.desk.queries.runbooks import current_runbooks, known_facts, versions
from tests.desk.company import Company

pytestmark = pytest.mark.django_db

NAME = "transition-to-client-services"


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def browser(company: Company) -> Client:
    client = Client()
    client.force_login(company.people["paula"])
    return client


@pytest.fixture
def view(company: Company) -> RunbookView:
    return runbook_view(company.version)


def next_version() -> models.RunbookVersion:
    (path,) = (one for one in runbooks.shipped() if one.stem == NAME)
    text = Path(path).read_text(encoding="utf-8").replace('version: "1.2"', 'version: "1.3"', 1)
    published = runbooks.publish(text, path.name)
    assert isinstance(published, models.RunbookVersion), published
    return published


def test_decision_reads_as_a_table_in_words(view: RunbookView) -> None:
    support = next(one for one in view.decisions if one.name == "support")
    assert support.inputs == (("Integration", "one of new, existing"), ("MRR", "money in USD"))
    rule = support.rules[3]
    assert [cell.words for cell in rule.cells] == ["any", "from 5,000 USD to below 20,000 USD"]
    assert [cell.text for cell in rule.cells] == ["-", "[5000..20000)"]
    assert (rule.number, rule.outputs) == (4, ("Transition Success", "90", "2"))
    assert support.override == (
        "Another answer is asked for by the Project Manager or the Implementation Manager, with a reason, "
        "and decided on by the Client Services lead."
    )


def test_step_says_who_when_and_after_what(view: RunbookView) -> None:
    steps = {step.name: step for stage in view.stages for step in stage.steps}
    assert [(detail.label, *detail.lines) for detail in steps["complete-integration-summary"].details] == [
        ("Done by", "the Implementation Manager"),
        ("Answered for by", "the Project Manager"),
        ("Told", "the Transition Success Manager"),
        ("Due", "5 working days before Go-live date"),
        ("Fills in", "“Integration Summary”"),
    ]
    assert "_" not in "".join(line for step in steps.values() for detail in step.details for line in detail.lines)


def test_every_step_has_its_letters_in_the_order_of_the_roles(view: RunbookView) -> None:
    roles = len(view.roles)
    assert {len(step.letters) for stage in view.stages for step in stage.steps} == {roles}


def test_earlier_version_stays_readable_and_says_that_it_is_one(company: Company, browser: Client) -> None:
    company.start()
    newer = next_version()
    assert [(one.version, one.is_current, one.running, one.over) for one in versions(NAME)] == [
        ("1.3", True, 0, 0),
        ("1.2", False, 1, 0),
    ]
    current = browser.get(reverse("runbook", args=[NAME])).content.decode()
    earlier = browser.get(reverse("runbook-version", args=[NAME, company.version.pk])).content.decode()
    assert ("Version 1.3" in current, "An earlier version" in current) == (True, False)
    assert ("Version 1.2" in earlier, "An earlier version" in earlier) == (True, True)
    assert [one.version for one in current_runbooks() if one.name == NAME] == [newer.version]


def test_known_facts_have_a_title_and_a_kind_from_each_current_runbook(company: Company) -> None:
    assert [title for title, _ in known_facts()["integrator"]] == ["Integrator"]


@pytest.mark.parametrize("path", ["runbooks/another/", f"runbooks/{NAME}/versions/999999/"])
def test_runbook_that_is_not_there_is_not_found(browser: Client, path: str) -> None:
    answer = browser.get(f"/{path}")
    assert answer.status_code == 404
    assert "There is no such runbook, or no such version of it." in answer.content.decode()
