"""What every answer of the desk says to the browser, and who gets in."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

CONTENT_SECURITY_POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
}


def test_page_forbids_the_browser_everything_that_is_not_ours(client: Client) -> None:
    headers = client.get(reverse("account_login")).headers
    assert set(headers["Content-Security-Policy"].split("; ")) == CONTENT_SECURITY_POLICY
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


def test_cookies_are_out_of_reach_of_other_sites(client: Client) -> None:
    cookies = client.get(reverse("account_login")).cookies
    assert {name: cookie["samesite"] for name, cookie in cookies.items()} == {"csrftoken": "Lax"}


def test_page_asks_for_sign_in(client: Client) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{reverse('account_login')}?next=/")


def test_nobody_signs_up(client: Client) -> None:
    answer = client.post(
        reverse("account_signup"),
        {"email": "new@example.com", "password1": "correct horse battery", "password2": "correct horse battery"},
    )
    assert "_auth_user_id" not in client.session
    assert "account/signup_closed.html" in [template.name for template in answer.templates]


def test_form_without_its_token_is_refused() -> None:
    assert Client(enforce_csrf_checks=True).post(reverse("account_login"), {}).status_code == 403


def test_another_host_name_is_refused(client: Client) -> None:
    assert client.get(reverse("account_login"), headers={"host": "evil.example"}).status_code == 400
