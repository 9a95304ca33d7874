"""The pages about a version of a runbook beside its document: what each says, of the current version and of others."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.db import connection
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import models, runbooks
from handrail.desk.queries.runbook.checked import checked_view
from handrail.desk.queries.runbook.coverage import coverage_view
from handrail.desk.queries.runbook.flow import flow_view
from handrail.desk.queries.runbook.lettering import lines_of, width_of
from handrail.desk.queries.runbook.raci import raci_view
from handrail.desk.queries.runbooks import MOST_COUNTED, counted
from handrail.desk.runbooks import plan_of
from handrail.desk.web.runbooks import TABS
from handrail.handoff.plan import Plan
from handrail.runbook.reading import read
from tests.core.runbook_text import spoiled
from tests.desk.company import RUNBOOK, Company, browser_of
from tests.desk.test_runbook_document import PUBLISHABLE
from tests.spec.office import OFFICE

pytestmark = pytest.mark.django_db

OVERLAPPING = spoiled(('when: [tax, ">= 3000"]', 'when: [tax, ">= 2000"]'))
PAGES = [tab for tab, _ in TABS if tab]


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def paula(company: Company) -> Client:
    return browser_of(company, "paula")


def published(text: str) -> models.RunbookVersion:
    found = runbooks.publish(text, "small.yaml")
    assert isinstance(found, models.RunbookVersion), found
    return found


def next_version(*changes: tuple[str, str]) -> models.RunbookVersion:
    (path,) = (one for one in runbooks.shipped() if one.stem == RUNBOOK)
    text = path.read_text(encoding="utf-8").replace('version: "1.2"', 'version: "1.3"', 1)
    for before, after in changes:
        assert text.count(before) == 1, before
        text = text.replace(before, after)
    return published(text)


def said(client: Client, address: str, status: int = 200) -> str:
    """The page's words, a space between any two."""
    answer = client.get(address)
    assert answer.status_code == status
    main = answer.content.decode().partition("<main")[2].partition(">")[2].partition("</main")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_earlier_version_has_each_page_of_its_own(company: Company, paula: Client) -> None:
    next_version()
    ending = f"/runbooks/{RUNBOOK}/versions/{company.version.pk}/"
    for tab in PAGES:
        current = said(paula, reverse(f"runbook-{tab}", args=[RUNBOOK]))
        earlier = said(paula, f"{ending}{tab}/")
        assert ("Version 1.3 ·" in current, "An earlier version" in current) == (True, False), tab
        assert ("Version 1.2 ·" in earlier, "An earlier version" in earlier) == (True, True), tab
    content = paula.get(f"{ending}flow/").content.decode().partition('class="tabs"')[2].partition("</nav>")[0]
    tabs = re.findall(r'<a href="([^"]+)"( aria-current="page")?>([^<]+)</a>', content)
    assert [(url, title) for url, _, title in tabs] == [
        (f"{ending}{name}/" if name else ending, title) for name, title in TABS
    ]
    assert [title for _, is_here, title in tabs if is_here] == ["Flow"]


def test_version_of_another_runbook_is_not_found(company: Company, paula: Client) -> None:
    other = published(PUBLISHABLE)
    for tab in PAGES:
        for name, number in ((RUNBOOK, other.pk), ("everything", company.version.pk), ("nothing", company.version.pk)):
            answer = paula.get(reverse(f"runbook-version-{tab}", args=[name, number]))
            assert answer.status_code == 404, tab
            assert "There is no such runbook, or no such version of it." in answer.content.decode()


def test_each_page_asks_as_often_for_three_versions_and_handoffs_as_for_two(company: Company, paula: Client) -> None:
    published(PUBLISHABLE)
    counts = []
    for number in (2, 3):
        published(PUBLISHABLE.replace('version: "1"\nabout', f'version: "{number}"\nabout'))
        company.start(f"Customer {number}")
        counts.append([queries_of(paula, tab) for tab in PAGES])
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 12


def queries_of(client: Client, tab: str) -> int:
    """When the texts have been read and checked, which is done once."""
    address = reverse(f"runbook-{tab}", args=["everything"]) + ("?day=2027-03-01&f.fee=5" if tab == "try" else "")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


# ----------------------------------------------------------------------------------------------------------- the flow


