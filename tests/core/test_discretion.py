"""What the log does not say."""

from __future__ import annotations

import logging

import pytest

from handrail.desk.discretion import Discretion, discreet


@pytest.mark.parametrize(
    ("said", "logged"),
    [
        ("password=hunter2&next=/", "password=***&next=/"),
        ('{"api_key": "k-123", "name": "Ann"}', '{"api_key": "***", "name": "Ann"}'),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("Cookie: sessionid=abc; theme=dark", "Cookie: ***; theme=dark"),
        ("cannot reach postgresql://ann:hunter2@db/handrail", "cannot reach postgresql://ann:***@db/handrail"),
        ("Not Found: /accounts/password/reset/key/1-abc/", "Not Found: /accounts/password/reset/key/***/"),
        ("Handoff 12 of Acme woke.", "Handoff 12 of Acme woke."),
    ],
)
def test_secret_is_blanked_and_the_rest_is_kept(said: str, logged: str) -> None:
    assert discreet(said) == logged


def test_record_loses_its_request() -> None:
    record = logging.makeLogRecord({"msg": "token=%s", "args": ("abc",), "request": "a request with its body"})
    assert Discretion().filter(record)
    assert (record.getMessage(), hasattr(record, "request")) == ("token=***", False)
