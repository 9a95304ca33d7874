"""How much each person of a team holds, and who of them holds the least.

One rule: roles in running handoffs count, each for one. Whoever can hold so many at most holds a part of that; whoever
has no limit is held against the greatest one of the team. Who is away, has left or can hold no more is nobody to find.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from django.db.models import Count

from handrail.desk import models
from handrail.desk.absences import absences_now


@dataclass(frozen=True, kw_only=True)
class Load:
    """`limit` is how many roles they can hold at most, None where there is no limit."""

    person_id: int
    name: str
    held: int
    limit: int | None = None
    why: str = ""

    @property
    def is_full(self) -> bool:
        return self.limit is not None and self.held >= self.limit


def loads_of(team: str, now: datetime, besides: int | None = None) -> tuple[Load, ...]:
    """Of the team's people who work here and are not away now; `besides` is somebody who is left out."""
    people = models.Person.objects.filter(team__key=team, is_active=True).order_by("pk")
    rows = [row for row in people.values_list("pk", "name", "capacity") if row[0] != besides]
    away = absences_now([pk for pk, _, _ in rows], now)
    held = seats_held([pk for pk, _, _ in rows])
    return tuple(
        Load(person_id=pk, name=name, held=held.get(pk, 0), limit=limit) for pk, name, limit in rows if pk not in away
    )


def seats_held(person_ids: Iterable[int]) -> dict[int, int]:
    """How many roles in running handoffs each holds; who holds none is not in it."""
    seats = models.Seat.objects.filter(person__in=person_ids, is_running=True)
    return dict(seats.values_list("person").annotate(held=Count("*")))  # which an index answers alone


def least_loaded(loads: Sequence[Load]) -> Load | None:
    """With why it is they; the first of equals."""
    free = [one for one in loads if not one.is_full]
    if not free:
        return None
    usual = max((one.limit for one in loads if one.limit), default=None)
    found = min(free, key=lambda one: Fraction(one.held, one.limit or usual or 1))
    return replace(found, why=_why(found, is_limited=usual is not None))


def shared_out(count: int, loads: Sequence[Load]) -> list[Load | None]:
    """Who gets each of so many further roles, one after the other; None from when on nobody can hold more."""
    standing, given = list(loads), list[Load | None]()
    for _ in range(count):
        found = least_loaded(standing)
        given.append(found)
        if found is not None:
            standing = [replace(one, held=one.held + (one.person_id == found.person_id)) for one in standing]
    return given


def _why(found: Load, *, is_limited: bool) -> str:
    seats = f"{found.held} seat{'' if found.held == 1 else 's'}"
    if not is_limited:
        return f"Held {seats} in running handoffs; nobody of the team held fewer."
    room = f" of {found.limit}" if found.limit else ""
    return (
        f"Held {found.held}{room} role{'' if found.held == 1 and not room else 's'} in running handoffs; nobody of the "
        "team who is here held less for what they can hold."
    )