def test_drawing_has_every_step_with_a_link_and_the_same_in_words(company: Company, paula: Client) -> None:
    view = flow_view(plan_of(company.version))
    page = paula.get(reverse("runbook-flow", args=[RUNBOOK])).content.decode()
    steps = plan_of(company.version).runbook.steps
    document = reverse("runbook", args=[RUNBOOK])
    for name in steps:
        assert page.count(f'href="{document}#step-{name}"') == 2  # drawn, and in words
    assert [title for stage in view.stages for _, title, _ in stage.steps] == [step.title for step in steps.values()]
    words = {place: says for stage in view.stages for place, _, says in stage.steps}
    assert words["step-accept"] == (
        "Acceptance, Client Services lead. After “Decide who the TSM or TAM is”, “Complete the Integration Summary”, "
        "“Describe the invoice type”, "
        "“Meetings with the TSM before go-live”, “Share the go-live overview”, “The client attends a go-live "
        "presentation”, “Share the welcome leaflet”, “Show support access in the portal” and “Agree that "
        "Implementation also covers support”. Sends back to “Complete the Integration Summary”."
    )
    assert words["step-share-welcome-leaflet"] == (
        "Message, Customer Success Manager. Only where Support, type is Help Desk."
    )
    assert "style=" not in page.partition("<main")[2]


def test_shapes_tell_apart_what_is_unusual(company: Company) -> None:
    view = flow_view(plan_of(published(PUBLISHABLE)))
    shapes = {box.name: box.shape for box in view.boxes}
    assert {name: shapes[name] for name in ("fill", "accept", "watch", "rest", "in-use", "end 1")} == {
        "fill": "plain",
        "accept": "acceptance",
        "watch": "on-report",
        "rest": "by-itself",
        "in-use": "milestone",
        "end 1": "end",
    }
    (papers,) = (box for box in view.boxes if box.name == "papers")
    assert (papers.repeated, papers.marks) == (True, (2,))
    assert [(one.number, one.says, one.decision) for one in view.conditions] == [
        (1, "Care is close and Support, type is full or light", "Support"),
        (2, "Price is above 100 USD", ""),
    ]


def test_letters_stay_inside_their_box() -> None:
    long = "Agree that Implementation also covers the support of everything"
    lines = lines_of(long, 170, 13, 2)
    assert lines == ("Agree that", "Implementation also cov…")
    assert all(width_of(line, 13) <= 170 for line in lines)
    assert lines_of("Short", 170, 13, 2) == ("Short",)
    word = "Donaudampfschifffahrtsgesellschaftskapitän"
    assert "".join(lines_of(word, 100, 13, 9)) == word
    assert lines_of("", 100, 13, 2) == ()


# ----------------------------------------------------------------------------------------------------- who does what


def test_matrix_counts_each_role_and_brings_one_out(company: Company, paula: Client) -> None:
    view = raci_view(plan_of(company.version).runbook, "lead")
    assert (view.chosen, view.parts, view.problems) == ("Client Services lead", 7, 0)
    letter, meaning, counts = view.totals[0]
    assert (letter, meaning, [chosen for _, chosen in counts]) == ("R", "does it", [False, False, True, *[False] * 3])
    assert counts[2] == (2, True)
    words = said(paula, reverse("runbook-raci", args=[RUNBOOK]) + "?role=lead")
    assert "The Client Services lead has a part in 7 steps; their rows are marked with ▸." in words
    assert words.count("▸") == 8
    assert "has a part in" not in said(paula, reverse("runbook-raci", args=[RUNBOOK]) + "?role=nobody%00")


# ------------------------------------------------------------------------------------------------------- the tables


def test_gap_is_drawn_and_told_with_a_case(company: Company, paula: Client) -> None:
    version = next_version(('when: [existing, "[0..3000)"]', 'when: [existing, "[0..2000)"]'))
    view = coverage_view(plan_of(version), "support", {})
    assert view.gaps.found == (
        (
            "Integration existing, MRR from 2,000 USD to below 3,000 USD",
            "Integration: existing, MRR: 2,000 USD",
        ),
    )
    (picture,) = view.pictures
    assert [(field.look, field.label) for field in picture.fields] == [
        ("rule", "1"),
        ("rule", "2"),
        ("rule", "3"),
        ("rule", "4"),
        ("rule", "5"),
        ("gap", "no rule"),
    ]
    assert (picture.across, picture.down) == ("Integration", "MRR")
    words = said(paula, reverse("runbook-tables", args=[RUNBOOK]))
    assert "1 gap" in words
    assert "For example Integration: existing, MRR: 2,000 USD" in words
    assert "MRR 5,000 USD belongs to “from 5,000 USD to below 20,000 USD”." in words


