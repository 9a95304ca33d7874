"""What a transfer needs next, from its state and how many of its lines stand where."""

from __future__ import annotations

from datetime import date

import pytest

from handrail.book.next_act import Counts, next_act
from handrail.book.transfer import State

TODAY, LATER = date(2026, 12, 1), date(2027, 3, 1)
ONE, MANY = Counts(lines=1, without=1), Counts(lines=1_200, without=1_100)


@pytest.mark.parametrize(
    ("state", "counts", "effective", "does", "says"),
    [
        ("draft", Counts(), LATER, "choose", "Choose the accounts."),
        ("draft", ONE, LATER, "propose", "One account has nobody to get it."),
        ("draft", MANY, LATER, "propose", "1,100 accounts have nobody to get them."),
        ("draft", Counts(lines=3, proposed=3), LATER, "ask", "Every account has somebody to get it."),
        ("asked", Counts(lines=3, refused=1, asked=2), LATER, "choose again", "One account was refused."),
        ("asked", Counts(lines=3, without=2), LATER, "choose again", "2 accounts have nobody to get them."),
        ("asked", Counts(lines=3, proposed=2, asked=1), LATER, "ask", "2 accounts were not asked for yet."),
        ("asked", Counts(lines=3, asked=1, accepted=2), LATER, "wait", "One account waits for an answer."),
        ("asked", Counts(lines=3, accepted=3), LATER, "wait", "All is accepted."),
        ("asked", Counts(lines=3, accepted=3), TODAY, "move", "All is accepted, and the day has come."),
        ("moving", Counts(lines=3, accepted=1, moved=2), TODAY, "watch", "The accounts are moving."),
        ("moved", Counts(lines=3, moved=2, failed=1), TODAY, "look", "One account could not be moved."),
        ("moved", Counts(lines=3, moved=3), TODAY, "nothing", "All that was accepted has moved."),
        ("moved", Counts(lines=3), TODAY, "nothing", "All of it has been taken back."),
        (
            "cancelled",
            Counts(lines=3, proposed=3),
            TODAY,
            "nothing",
            "This transfer was cancelled. Nothing of it moves.",
        ),
    ],
)
def test_next_act_is_the_one_thing_that_is_missing(
    state: State, counts: Counts, effective: date, does: str, says: str
) -> None:
    found = next_act(state, counts, effective=effective, today=TODAY)
    assert (found.does, found.says) == (does, says)
