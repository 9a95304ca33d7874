"""What a team has free: its people's working time, without the days on which they are away and the roles they hold."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

from handrail.order.capacity import Worker, hours_of, room_of
from handrail.order.room import Need, Room
from handrail.worktime.calendar import Calendar

OFFICE = Calendar(name="office", zone="Europe/Berlin", closed=frozenset({date(2026, 12, 25)}))
WEEK = (date(2026, 12, 21), date(2026, 12, 27))
NEED = Need(team="cs", since=WEEK[0], until=WEEK[1], hours=Decimal(30))


def test_day_on_which_somebody_is_away_twice_counts_once() -> None:
    assert hours_of(Worker(calendar=OFFICE), *WEEK) == 32
    away = ((date(2026, 12, 22), date(2026, 12, 23)), (date(2026, 12, 23), date(2026, 12, 25)))
    assert hours_of(Worker(calendar=OFFICE, away=away), *WEEK) == 8
    assert hours_of(Worker(calendar=OFFICE, away=((date(2026, 1, 1), date(2027, 1, 1)),)), *WEEK) == 0
    assert hours_of(Worker(calendar=OFFICE), WEEK[1], WEEK[0]) == 0


def test_part_of_somebodys_time_goes_to_the_roles_that_they_hold() -> None:
    assert [Worker(held=held, limit=limit).free for held, limit in ((1, 4), (5, 4), (0, 0), (7, None))] == [
        Fraction(3, 4),
        0,
        0,
        1,
    ]


def test_room_says_how_it_comes_about() -> None:
    workers = (Worker(calendar=OFFICE, held=1, limit=4), Worker(calendar=OFFICE))
    assert room_of(NEED, "Client Services", workers, Decimal(20)) == Room(
        team="cs",
        name="Client Services",
        since=WEEK[0],
        until=WEEK[1],
        hours=Decimal(36),
        why=(
            "Its 2 people work 64 hours until then; 8 go to roles that they hold and 20 are promised to other "
            "customers."
        ),
    )
    assert room_of(NEED, "Client Services", (), Decimal(0)).why == "Nobody works in that team."