def test_overlap_is_hatched_and_names_both_rules() -> None:
    """No version with one is published; a table is drawn so where it was before the check saw it."""
    reading = read(OVERLAPPING, "small.yaml")
    assert reading.runbook is not None, reading.problems
    view = coverage_view(Plan(reading.runbook, OFFICE), "support", {})
    (picture,) = view.pictures
    (field,) = (one for one in picture.fields if one.look == "overlap")
    assert (field.label, field.sub) == ("1 + 2", "overlap")
    assert field.says == (
        "Vertical tax, Mrr from 2,000 USD to below 3,000 USD: rules 1 and 2 overlap; "
        "for example Vertical: tax, Mrr: 2,000 USD."
    )
    assert view.overlaps.found == (
        (
            "Rules 1 and 2 both cover Vertical tax, Mrr from 2,000 USD to below 3,000 USD",
            "Vertical: tax, Mrr: 2,000 USD",
        ),
    )
    page = render_to_string("runbooks/coverage.html", {"one": view, "decision": view.table, "document": "/"})
    assert page.count('fill="url(#overlap-support-1)"') == page.count('id="overlap-support-1"') == 1
    assert "1 overlap</span>" in page


def test_columns_can_be_chosen_and_what_cannot_be_is_left_out(company: Company, paula: Client) -> None:
    plan = plan_of(company.version)
    view = coverage_view(plan, "integration", {})
    assert [(one.title, one.role) for one in view.columns] == [
        ("Vertical", "down"),
        ("Earlier customers of this integration", "across"),
        ("First in its state", "panes"),
    ]
    chosen = coverage_view(plan, "integration", {"down": "2", "across": "0", "panes": "none", "at-1": "2"})
    assert [(one.role, one.band) for one in chosen.columns] == [("across", 0), ("fixed", 2), ("down", 0)]
    (picture,) = chosen.pictures
    assert (picture.across, picture.down, picture.title) == ("Vertical", "First in its state", "")
    for odd in ("down=9&across=x&panes=%00&at-1=999999999", "down=0&across=0", "at--1=1&table=integration"):
        said(paula, f"{reverse('runbook-tables', args=[RUNBOOK])}?table=integration&{odd}")


# ------------------------------------------------------------------------------------- versions, use and problems


def test_versions_say_how_much_each_changed(company: Company, paula: Client) -> None:
    next_version(('when: [new, "[0..5000)"]', 'when: [new, "[0..4000)"]'))
    words = said(paula, reverse("runbook-versions", args=[RUNBOOK]))
    assert "3 changes: the runbook 1 and decisions 2. What changed from 1.2" in words
    assert "The Technical Account Manager's part. The first version here." in words


def test_use_tells_stages_teams_and_calendars(company: Company, paula: Client) -> None:
    company.start("Cedar Falls Water")
    words = said(paula, reverse("runbook-used", args=[RUNBOOK]))
    stage = models.Handoff.objects.get().stage.capitalize()
    assert f"{stage} 1 List those in {stage}, of every version" in words
    assert "Transition 0 Client services 0 The lists show handoffs of every version of this runbook." in words
    assert "Teams Implementation Project Manager , Implementation Manager" in words
    assert "Calendars Eastern office, America/New_York Everything that counts on no other" in words
    company.start("Harbor County")
    assert f"{stage} 2 List" in said(paula, reverse("runbook-used", args=[RUNBOOK]))
    everything = published(PUBLISHABLE)
    assert "No handoff runs on this version" in said(paula, reverse("runbook-used", args=[everything.name]))


def test_problems_name_the_thing_and_the_line_and_what_is_meant_stands_apart(company: Company, paula: Client) -> None:
    text = PUBLISHABLE.replace("raci: {pm: R, csm: R, lead: A}", "raci: {pm: RA, csm: R, lead: A}\n    meant: Both do.")
    version = published(text)
    view = checked_view(version, plan_of(version).runbook, ())
    assert [(one.about, one.place, one.says, one.mend) for one in view.meant] == [
        (
            "Sign",
            "step-sign",
            "For “sign” “pm” and “lead” answer (A). It is meant: Both do.",
            "Take “meant” out once it is no longer so.",
        )
    ]
    assert view.errors == ()
    words = said(paula, reverse("runbook-problems", args=["everything"]))
    assert "Nothing reads the fact “types”. Ask for it in a decision or condition" in words
    assert "Types , line 33" in words
    assert "Meant so 1 Unusual, and the author says why." in words
    assert "Nobody is in the team “Training”, from which the Trainer is filled." in words


def test_what_is_not_counted_to_its_end_is_said_to_be_more() -> None:
    assert [counted(number) for number in (0, 1_204, MOST_COUNTED, MOST_COUNTED + 1)] == [
        "0",
        "1,204",
        "2,000",
        "2,000+",
    ]
