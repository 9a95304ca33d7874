"""Finding anything by a few letters."""

from __future__ import annotations

import pytest

from handrail.desk import models
from handrail.desk.queries.finding import MOST_OF_A_SORT, Findings, found
from handrail.desk.queries.search import words_of
from tests.desk.company import Company, browser_of
from tests.desk.counting import queries_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def named(company: Company, name: str) -> models.Customer:
    made = company.customer(name)
    models.CustomerWord.objects.bulk_create(
        [models.CustomerWord(customer=made, word=word) for word in words_of(made.name, made.key)]
    )
    return made


def titles(findings: Findings) -> tuple[list[str], ...]:
    parts = (findings.customers, findings.handoffs, findings.people, findings.runbooks)
    return tuple([one.title for one in part] for part in parts)


def test_anything_is_found_by_the_beginnings_of_its_words(company: Company) -> None:
    handoff_id = company.start("Électricité de Lyon")
    named(company, "Lena Valley Power")
    models.CustomerWord.objects.create(customer=models.Customer.objects.get(name="Électricité de Lyon"), word="lyon")
    assert titles(found("len")) == (["Lena Valley Power"], [], ["Lena Fischer"], [])
    assert titles(found("lyon")) == (["Électricité de Lyon"], ["Électricité de Lyon"], [], [])
    assert titles(found("client tra")) == ([], [], [], ["Transition to Client Services"])
    assert titles(found(f"#{handoff_id}"))[1] == ["Électricité de Lyon"]
    assert titles(found("nothing of the kind")) == ([], [], [], [])
    assert not found("  ")


def test_those_whose_name_begins_so_come_first_and_only_so_many_are_shown(company: Company) -> None:
    for number in range(MOST_OF_A_SORT + 3):
        named(company, f"Alpha Water {number}")
    named(company, "Water Works")
    shown = found("water").customers
    assert (shown[0].title, len(shown)) == ("Water Works", MOST_OF_A_SORT)


def test_whoever_left_is_not_found_and_a_new_name_is(company: Company) -> None:
    ivan = company.people["ivan"]
    ivan.name = "Iwan Petrow"
    ivan.save()
    assert titles(found("iwan"))[2] == ["Iwan Petrow"]
    ivan.is_active = False
    ivan.save()
    assert titles(found("iwan"))[2] == []


def test_only_what_one_may_do_is_offered(company: Company) -> None:
    page = "/find/?q=import"
    assert "Import customers" in browser_of(company, "olga").get(page).content.decode()
    assert "Import customers" not in browser_of(company, "paula").get(page).content.decode()
    nothing = browser_of(company, "paula").get("/find/?q=<script>").content.decode()
    assert "Nothing begins with “&lt;script&gt;”." in nothing


def test_part_for_the_palette_is_no_whole_page(company: Company) -> None:
    browser = browser_of(company, "paula")
    part = browser.get("/find/?q=lena", headers={"HX-Request": "true"})
    assert (b"<html" in part.content, b"Lena Fischer" in part.content) == (False, True)
    assert "HX-Request" in part.headers["Vary"]
    assert b"<html" in browser.get("/find/?q=lena").content


def test_finding_asks_as_often_for_many_as_for_one(company: Company) -> None:
    named(company, "Quartz One")
    found("quartz")
    few = queries_of(lambda: found("quartz"))
    for number in range(5):
        named(company, f"Quartz {number}")
    assert queries_of(lambda: found("quartz")) == few
