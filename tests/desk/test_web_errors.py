"""When something is not right: words that help, in our own design, whoever asks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.test import Client, RequestFactory
from django.urls import reverse

from handrail.desk.web import errors
from tests.desk.company import Company, browser_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.mark.parametrize("path", ["nowhere/", "customers/999999/", "handoffs/999999999999999999999/", "style/x"])
def test_nothing_here_is_said_kindly(company: Company, path: str) -> None:
    answer = browser_of(company, "paula").get(f"/{path}")
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()


def test_unknown_address_says_nothing_of_the_urls(company: Company) -> None:
    assert "urlpatterns" not in Client().get("/nowhere/").content.decode()


def test_form_without_its_token_is_told_what_happened(company: Company) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(company.people["olga"])
    answer = browser.post(reverse("start"), {})
    assert answer.status_code == 403
    assert "This page had grown too old to send" in answer.content.decode()


def test_too_much_at_once_is_413(rf: RequestFactory) -> None:
    answer = errors.bad_request(rf.post("/"), RequestDataTooBig("…"))
    assert answer.status_code == 413
    assert "That is too much at once" in answer.content.decode()


def test_senseless_request_is_400(rf: RequestFactory) -> None:
    assert errors.bad_request(rf.get("/"), ValueError("…")).status_code == 400


def test_fault_of_ours_is_told_without_the_database(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> object:
        raise RuntimeError("a secret of the program")

    monkeypatch.setattr("handrail.desk.web.customers.customers", breaks)
    browser = browser_of(company, "paula")
    browser.raise_request_exception = False
    answer = browser.get(reverse("customers"))
    text = answer.content.decode()
    assert (answer.status_code, "Something went wrong on our side" in text) == (500, True)
    assert "a secret of the program" not in text


@pytest.fixture
def forgetting() -> Iterator[None]:
    """The attempts are counted in the cache; the next test starts with none."""
    cache.clear()
    yield
    cache.clear()


@pytest.mark.usefixtures("forgetting")
def test_too_many_attempts_to_sign_in_are_answered_in_our_words(company: Company) -> None:
    browser, wrong = Client(), {"login": "paula.reyes@example.com", "password": "wrong"}
    pages = [browser.post(reverse("account_login"), wrong) for _ in range(40)]
    assert (pages[0].status_code, pages[-1].status_code) == (200, 429)
    assert "You are not signed in yet" in pages[0].content.decode()
    assert "Too many attempts" in pages[-1].content.decode()


INLINE = re.compile(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)|javascript:", re.IGNORECASE)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "handoffs/",
        "customers/",
        "people/",
        "people/new/",
        "runbooks/",
        "runbooks/transition-to-client-services/",
        "health/",
        "style/",
        "account/password/change/",
        "nowhere/",
    ],
)
def test_no_page_has_script_or_style_of_its_own(company: Company, path: str) -> None:
    company.start()
    text = browser_of(company, "adam").get(f"/{path}").content.decode()
    assert INLINE.findall(text) == []


def test_health_is_public_and_says_nothing_more(company: Company) -> None:
    answers = [Client().get(reverse(name)) for name in ("healthz", "readyz")]
    assert [(one.status_code, one.content) for one in answers] == [
        (200, b"ok\nlag_seconds 0\nworkers 0\nfailing 0\n"),
        (200, b"ready\nlag_seconds 0\nworkers 0\nfailing 0\n"),
    ]
