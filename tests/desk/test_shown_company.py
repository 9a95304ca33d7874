"""A page shows one company from its first line to its last; what is written asks anew."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.desk.company import changed, company, shown_as_it_is

pytestmark = pytest.mark.django_db


def _asked_and_known() -> tuple[int, int]:
    """How often the database was asked, and the revision."""
    with CaptureQueriesContext(connection) as queries:
        revision = company().revision
    return len(queries), revision


def test_company_is_looked_up_once_for_what_is_shown_and_anew_after_it() -> None:
    changed()
    company()
    with shown_as_it_is():
        assert [_asked_and_known()[0] for _ in range(3)] == [1, 0, 0]
    assert [_asked_and_known()[0] for _ in range(2)] == [1, 1]


def test_whoever_changes_the_company_while_it_is_shown_sees_it_changed() -> None:
    changed()
    with shown_as_it_is():
        before = company().revision
        changed()
        assert company().revision != before
    with shown_as_it_is():
        assert company().revision != before
