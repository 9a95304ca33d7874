"""Comments on anything, and the people whom they name."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.desk import comments, models
from handrail.desk.comments import LONGEST, Said, Subject
from handrail.desk.mentions import mentioned, suggestions
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, RUNBOOK, SUMMARY, Company, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def say(company: Company, text: str, who: str = "paula", **about: object) -> Said:
    subject = Subject(title="Cedar Falls Water", **about)  # type: ignore[arg-type]
    outcome = comments.say(subject, text, by=company.people[who], now=NOW)
    assert isinstance(outcome, Said), outcome
    return outcome


def post(client: Client, text: str, on: str, about: str = "") -> object:
    return client.post("/comments/", {"on": on, "about": about, "text": text}, follow=True)


def told(company: Company, who: str) -> list[tuple[str, str, bool]]:
    """Title and beginning of each notice of a mention, and whether it still matters."""
    rows = models.Notice.objects.filter(person=company.people[who], sort="mention").order_by("pk")
    return [(row.title, row.why, row.over_at is None) for row in rows]


# ------------------------------------------------------------------------------------------------------- whom it names


def names(text: str) -> list[str]:
    return [one.name for one in mentioned(text).people.values()]


def test_people_are_named_by_their_name_or_their_address(company: Company) -> None:
    company.people["tom"].delete()
    made = models.Person.objects.create_user("ann.lee@example.com", name="Ann Lee-O’Neil")
    assert names("@Paula Reyes, @lena fischer: see @IVAN PETROV’s file.") == [
        "Paula Reyes",
        "Lena Fischer",
        "Ivan Petrov",
    ]
    assert names("(@Ann Lee-O’Neil) or @ann.lee@example.com.") == [made.name]
    assert names("Write to paula.reyes@example.com, @nobody or a@Paula Reyes. @ Paula Reyes, @Paul") == []


def test_longest_name_is_meant(company: Company) -> None:
    models.Person.objects.create_user("paula.reyes.jr@example.com", name="Paula Reyes Marlow")
    assert names("Ask @Paula Reyes Marlow") == ["Paula Reyes Marlow"]
    assert names("Ask @Paula Reyes Marl") == ["Paula Reyes"]


def test_who_has_left_is_not_named(company: Company) -> None:
    models.Person.objects.filter(pk=company.people["lena"].pk).update(is_active=False)
    assert names("@Lena Fischer @lena.fischer@example.com") == []
    assert [one.name for one in suggestions("lena")] == []


def test_name_that_two_have_asks_for_the_address(company: Company) -> None:
    other = models.Person.objects.create_user("other@example.com", name="Lena Fischer")
    outcome = comments.say(Subject(runbook="x"), "@Lena Fischer?", by=company.people["paula"], now=NOW)
    assert isinstance(outcome, Refused)
    assert outcome.says == (
        "Several people are called Lena Fischer. Write @ and the e-mail address of the one whom you mean."
    )
    assert mentioned("@other@example.com").people == {other.pk: (other.pk, "Lena Fischer")}
    assert [one.writes for one in suggestions("fisch")] == ["lena.fischer@example.com", "other@example.com"]


def test_suggestions_are_the_first_eight_by_the_beginnings_of_their_words(company: Company) -> None:
    for number in range(10):
        models.Person.objects.create_user(f"z{number}@example.com", name=f"Zoë Quist {number}")
    browser = browser_of(company, "paula")
    assert browser.get("/people/named/").json() == {"people": []}
    with CaptureQueriesContext(connection) as counted:
        found = browser.get("/people/named/", {"q": "qui zoe"}).json()["people"]
    assert [one["name"] for one in found] == [f"Zoë Quist {number}" for number in range(8)]
    assert len(counted) == 3  # who asks, and which company it is; the names are kept
    assert browser.get("/people/named/", {"q": "rey pau"}).json() == {
        "people": [{"name": "Paula Reyes", "team": "Implementation", "writes": "Paula Reyes"}]
    }
    assert browser.get("/people/named/", {"q": "aula"}).json() == {"people": []}


# ----------------------------------------------------------------------------------------------------- what is said


def test_who_is_named_is_told_once_and_comes_to_the_very_comment(company: Company) -> None:
    handoff_id = company.start()
    browser = browser_of(company, "paula")
    page = post(browser, "Look here, @Lena Fischer and @Paula Reyes.", f"handoff:{handoff_id}", f"step:{SUMMARY}")
    assert "Kept. Lena Fischer is told of it." in page.content.decode()  # type: ignore[attr-defined]
    row = models.Comment.objects.get()
    title = "Paula Reyes mentions you: “Complete the Integration Summary” of Cedar Falls Water"
    assert told(company, "lena") == [(title, "Look here, @Lena Fischer and @Paula Reyes.", True)]
    assert told(company, "paula") == []
    notice = models.Notice.objects.get(person=company.people["lena"], sort="mention")
    assert (notice.mail, notice.mail_at is not None) == ("queued", True)
    lena = browser_of(company, "lena")
    answer = lena.get(f"/notices/{notice.pk}/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/handoffs/{handoff_id}/steps/{SUMMARY}/#comment-{row.pk}"
    assert f'id="comment-{row.pk}"' in answer.content.decode()


def test_who_wants_no_mail_of_mentions_gets_none(company: Company) -> None:
    models.Person.objects.filter(pk=company.people["lena"].pk).update(muted=["mention"])
    say(company, "@Lena Fischer", runbook="transition-to-client-services")
    assert models.Notice.objects.get(sort="mention").mail == "none"


def test_changing_tells_whom_it_names_now_and_nobody_twice(company: Company) -> None:
    row = say(company, "@Lena Fischer", handoff=company.start()).comment
    paula = company.people["paula"]
    for text in ("@Lena Fischer and @Ivan Petrov", "Only @Ivan Petrov", "@Lena Fischer again"):
        assert isinstance(comments.change(row.pk, text, Subject(title="Cedar"), by=paula, now=NOW), Said)
    assert [(len(told(company, who)), told(company, who)[0][2]) for who in ("lena", "ivan")] == [(1, True), (1, False)]
    row.refresh_from_db()
    assert (row.text, row.changed_at) == ("@Lena Fischer again", NOW)


def test_what_is_taken_back_keeps_its_place_and_nothing_else(company: Company) -> None:
    handoff_id = company.start()
    row = say(company, "A secret, @Lena Fischer", handoff=handoff_id).comment
    browser = browser_of(company, "paula")
    page = browser.post(f"/comments/{row.pk}/change/", {"do": "take-back"}, follow=True).content.decode()
    assert ("Taken back." in page, "A secret" in page) == (True, False)
    assert told(company, "lena")[0][2] is False
    assert models.Mention.objects.count() == 0
    again = comments.change(row.pk, "More", Subject(), by=company.people["paula"], now=NOW)
    assert isinstance(again, Refused)
    assert again.says == "This comment was taken back already."


def test_nobody_changes_what_another_said(company: Company) -> None:
    row = say(company, "Mine", handoff=company.start()).comment
    answer = browser_of(company, "lena").post(f"/comments/{row.pk}/change/", {"text": "Yours"})
    assert (answer.status_code, "Only Paula Reyes changes what Paula Reyes said." in answer.content.decode()) == (
        403,
        True,
    )
    row.refresh_from_db()
    assert row.text == "Mine"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (" \n ", "Write something first: an empty comment says nothing."),
        ("x" * (LONGEST + 1), "This has 10,001 characters; a comment has at most 10,000."),
    ],
)
def test_what_is_refused_is_told_at_the_field_with_what_was_typed(company: Company, text: str, says: str) -> None:
    handoff_id = company.start()
    answer = browser_of(company, "paula").post("/comments/", {"on": f"handoff:{handoff_id}", "text": text})
    page = answer.content.decode()
    assert (answer.status_code, says in page, text in page) == (422, True, True)
    assert models.Comment.objects.count() == 0


def test_text_is_text_with_its_addresses_as_links(company: Company) -> None:
    handoff_id = company.start()
    say(
        company,
        "<b>See</b> https://example.com/a?b=1&c=2\nand\x00 javascript:alert(1) @Paula Reyes",
        handoff=handoff_id,
    )
    page = browser_of(company, "lena").get(f"/handoffs/{handoff_id}/").content.decode()
    assert "&lt;b&gt;See&lt;/b&gt;" in page
    assert '<a href="https://example.com/a?b=1&amp;c=2" rel="nofollow noopener">' in page
    assert 'and javascript:alert(1) <span class="mention">@Paula Reyes</span>' in page


@pytest.mark.parametrize(
    ("on", "about"),
    [
        ("handoff:999999", ""),
        ("handoff:x", ""),
        ("handoff", "nothing:x"),
        ("customer:999999", ""),
        ("customer", "step:x"),
        ("runbook:nothing", ""),
        ("everything", ""),
    ],
)
def test_only_what_there_is_can_be_spoken_of(company: Company, on: str, about: str) -> None:
    handoff_id = company.start()
    ids = {"handoff": handoff_id, "customer": models.Customer.objects.get().pk}
    answer = browser_of(company, "paula").post(
        "/comments/", {"on": f"{on}:{ids[on]}" if on in ids else on, "about": about, "text": "Hello"}
    )
    assert answer.status_code == 404


def test_customers_and_runbooks_are_spoken_of_in_the_same_way(company: Company) -> None:
    customer = company.customer("Idle Waters")
    browser = browser_of(company, "paula")
    for on, place in (
        (f"customer:{customer.pk}", f"/customers/{customer.pk}/"),
        ("runbook:transition-to-client-services", "/runbooks/transition-to-client-services/"),
    ):
        answer = browser.post("/comments/", {"on": on, "text": "@Lena Fischer"})
        row = models.Comment.objects.latest("pk")
        assert (answer.status_code, answer["Location"]) == (302, f"/comments/{row.pk}/")
        assert browser.get(f"/comments/{row.pk}/")["Location"] == f"{place}#comment-{row.pk}"
        page = browser.get(place).content.decode()
        shown = (f'id="comment-{row.pk}"', '<span class="mention">@Lena Fischer</span>', f'name="on" value="{on}"')
        assert [one for one in shown if page.count(one) != 1] == []
    assert [title for title, _, _ in told(company, "lena")] == [
        "Paula Reyes mentions you: Idle Waters",
        "Paula Reyes mentions you: Transition to Client Services",
    ]


def test_script_gets_the_thread_as_it_is_now(company: Company) -> None:
    handoff_id = company.start()
    browser = browser_of(company, "paula")
    headers = {"Handrail-Part": "comments"}
    sent = {"on": f"handoff:{handoff_id}", "about": f"step:{SUMMARY}", "text": "Hello @Lena Fischer"}
    answer = browser.post("/comments/", sent, headers=headers)
    page = answer.content.decode()
    assert (answer.status_code, "<html" in page, "Kept. Lena Fischer is told of it." in page) == (200, False, True)
    assert f'id="thread-step-{SUMMARY}"' in page
    empty = browser.post("/comments/", {**sent, "text": ""}, headers=headers)
    assert (empty.status_code, "Write something first" in empty.content.decode()) == (422, True)
    row = models.Comment.objects.get()
    wrong = browser.post(f"/comments/{row.pk}/change/", {"text": ""}, headers=headers).content.decode()
    assert "Write something first" in wrong


def test_pages_take_as_many_queries_whatever_is_said(company: Company) -> None:
    handoff_id = company.start()
    client = browser_of(company, "lena")
    customer = models.Customer.objects.get().pk
    things: tuple[dict[str, Any], ...] = (
        {"handoff": handoff_id},
        {"handoff": handoff_id, "about": f"step:{SUMMARY}"},
        {"customer": customer},
        {"runbook": RUNBOOK},
    )
    paths = [
        f"/handoffs/{handoff_id}/",
        f"/handoffs/{handoff_id}/steps/{SUMMARY}/",
        f"/handoffs/{handoff_id}/history/",
        f"/customers/{customer}/",
        f"/runbooks/{RUNBOOK}/",
    ]

    def queries() -> list[int]:
        counts = []
        for path in paths:
            with CaptureQueriesContext(connection) as counted:
                assert client.get(path).status_code == 200
            counts.append(len(counted))
        return counts

    for thing in things:
        say(company, "One, @Ivan Petrov", **thing)
    queries()  # what is read once is read
    first = queries()
    for number in range(3):
        for thing in things:
            say(company, f"{number} more, @Lena Fischer and @Carla Santos", who="ivan", **thing)
    assert queries() == first
