"""The time that workers go by: on PostgreSQL the database's, so that all machines agree; on SQLite, which one machine
has for itself, that machine's.

One rule: an instant is asked for anew each time that it is needed; a process that was paused must not go by an old one.
"""

from collections.abc import Callable
from datetime import datetime

from django.db import connection
from django.utils import timezone

Clock = Callable[[], datetime]


def clock_of(now: datetime | Clock) -> Clock:
    """An instant is a clock that stands."""
    return (lambda: now) if isinstance(now, datetime) else now


def now() -> datetime:
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        at: datetime = cursor.fetchone()[0]
    return at


def skew_seconds(machine: Clock = timezone.now) -> float:
    """By how much this machine's clock is ahead of the one that workers go by."""
    before = machine()
    at = now()
    after = machine()
    return ((before - at) + (after - at)).total_seconds() / 2
