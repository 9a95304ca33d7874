"""The page of a runbook that says something in every field that the language has, and what the desk adds to it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.command_line import company as commands
from handrail.desk import ledger, models, runbooks
from handrail.desk.lacking import lacking
from handrail.desk.queries.runbook import RunbookView, runbook_view
from handrail.desk.queries.runbook.lines import Detail, Line
from handrail.desk.queries.runbooks import versions
from handrail.handoff import commands as c
from handrail.runbook.difference import HEADINGS
from tests.core.difference_text import EVERYTHING
from tests.desk.company import NOW, Company, done

pytestmark = pytest.mark.django_db

# Two lines of it say what the check does not let pass; what they are about is on the page all the same.
PUBLISHABLE = EVERYTHING.replace("ladder: [lead, patron]", "ladder: [patron, trainer]").replace(
    "{call: again, letters: thanks}", "{call: reached, letters: thanks}"
)


def told_in_the_file() -> dict[str, list[str]]:
    """By part, and by `step` with its name, the lines of words_of_everything.txt."""
    text = (Path(__file__).parent / "words_of_everything.txt").read_text(encoding="utf-8")
    parts = (part.strip().splitlines() for part in text.split("\n== ")[1:])
    return {heading: lines for heading, *lines in parts}


TOLD = told_in_the_file()
PARTS = [name for name in TOLD if not name.startswith("step ")]
STEPS = [name.removeprefix("step ") for name in TOLD if name.startswith("step ")]


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def version(company: Company) -> models.RunbookVersion:
    return published(PUBLISHABLE)


@pytest.fixture
def view(version: models.RunbookVersion) -> RunbookView:
    return runbook_view(version)


@pytest.fixture
def page(company: Company, version: models.RunbookVersion) -> str:
    client = Client()
    client.force_login(company.people["paula"])
    return client.get(reverse("runbook", args=["everything"])).content.decode()


def published(text: str) -> models.RunbookVersion:
    found = runbooks.publish(text, "everything.yaml")
    assert isinstance(found, models.RunbookVersion), found
    return found


def in_words(details: Iterable[Detail], between: str) -> list[str]:
    return [f"{detail.label}{between}{' | '.join(detail.lines)}" for detail in details]


def told(line: Line) -> str:
    return f"{line.title}: {'; '.join([*in_words(line.details, ' '), *([line.body] if line.body else [])])}"


@pytest.mark.parametrize("part", PARTS)
def test_declared_things_are_told_by_their_titles(view: RunbookView, part: str) -> None:
    assert [told(line) for line in getattr(view, part)] == TOLD[part]


@pytest.mark.parametrize("name", STEPS)
def test_step_tells_all_that_it_says(view: RunbookView, name: str) -> None:
    steps = {step.name: step for stage in view.stages for step in stage.steps}
    assert in_words(steps[name].details, ": ") == TOLD[f"step {name}"]


def test_step_tells_at_a_glance_who_does_it_until_when_and_what_is_unusual(view: RunbookView) -> None:
    steps = {step.name: (step.kind, step.marks, step.who, step.due) for stage in view.stages for step in stage.steps}
    assert list(steps) == STEPS
    assert steps["watch"] == (
        "Task",
        ("if begun", "on report", "also after the end"),
        "Success Manager",
        "48 hours after it opens",
    )
    assert steps["papers"] == (
        "Document",
        ("sometimes", "for each record"),
        "Project Manager",
        "10 working days before Go-live",
    )
    assert steps["rest"] == ("Wait", (), "by itself", "")


def test_decision_tells_what_becomes_of_the_rules_that_fit(view: RunbookView) -> None:
    assert {decision.name: (decision.policy, decision.otherwise) for decision in view.decisions} == {
        "support": (
            (
                "Exactly one rule applies to each case.",
                "A case that no rule covers is decided by a person, with a reason.",
            ),
            (),
        ),
        "points": (("The sum of the answers of all rules that fit.",), ("0",)),
        "visits": (
            ("The first rule that fits applies.", "A case that no rule covers is decided by a person, with a reason."),
            (),
        ),
        "letters": (
            ("The answers of all rules that fit, in the table’s order.", "Where no rule fits, there are none."),
            (),
        ),
    }


def test_phases_tell_who_keeps_the_seat(view: RunbookView) -> None:
    assert view.phases == (
        "A project may go through this runbook in phases, each a handoff of its own. "
        "The same person holds the seat of the Project Manager in every running phase."
    )


def test_page_has_each_thing_once_with_its_words(view: RunbookView, page: str) -> None:
    places = Counter(re.findall(r'\bid="([^"]+)"', page))
    assert [place for place, count in places.items() if count > 1] == []
    assert sorted(set(re.findall(r'href="#([^"]+)"', page)) - set(places)) == []
    wanted = [line.place for part in PARTS for line in getattr(view, part)]
    wanted += [step.place for stage in view.stages for step in stage.steps]
    wanted += [one.place for one in view.decisions]
    wanted += [one.place for one in view.forms]
    assert [place for place in wanted if place not in places] == []
    words = [line for stage in view.stages for step in stage.steps for one in step.details for line in one.lines]
    assert [word for word in words if word not in page.replace("&#x27;", "'")] == []
    assert page.count("Dear all: welcome.") == 1


def test_page_has_the_places_that_a_comparison_points_at(page: str) -> None:
    elsewhere = {"notes": "about", "history": "about", "about": "main", "steps": "stages"}
    places = set(re.findall(r'\bid="([^"]+)"', page))
    assert {elsewhere.get(part, part) for part in HEADINGS} - places == set()


def test_page_tells_what_the_check_says(view: RunbookView, page: str) -> None:
    (finding,) = (one for one in view.checked.findings if "“types”" in one.says)
    assert (finding.line, finding.severity) == (33, "warning")
    assert finding.says == "Nothing reads the fact “types”."
    assert finding.mend == "Ask for it in a decision or condition, show it in a form, or take it out."
    assert view.checked.count_words == "18 warnings"
    assert page.count("Nothing reads the fact “types”.") == 1
    assert [(proof.is_complete, proof.says) for proof in view.checked.proofs] == [
        (True, "Each of the 4 decisions has an answer for every combination of the values that it asks for."),
        (False, "No combination of facts was found that leaves a handoff stuck."),
    ]


def test_check_is_made_once_for_a_text(version: models.RunbookVersion) -> None:
    assert runbooks.found_in(version) is runbooks.found_in(models.RunbookVersion.objects.get(pk=version.pk))


# ------------------------------------------------------------------------------------------- what the company lacks


def test_company_without_people_and_calendar_is_told(version: models.RunbookVersion, page: str) -> None:
    says = [lack.says for lack in lacking(version)]
    assert says == [
        "The company has no calendar “office”: this version counts by “Eastern office” instead.",
        "Nobody is in the team “Training”, from which the Trainer is filled.",
    ]
    assert [page.count(one) for one in says] == [1, 1]


def test_one_warning_names_all_roles_of_a_team_without_active_people(company: Company) -> None:
    models.Person.objects.filter(team__key="implementation").update(is_active=False)
    text = PUBLISHABLE.replace("lead: {title: Team Lead}", "lead: {title: Team Lead, team: implementation}")
    assert [(lack.says, lack.roles) for lack in lacking(published(text))][1] == (
        "Nobody is in the team “Implementation”, from which the Project Manager and the Team Lead are filled.",
        ("pm", "lead"),
    )


def test_company_that_has_everything_lacks_nothing(company: Company) -> None:
    assert lacking(company.version) == ()


def test_publishing_tells_what_the_company_lacks(
    company: Company, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "everything.yaml"
    file.write_text(PUBLISHABLE, encoding="utf-8")
    assert commands.publish(file) == 0
    assert capsys.readouterr().err.splitlines() == [
        (
            "warning: The company has no calendar “office”: this version counts by “Eastern office” instead. "
            "Add the calendar before the next version is published, or name one that there is."
        ),
        (
            "warning: Nobody is in the team “Training”, from which the Trainer is filled. "
            "Put somebody into the team: only its people are offered for the role."
        ),
    ]


# ------------------------------------------------------------------------------------------------ where it is used


def test_version_tells_how_many_handoffs_run_on_it_and_how_many_are_over(company: Company) -> None:
    company.start("Cedar Falls Water")
    second = company.start("Harbor County")
    done(ledger.record(second, c.Cancel(by=company.actor("olga"), reason="Not bought"), now=NOW))
    assert [(one.running, one.over) for one in versions(company.version.name)] == [(1, 1)]


def test_page_asks_as_often_for_three_versions_and_handoffs_as_for_one(company: Company) -> None:
    client = Client()
    client.force_login(company.people["paula"])
    address = reverse("runbook", args=["everything"])
    published(PUBLISHABLE)
    company.start("Cedar Falls Water")
    counts = []
    for number in (2, 3, 4):
        client.get(address)  # each text is read and checked once
        counts.append(queries_of(client, address))
        published(PUBLISHABLE.replace('version: "1"\nabout', f'version: "{number}"\nabout'))
        company.start(f"Customer {number}")
    assert counts == [counts[0]] * 3


def queries_of(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)
