"""The list of all handoffs: a page at a time or all of it for a file.

One rule: everything that a list shows stands in columns; no handoff's state is read for it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import chain
from typing import Any

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.queries.due import Due, due
from handrail.desk.queries.pages import MOST_COUNTED, Page
from handrail.desk.queries.search import of_some_named
from handrail.desk.queries.strands import Order, Rows, first_of, page_of_strands
from handrail.desk.queries.wanted import LookedUp, Wanted, count_known, look_up, strands_of
from handrail.handoff.company import Company

_ORDERS = {
    "due": Order(column="due_at", may_be_empty=True),
    "customer": Order(column="customer_sort"),
    "changed": Order(column="changed_at", with_it=False),
    "progress": Order(column="progress"),
}
SORTS = tuple(_ORDERS)


@dataclass(frozen=True, kw_only=True)
class HandoffRow:
    id: int
    customer: str
    customer_id: int
    runbook: str
    version: str
    version_id: int
    phase: str
    status: str
    end: str
    stage: str
    done: int
    needed: int
    next_title: str
    next_person: str
    next_team: str
    due: Due | None
    held_since: datetime | None
    anchor: date | None
    started_at: datetime
    last_due_at: datetime | None
    changed_at: datetime
    ended_at: datetime | None
    zone: str


def handoffs(wanted: Wanted, number: int, now: datetime) -> Page[HandoffRow]:
    order, known = order_of(wanted.sort), look_up(wanted)
    counted, some = _counted(wanted, now, known)
    return page_of_strands(
        strands_of(wanted, now, known, in_order=True),
        order,
        number,
        COLUMNS,
        lambda taken: handoff_rows(taken, now),
        are_sorted=known.named is not None or bool(wanted.person and not wanted.turn),
        counted=counted,
        some=some,
        total=count_known(wanted, known),
    )


def _counted(wanted: Wanted, now: datetime, known: LookedUp) -> tuple[Sequence[Rows], Sequence[Rows]]:
    """What is counted; and of a name that many have a part of it, which may tell that there are many. By customer, so
    that an index tells how many of theirs run without a look at each."""
    strands = strands_of(wanted, now, known)
    if not wanted.text:
        return strands, ()
    whole = [one.values("customer_id") for one in strands]
    if known.named is not None:
        return whole, ()
    every = strands_of(replace(wanted, text=""), now, known)
    part = [of_some_named(one, "customer", wanted.text, MOST_COUNTED).values("customer_id") for one in every]
    return whole, part


def first_ids(wanted: Wanted, now: datetime, most: int) -> list[int]:
    """The first that a list shows, in its order."""
    return [row["id"] for row in first_of(strands_of(wanted, now, in_order=True), order_of(wanted.sort), ("id",), most)]


def order_of(sort: str) -> Order:
    return replace(_ORDERS[sort.lstrip("-")], down=sort.startswith("-"))


def all_handoffs(wanted: Wanted, now: datetime) -> Iterator[HandoffRow]:
    """Every handoff that is wanted, status by status, read bit by bit."""
    order = order_of(wanted.sort)
    strands = (rows.order_by(*order.names).values(*COLUMNS) for rows in strands_of(wanted, now))
    teams = company()
    return (_row(one, teams, now) for one in chain.from_iterable(rows.iterator(chunk_size=2_000) for rows in strands))


def there_are_any() -> bool:
    return models.Handoff.objects.exists()


def handoff_rows(taken: Sequence[dict[str, Any]], now: datetime) -> tuple[HandoffRow, ...]:
    teams = company()
    return tuple(_row(one, teams, now) for one in taken)


COLUMNS = (
    "id",
    "customer_id",
    "customer__name",
    "runbook_version_id",
    "runbook_version__title",
    "runbook_version__version",
    "runbook_version__calendar__zone",
    "phase",
    "status",
    "end",
    "stage",
    "steps_done",
    "steps_needed",
    "next_title",
    "next_person__name",
    "next_team",
    "due_at",
    "due_zone",
    "held_since",
    "anchor_date",
    "started_at",
    "last_due_at",
    "changed_at",
    "ended_at",
)


def _row(one: dict[str, Any], teams: Company, now: datetime) -> HandoffRow:
    zone = one["runbook_version__calendar__zone"]
    return HandoffRow(
        id=one["id"],
        customer=one["customer__name"],
        customer_id=one["customer_id"],
        runbook=one["runbook_version__title"],
        version=one["runbook_version__version"],
        version_id=one["runbook_version_id"],
        phase=one["phase"],
        status=one["status"],
        end=one["end"],
        stage=one["stage"],
        done=one["steps_done"],
        needed=one["steps_needed"],
        next_title=one["next_title"],
        next_person=one["next_person__name"] or "",
        next_team=teams.team_name(one["next_team"]) if one["next_team"] else "",
        due=due(one["due_at"], one["due_zone"] or zone, now, told_in=zone),
        held_since=one["held_since"],
        anchor=one["anchor_date"],
        started_at=one["started_at"],
        last_due_at=one["last_due_at"],
        changed_at=one["changed_at"],
        ended_at=one["ended_at"],
        zone=zone,
    )
