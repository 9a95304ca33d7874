"""Views that are kept: keeping, opening, changing, sharing and deleting them, and who may."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from handrail.desk import models, saved_views
from tests.desk.company import NOW, Company, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    company = Company()
    company.start("Late Waters")
    return company


def keep(company: Company, first_name: str, name: str, query: str = "late=yes", *, shared: bool = False) -> int:
    made = saved_views.keep(company.people[first_name], name, query, is_shared=shared, now=NOW)
    assert isinstance(made, models.SavedView), made
    return made.pk


def listed(browser: Client, query: str = "") -> Any:
    return browser.get(f"{reverse('handoffs')}?{query}")


def audited() -> list[tuple[str, str, str, dict[str, list[str]]]]:
    rows = models.AuditEntry.objects.filter(about="view").order_by("pk")
    return list(rows.values_list("action", "name", "by_name", "changes"))


def test_a_view_is_kept_in_few_words_and_opened_again(company: Company) -> None:
    browser = browser_of(company, "paula")
    sent = {"name": "My late ones", "query": "q=&status=running&late=yes&sort=due&page=3&person=me&nonsense=1&view=7"}
    answer = browser.post(reverse("view-new"), sent, follow=True)
    view = models.SavedView.objects.get()
    assert (view.owner.name, view.name, view.query, view.is_shared) == (
        "Paula Reyes",
        "My late ones",
        "person=me&late=yes",
        False,
    )
    assert answer.redirect_chain == [(f"/handoffs/?person=me&late=yes&view={view.pk}", 302)]
    assert [str(one) for one in answer.context["messages"]] == ["The view “My late ones” is kept."]
    assert (answer.context["opened"].name, answer.context["is_other"]) == ("My late ones", False)
    assert audited() == []


def test_what_a_view_holds_is_said_before_it_is_kept(company: Company) -> None:
    page = browser_of(company, "paula").get(
        f"{reverse('view-new')}?late=yes&q=wat&stage=decide&runbook=transition-to-client-services&person=me&turn=yes"
        "&team=nobodys&span=ends-week&status=all&look=board&sort=-progress"
    )
    assert page.context["holds"] == (
        "Running, over or cancelled",
        "Customers like “wat”",
        "In the stage “decide”",
        "By Transition to Client Services",
        "The turn of whoever looks",
        "Of customers whose owner is in nobodys",
        "Ends this week",
        "Late only",
        "As a board, what is most done on top",
    )


def test_a_name_is_needed_and_each_is_given_once(company: Company) -> None:
    keep(company, "paula", "Late")
    browser = browser_of(company, "paula")
    for name, says in (
        (" ", "Give the view a name."),
        ("Late", "There is a view “Late” already. Give this one another name."),
        ("x" * 81, "Ensure this value has at most 80 characters (it has 81)."),
    ):
        answer = browser.post(reverse("view-new"), {"name": name, "query": "late=yes"})
        assert (answer.status_code, answer.context["form"].errors) == (422, {"name": [says]})
        assert 'name="query" value="late=yes"' in answer.content.decode()
    keep(company, "olga", "Late")
    assert models.SavedView.objects.filter(name="Late").count() == 2


def test_nobody_keeps_views_without_end(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved_views, "MOST_VIEWS", 1)
    keep(company, "paula", "One")
    answer = browser_of(company, "paula").post(reverse("view-new"), {"name": "Two", "query": ""})
    assert answer.context["form"].errors == {"name": ["You have 1 views already. Delete one first."]}


def test_others_see_what_is_shared_and_who_made_it(company: Company) -> None:
    keep(company, "paula", "Mine alone")
    shared = keep(company, "paula", "For all", shared=True)
    keep(company, "ivan", "Ivan’s")
    kept = listed(browser_of(company, "ivan")).context["kept"]
    assert [(one.name, one.owner, one.is_mine, one.is_shared) for one in kept] == [
        ("Ivan’s", "Ivan Petrov", True, False),
        ("For all", "Paula Reyes", False, True),
    ]
    page = listed(browser_of(company, "ivan"), f"late=yes&view={shared}").content.decode()
    assert "By Paula Reyes" in page


def test_a_view_says_where_it_is_not_as_it_was_kept(company: Company) -> None:
    view = keep(company, "paula", "Late")
    browser = browser_of(company, "paula")
    assert "Not as it was kept" not in listed(browser, f"late=yes&view={view}").content.decode()
    page = listed(browser, f"late=yes&stage=decide&view={view}").content.decode()
    assert ("Not as it was kept" in page, "Keep these filters in it" in page) == (True, True)
    answer = browser.post(reverse("view-filters", args=[view]), {"query": f"late=yes&stage=decide&view={view}"})
    assert (answer.status_code, answer["Location"]) == (302, f"/handoffs/?stage=decide&late=yes&view={view}")


def test_a_view_says_what_it_names_that_is_not_there(company: Company) -> None:
    view = keep(company, "paula", "Old", "runbook=gone")
    browser = browser_of(company, "paula")
    assert browser.get(reverse("view", args=[view])).context["gone"] == ("There is no runbook “gone”.",)
    page = listed(browser, f"runbook=gone&view={view}").content.decode()
    assert "Some of what this view asks for is not there any more" in page


def test_only_who_made_a_shared_view_and_operations_change_it(company: Company) -> None:
    view = keep(company, "paula", "For all", shared=True)
    ivan = browser_of(company, "ivan")
    says = "Only Paula Reyes, who made this view, and CS Operations change it."
    assert says in ivan.get(reverse("view", args=[view])).content.decode()
    for name in ("view", "view-filters", "view-delete"):
        answer = ivan.post(reverse(name, args=[view]), {"name": "Ivan’s", "query": ""})
        assert (answer.status_code, says in answer.content.decode()) == (403, True)
    answer = browser_of(company, "olga").post(reverse("view", args=[view]), {"name": "For us", "is_shared": "on"})
    assert (answer.status_code, models.SavedView.objects.get().name) == (302, "For us")


@pytest.mark.parametrize("first_name", ["ivan", "olga"])
def test_what_somebody_keeps_for_themselves_is_not_there_for_others(company: Company, first_name: str) -> None:
    view = keep(company, "paula", "Mine alone")
    browser = browser_of(company, first_name)
    assert browser.get(reverse("view", args=[view])).status_code == 404
    for name in ("view", "view-filters", "view-delete"):
        assert browser.post(reverse(name, args=[view]), {"name": "Another"}).status_code == 404
    assert listed(browser, f"late=yes&view={view}").context["opened"] is None
    assert models.SavedView.objects.get().name == "Mine alone"


def test_what_becomes_of_a_shared_view_is_audited(company: Company) -> None:
    browser = browser_of(company, "paula")
    browser.post(reverse("view-new"), {"name": "Late", "query": "late=yes"})
    view = models.SavedView.objects.get().pk
    browser.post(reverse("view", args=[view]), {"name": "Late", "is_shared": "on"})
    browser.post(reverse("view-filters", args=[view]), {"query": "late=yes&stage=decide"})
    browser.post(reverse("view", args=[view]), {"name": "Late ones", "is_shared": "on"})
    browser.post(reverse("view", args=[view]), {"name": "Late ones"})
    browser.post(reverse("view", args=[view]), {"name": "Late ones", "is_shared": "on"})
    answer = browser.post(reverse("view-delete", args=[view]), follow=True)
    assert [str(one) for one in answer.context["messages"]][-1] == "The view “Late ones” was deleted. No handoff was."
    query = "stage=decide&late=yes"
    assert audited() == [
        ("shared", "Late", "Paula Reyes", {"Name": ["", "Late"], "Filters": ["", "late=yes"]}),
        ("changed", "Late", "Paula Reyes", {"Filters": ["late=yes", query]}),
        ("changed", "Late ones", "Paula Reyes", {"Name": ["Late", "Late ones"]}),
        ("unshared", "Late ones", "Paula Reyes", {"Name": ["Late ones", ""], "Filters": [query, ""]}),
        ("shared", "Late ones", "Paula Reyes", {"Name": ["", "Late ones"], "Filters": ["", query]}),
        ("deleted", "Late ones", "Paula Reyes", {"Name": ["Late ones", ""], "Filters": [query, ""]}),
    ]


def test_what_everybody_has_is_marked_where_it_is_open(company: Company) -> None:
    browser = browser_of(company, "paula")

    def opened(query: str) -> list[str]:
        return [one["name"] for one in listed(browser, query).context["built_in"] if one["is_open"]]

    assert [opened(query) for query in ("", "late=yes", "late=yes&look=board&sort=-due", "person=me", "q=x")] == [
        ["All running"],
        ["Late"],
        ["Late"],
        ["Mine"],
        [],
    ]
    assert [one["query"] for one in listed(browser, "look=board").context["built_in"]] == [
        "look=board",
        "person=me&look=board",
        "person=me&turn=yes&look=board",
        "late=yes&look=board",
        "span=due-week&look=board",
        "span=ends-week&look=board",
    ]
