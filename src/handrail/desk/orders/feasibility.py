"""Whether teams have room for what an order sells: their people, calendars, absences, roles and promises, read at once.

One rule: the number of queries is the same however many people, lines and promises there are; what is known of a team
can be asked again for other orders without reading anything more.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property

from django.db.models import F, Sum

from handrail.desk import models
from handrail.desk.absences import within
from handrail.desk.company import company
from handrail.desk.loads import seats_held
from handrail.handoff.company import Company
from handrail.handoff.people import Person
from handrail.order.capacity import USUAL, Days, Worker, room_of
from handrail.order.catalogue import Catalogue
from handrail.order.purchase import Order
from handrail.order.room import Need, Room, effort, needs
from handrail.order.wire import decode_order

# Further ahead nobody knows who is there, and holidays are not known for ever.
FAR = timedelta(days=3 * 365)
# Of the orders that wait for a signature; there are few, and each is read whole.
MOST_ORDERS = 500

_State = models.Order.State
_PROMISED = (_State.APPROVED, _State.SENT)
_Promises = Mapping[str, list[tuple[date, Decimal]]]


def room_for(order: Order, catalogue: Catalogue, *, now: datetime, besides: int | None) -> tuple[Room, ...]:
    """What the teams have free that the order needs; `besides` is the order's row, which promises nothing to itself."""
    asked = needs(order, catalogue, now.date())
    if not asked:
        return ()
    return teams_of({need.team for need in asked}, catalogue, now).room(asked, besides)


@dataclass(frozen=True, kw_only=True)
class Teams:
    """What is known of some teams from `today` on. `promises` are hours of work by day and team, by order where they
    are of an order that waits for its signature."""

    today: date
    company: Company
    workers: Mapping[str, tuple[Worker, ...]]
    promises: _Promises
    waiting: Mapping[int, _Promises] = field(default_factory=dict)
    besides: str = ""

    def room(self, asked: Iterable[Need], besides: int | None) -> tuple[Room, ...]:
        return tuple(
            room_of(
                need,
                self.company.team_name(need.team),
                self.workers.get(need.team, ()),
                self._promised(need, besides),
                self.besides,
            )
            for need in asked
            if need.until <= self.today + FAR
        )

    def _promised(self, need: Need, besides: int | None) -> Decimal:
        own = self.waiting.get(besides or 0, {})
        return _until(self._all, need) - _until(own, need)

    @cached_property
    def _all(self) -> _Promises:
        found: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
        for promises in (self.promises, *self.waiting.values()):
            for team, promised in promises.items():
                found[team] += promised
        return found


def teams_of(keys: Iterable[str], catalogue: Catalogue, now: datetime) -> Teams:
    today, known, wanted = now.date(), company(), set(keys)
    waiting, is_cut = _waiting(catalogue, today)
    return Teams(
        today=today,
        company=known,
        workers=_workers(wanted, known, today),
        promises=_entitled(wanted, catalogue, today),
        waiting=waiting,
        besides=f" Only {MOST_ORDERS:,} orders that wait for a signature are counted." if is_cut else "",
    )


def _workers(keys: set[str], known: Company, today: date) -> dict[str, tuple[Worker, ...]]:
    rows = models.Person.objects.filter(team__key__in=keys, is_active=True).order_by("pk")
    people = list(rows.values_list("pk", "team__key", "capacity"))
    held, away = seats_held([pk for pk, _, _ in people]), _away([pk for pk, _, _ in people], today)
    found: defaultdict[str, list[Worker]] = defaultdict(list)
    for pk, team, limit in people:
        calendar = known.calendar_of(Person(pk, "")) or USUAL
        worker = Worker(calendar=calendar, away=tuple(away.get(pk, ())), held=held.get(pk, 0), limit=limit)
        found[team or ""].append(worker)
    return {team: tuple(workers) for team, workers in found.items()}


def _away(people: list[int], today: date) -> dict[int, list[Days]]:
    found: defaultdict[int, list[Days]] = defaultdict(list)
    rows = within(today, today + FAR).filter(person__in=people)
    for person, first, last in rows.values_list("person", "first_day", "last_day"):
        found[person].append((first, last))
    return found


def _entitled(keys: set[str], catalogue: Catalogue, today: date) -> _Promises:
    """What customers have left of what they bought, by the last day on which they can call for it. What has no day or
    is past its own is not counted: nobody knows when it is called for."""
    efforts = {
        sku: (product.team, product.effort_hours)
        for sku, product in catalogue.products.items()
        if product.team in keys and product.effort_hours
    }
    rows = models.Entitlement.objects.filter(
        sku__in=efforts, closed_at=None, used__lt=F("quantity"), consume_by__gte=today, consume_by__lte=today + FAR
    )
    found: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for sku, until, left in rows.values_list("sku", "consume_by").annotate(left=Sum(F("quantity") - F("used"))):
        team, hours = efforts[sku]
        found[team].append((until, left * hours))
    return found


def _waiting(catalogue: Catalogue, today: date) -> tuple[dict[int, _Promises], bool]:
    """Of orders that are approved and not signed yet: what is signed is counted as what its customer has."""
    rows = models.Order.objects.filter(state__in=_PROMISED).order_by("-changed_at", "-pk")
    contents = list(rows.values_list("pk", "content")[: MOST_ORDERS + 1])
    found = {pk: _promised_by(decode_order(text), catalogue, today) for pk, text in contents[:MOST_ORDERS]}
    return found, len(contents) > MOST_ORDERS


def _promised_by(order: Order, catalogue: Catalogue, today: date) -> _Promises:
    found: defaultdict[str, list[tuple[date, Decimal]]] = defaultdict(list)
    for line in order.lines:
        team, hours = effort(line, catalogue)
        if hours > 0 and line.consume_by is not None and line.consume_by >= today:
            found[team].append((line.consume_by, hours))
    return found


def _until(promises: _Promises, need: Need) -> Decimal:
    """What is to be done by then. What is called for earlier than the order starts takes no hours of its period."""
    return sum((hours for day, hours in promises.get(need.team, ()) if need.since <= day <= need.until), Decimal(0))
