"""Two versions of a runbook side by side, and the running handoffs that would decide differently."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import ledger, models, runbooks
from handrail.desk.queries import comparison
from handrail.desk.queries.comparison import ComparisonView, comparison_view
from handrail.desk.queries.runbooks import versions
from handrail.handoff import commands as c
from tests.desk.company import CEDAR_FALLS, NOW, Company, done

pytestmark = pytest.mark.django_db

NAME = "transition-to-client-services"
LATER_LINE = (("[0..5000)", "[0..6000)"), ("[3000..5000)", "[3000..6000)"), ("[5000..20000)", "[6000..20000)"))


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def browser(company: Company) -> Client:
    client = Client()
    client.force_login(company.people["paula"])
    return client


def publish(version: str, *changes: tuple[str, str]) -> models.RunbookVersion:
    (path,) = (one for one in runbooks.shipped() if one.stem == NAME)
    text = Path(path).read_text(encoding="utf-8").replace('version: "1.2"', f'version: "{version}"', 1)
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    published = runbooks.publish(text, path.name)
    assert isinstance(published, models.RunbookVersion), published
    return published


def view() -> ComparisonView:
    """The current version against the one before, with the handoffs of that one."""
    new, old, *_ = versions(NAME)
    return comparison_view(old, new, [old])


def with_mrr(company: Company, name: str, mrr: str) -> int:
    return company.start(name, {**CEDAR_FALLS, "mrr": mrr})


def test_changes_stand_by_part_and_thing_with_their_cases(company: Company) -> None:
    publish("1.3", *LATER_LINE)
    found = view()
    assert [(part.title, [thing.title for thing in part.things]) for part in found.parts] == [
        ("The runbook", ["Transition to Client Services"]),
        ("Decisions", ["Support"]),
    ]
    support = found.parts[1].things[0]
    assert (support.place, support.is_gone, found.count) == ("decision-support", False, 6)
    assert [one.says for one in support.changes] == [
        "Rule 1: Where Integration is new, MRR now ends below 6,000 USD (was 5,000 USD).",
        "Rule 3: Where Integration is existing, MRR now ends below 6,000 USD (was 5,000 USD).",
        "Rule 4: MRR now begins at 6,000 USD (was 5,000 USD).",
    ]
    new, existing = (one.says for one in support.cases)
    assert new == (
        "Where Integration is new and MRR is from 5,000 USD to below 6,000 USD, Days after go-live is now 30 (was 90) "
        "and Meetings before go-live is now 1 (was 2). For example Integration new, MRR 5,000 USD."
    )
    assert existing == (
        "Where Integration is existing and MRR is from 5,000 USD to below 6,000 USD, Type is now Transition Success "
        "light (was Transition Success), Days after go-live is now 30 (was 90) and Meetings before go-live is now 1 "
        "(was 2). For example Integration existing, MRR 5,000 USD."
    )


def test_handoffs_that_would_decide_differently_are_listed(company: Company) -> None:
    touched = with_mrr(company, "On the old line", "5000")
    with_mrr(company, "Far above", "9000")
    over = with_mrr(company, "Cancelled", "5500")
    done(ledger.record(over, c.Cancel(by=company.actor("olga"), reason="A mistake"), now=NOW))
    publish("1.3", *LATER_LINE)
    found = view().touched
    assert (found.running, found.looked_at, found.differing, found.is_capped) == (2, 2, 1, False)
    (support,) = found.decisions
    assert (support.title, support.count, support.more) == ("Support", 1, 0)
    (line,) = support.lines
    assert (line.handoff_id, line.customer, line.decision) == (touched, "On the old line", "support")
    assert line.old == "Days after go-live: 90, Meetings before go-live: 2"
    assert line.new == "Days after go-live: 30, Meetings before go-live: 1"


def test_nobody_is_asked_where_no_decision_changed(company: Company, browser: Client) -> None:
    with_mrr(company, "One", "5000")
    publish("1.3", ("due: 5 working days before go_live", "due: 4 working days before go_live"))
    found = view().touched
    assert (found.running, found.decisive, found.looked_at, found.differing) == (1, 0, 0, 0)
    page = browser.get(reverse("compare", args=[NAME])).content.decode()
    assert "It would decide as it did: no decision changed." in page


def test_what_follows_from_another_decision_is_asked_too(company: Company) -> None:
    with_mrr(company, "Third of its kind", "4000")
    publish("1.3", ('[utilities, "< 2", "-"], then: [new]', '[utilities, "< 2", "-"], then: [existing]'))
    titles = [(one.title, one.lines[0].old, one.lines[0].new) for one in view().touched.decisions]
    assert titles == [
        ("Integration", "Integration: new", "Integration: existing"),
        ("Support", "Type: Transition Success", "Type: Transition Success light"),
    ]


def test_approved_override_stays_and_an_undecided_case_is_decided(company: Company) -> None:
    handoff = with_mrr(company, "Overridden", "5000")
    outputs = {"type": "Transition Success", "days": "90", "meetings": "4"}
    ask = c.AskOverride(by=company.actor("paula"), decision="support", outputs=outputs, reason="UAT slipped")
    approve = c.ApproveOverride(by=company.actor("lena"), decision="support")
    for command in (ask, approve):
        done(ledger.record(handoff, command, now=NOW))
    company.start("Without MRR", {name: value for name, value in CEDAR_FALLS.items() if name != "mrr"})
    publish(
        "1.3",
        *LATER_LINE,
        ("inputs: [integration, mrr]", "inputs: [integration, mrr]\n    otherwise: [Help Desk, 0, 0]"),
    )
    assert view().touched.differing == 0


def test_names_that_changed_are_followed(company: Company) -> None:
    handoff = with_mrr(company, "Renamed", "5000")
    publish(
        "1.3",
        ("mrr", "revenue"),
        ("support", "care"),
        ("then: [Transition Success, 90, 2]", "then: [Transition Success, 60, 2]"),
    )
    (care,) = view().touched.decisions
    (line,) = care.lines
    assert (care.title, line.handoff_id, line.decision) == ("Support", handoff, "support")
    assert (line.old, line.new) == ("Days after go-live: 90", "Days after go-live: 60")


def test_work_is_capped_and_said_to_be(company: Company, browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(4):
        with_mrr(company, f"Customer {number}", "5000")
    publish("1.3", *LATER_LINE)
    monkeypatch.setattr(comparison, "MOST_LOOKED_AT", 3)
    monkeypatch.setattr(comparison, "MOST_LISTED", 2)
    found = view().touched
    assert (found.running, found.looked_at, found.differing, found.is_capped) == (4, 3, 3, True)
    assert (found.decisions[0].count, found.decisions[0].more) == (3, 1)
    page = browser.get(reverse("compare", args=[NAME])).content.decode()
    assert "Looked at the 3 oldest of 4 running handoffs." in page
    assert "And 1 more." in page


def test_queries_do_not_grow_with_the_handoffs_of_a_chunk(company: Company, browser: Client) -> None:
    address = reverse("compare", args=[NAME])

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert browser.get(address).status_code == 200
        return len(counted)

    with_mrr(company, "One", "5000")
    publish("1.3", *LATER_LINE)
    queries()  # the plans are read once
    with_one = queries()
    models.RunbookVersion.objects.update(is_current=False)
    company.version.is_current = True
    company.version.save()
    for name in ("Two", "Three"):
        with_mrr(company, name, "5000")
    models.RunbookVersion.objects.update(is_current=False)
    models.RunbookVersion.objects.filter(version="1.3").update(is_current=True)
    assert queries() == with_one


def test_chunks_are_all_looked_at(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        with_mrr(company, f"Customer {number}", "5000")
    publish("1.3", *LATER_LINE)
    monkeypatch.setattr(comparison, "CHUNK", 2)
    assert [line.customer for line in view().touched.decisions[0].lines] == [
        f"Customer {number}" for number in range(5)
    ]


def test_versions_are_chosen_in_the_address(company: Company, browser: Client) -> None:
    first = company.version.pk
    second, third = publish("1.3", *LATER_LINE).pk, publish("1.4").pk
    address = reverse("compare", args=[NAME])

    def shown(query: str = "") -> tuple[int, int, int]:
        page = browser.get(address + query)
        assert page.status_code == 200
        return page.context["old"].id, page.context["new"].id, page.context["view"].count

    assert shown() == (second, third, 6)
    assert shown(f"?old={first}") == (first, third, 1)
    assert shown(f"?old={third}&new={first}") == (third, first, 1)
    assert shown(f"?new={first}") == (first, first, 0)


def test_handoffs_of_every_other_version_can_be_asked(company: Company, browser: Client) -> None:
    with_mrr(company, "Of the first", "5000")
    second = publish("1.3")
    company.version = second
    with_mrr(company, "Of the second", "5000")
    publish("1.4", *LATER_LINE)
    address = reverse("compare", args=[NAME])
    assert browser.get(address).context["view"].touched.differing == 1
    assert browser.get(f"{address}?handoffs=all").context["view"].touched.differing == 2


@pytest.mark.parametrize("query", ["?old=999999", "?new=0", "?old=x", "?new=", "?old=%00"])
def test_version_that_is_not_there_is_not_found(company: Company, browser: Client, query: str) -> None:
    page = browser.get(reverse("compare", args=[NAME]) + query)
    assert page.status_code == 404
    assert "There is no such runbook, or no such version of it." in page.content.decode()
    assert browser.get(reverse("compare", args=["another"])).status_code == 404


def test_first_version_has_nothing_to_be_compared_with(company: Company, browser: Client) -> None:
    page = browser.get(reverse("compare", args=[NAME])).content.decode()
    assert "One version against itself" in page
    assert "Compare with" not in browser.get(reverse("runbook", args=[NAME])).content.decode()


def test_page_of_each_version_leads_to_the_comparison(company: Company, browser: Client) -> None:
    newer = publish("1.3")
    current = browser.get(reverse("runbook", args=[NAME])).content.decode()
    earlier = browser.get(reverse("runbook-version", args=[NAME, company.version.pk])).content.decode()
    assert f'href="/runbooks/{NAME}/compare/"' in current
    assert f'href="/runbooks/{NAME}/compare/?old={company.version.pk}&amp;new={newer.pk}"' in current
    assert f'href="/runbooks/{NAME}/compare/?old={company.version.pk}"' in earlier


def test_text_of_a_runbook_is_shown_as_text(company: Company, browser: Client) -> None:
    publish("1.3", ("A biller goes live, and", "<script>alert(1)</script> A biller goes live, and"))
    page = browser.get(reverse("compare", args=[NAME])).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page


def test_same_text_published_under_two_digests_says_so(company: Company, browser: Client) -> None:
    publish("1.2", ("# How a biller passes", "# How any biller passes"))
    assert "Both versions say the same" in browser.get(reverse("compare", args=[NAME])).content.decode()
