"""What a customer bought and can call for: what an order gives it, how it is used up, and how it stands (S4.10).

One rule: nothing is used twice. What is used is drawn from what was bought first of all by its priority, then by the
day by which it is to be used, then by its age; and taking it back restores what there was.

Workshops, training, audits, on-site support, managed services and what is of no kind are used up piece by piece.
Subscriptions and page views run by time: they are shown as bought, have nothing to call for and are never drawn down.
Some systems count them; this one has nobody who would write down each page view.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal, get_args

from handrail.handoff.refusal import Mistake, Refused
from handrail.order.catalogue import KINDS, Catalogue, ProductKind
from handrail.order.money import NOUGHT, total
from handrail.order.purchase import Line, Order
from handrail.worktime.calendar import Calendar

State = Literal["open", "running out", "past", "undated", "used up", "closed", "as bought"]
STATES: tuple[State, ...] = get_args(State)

BY_TIME: frozenset[ProductKind] = frozenset({"subscription", "page views"})
COUNTED: tuple[ProductKind, ...] = tuple(one for one in KINDS if one not in BY_TIME)

# Ours: the source names neither.
RUNNING_OUT_DAYS = 30
REMINDER_DAYS = (30, 10, 2)  # working days before the last day on which it can be called for

USUAL_PRIORITY = 50
PLACES = 4  # that a number of units has at most
_SMALLEST = Decimal(1).scaleb(-PLACES)
_MOST = Decimal(10) ** 11


@dataclass(frozen=True, kw_only=True)
class Bought:
    """`id` tells those of a customer apart, and in which order they were written down. `consume_by` is the last day on
    which it can be called for, None where nobody agreed on one. `closed` is whether it is over though something is
    left."""

    id: int
    sku: str
    title: str
    kind: str
    quantity: Decimal
    sold_on: date
    unit: str = ""
    used: Decimal = NOUGHT
    priority: int = USUAL_PRIORITY
    starts_on: date | None = None
    consume_by: date | None = None
    closed: bool = False

    @property
    def left(self) -> Decimal:
        """What can be called for still."""
        return NOUGHT if self.closed else self.quantity - self.used

    @property
    def is_counted(self) -> bool:
        return self.kind not in BY_TIME

    def is_past(self, on: date) -> bool:
        return self.consume_by is not None and self.consume_by < on

    def has_started(self, on: date) -> bool:
        return self.starts_on is None or self.starts_on <= on


# ------------------------------------------------------------------------------------------------ what an order gives


def bought_by(order: Order, catalogue: Catalogue | None) -> tuple[Bought, ...]:
    """One for each line with a number, known by that of the line. What the catalogue does not know is of no kind."""
    return tuple(_bought(order, line, catalogue) for line in order.lines if line.quantity > 0)


def _bought(order: Order, line: Line, catalogue: Catalogue | None) -> Bought:
    product = catalogue.products.get(line.sku) if catalogue else None
    own = catalogue.language if catalogue else order.language
    title = product.title(order.language, own) if product else line.description or line.sku
    return Bought(
        id=line.number,
        sku=line.sku,
        title=title,
        kind=product.kind if product else "other",
        unit=product.unit if product else "",
        quantity=line.quantity,
        sold_on=order.ordered_on,
        starts_on=order.starts_on,
        consume_by=line.consume_by or _by_the_catalogue(order, product.consume_within_days if product else None),
    )


def _by_the_catalogue(order: Order, days: int | None) -> date | None:
    """Where the order says nothing: as long as the catalogue gives, from its start or the day of the order."""
    return (order.starts_on or order.ordered_on) + timedelta(days=days) if days is not None else None


# ------------------------------------------------------------------------------------------------------ how it stands


def state(one: Bought, on: date, within: int = RUNNING_OUT_DAYS) -> State:
    """`within` so many days it runs out."""
    if one.closed:
        return "closed"
    if not one.is_counted:
        return "as bought"
    if one.left == 0:
        return "used up"
    if one.consume_by is None:
        return "undated"
    if one.is_past(on):
        return "past"
    return "running out" if one.consume_by <= on + timedelta(days=within) else "open"


@dataclass(frozen=True, kw_only=True)
class Balance:
    """Of all that a customer bought of one thing. `closed` went without being used; `next_on` is the first day to come
    by which something of the rest is to be used. `undated` and `past` are of what is left."""

    sku: str
    title: str
    kind: str
    unit: str
    bought: Decimal
    used: Decimal
    left: Decimal
    closed: Decimal
    undated: Decimal
    past: Decimal
    next_on: date | None

    @property
    def is_counted(self) -> bool:
        return self.kind not in BY_TIME


def balances(bought: Iterable[Bought], on: date) -> tuple[Balance, ...]:
    """By what it is (its SKU; words where it has none), what there is something left of first."""
    alike: dict[tuple[str, str], list[Bought]] = {}
    for one in bought:
        alike.setdefault((one.sku, "" if one.sku else one.title.casefold()), []).append(one)
    found = [_balance(some, on) for some in alike.values()]
    return tuple(sorted(found, key=lambda one: (not one.is_counted, one.left == 0, one.title.casefold(), one.sku)))


def _balance(some: Sequence[Bought], on: date) -> Balance:
    newest = max(some, key=lambda one: (one.sold_on, one.id))
    ahead = [one.consume_by for one in some if one.left and one.consume_by and not one.is_past(on)]
    return Balance(
        sku=newest.sku,
        title=newest.title,
        kind=newest.kind,
        unit=newest.unit,
        bought=total(one.quantity for one in some),
        used=total(one.used for one in some),
        left=total(one.left for one in some),
        closed=total(one.quantity - one.used for one in some if one.closed),
        undated=total(one.left for one in some if one.consume_by is None),
        past=total(one.left for one in some if one.is_past(on)),
        next_on=min(ahead, default=None),
    )


# ------------------------------------------------------------------------------------------------------------ drawing


@dataclass(frozen=True, kw_only=True)
class Take:
    id: int
    quantity: Decimal


def draw(bought: Iterable[Bought], quantity: Decimal, on: date, reason: str = "") -> tuple[Take, ...] | Refused:
    """From which how much is taken for what was used `on` that day. What is past its date is taken last, and only where
    a `reason` says why."""
    mistake = unfit_quantity(quantity)
    if mistake:
        return Refused(code="unfit", says=mistake, mistakes=(Mistake(field="quantity", says=mistake),))
    known = [one for one in bought if one.is_counted and one.left > 0]
    ready = sorted((one for one in known if one.has_started(on)), key=lambda one: _turn(one, on))
    usable = [one for one in ready if reason.strip() or not one.is_past(on)]
    missing = quantity - total(one.left for one in usable)
    if missing > 0:
        return _not_enough(quantity, missing, known, on, has_reason=bool(reason.strip()))
    return tuple(_takes(usable, quantity))


def _turn(one: Bought, on: date) -> tuple[bool, int, date, date, int]:
    return (one.is_past(on), one.priority, one.consume_by or date.max, one.sold_on, one.id)


def _takes(ready: Iterable[Bought], quantity: Decimal) -> Iterator[Take]:
    rest = quantity
    for one in ready:
        if rest == 0:
            return
        taken = min(rest, one.left)
        rest -= taken
        yield Take(id=one.id, quantity=taken)


def unfit_quantity(quantity: Decimal) -> str:
    """Why it is no number that could be used; empty where it is one."""
    if not quantity.is_finite() or not 0 < quantity < _MOST:
        return "Write how many were used: a number above 0."
    if quantity != quantity.quantize(_SMALLEST):
        return f"Write at most {PLACES} decimal places."
    return ""


def _not_enough(quantity: Decimal, missing: Decimal, known: list[Bought], on: date, *, has_reason: bool) -> Refused:
    """All that stands in the way, at once."""
    past = [one for one in known if one.has_started(on) and one.is_past(on)] if not has_reason else []
    later = [one for one in known if not one.has_started(on)]
    says = [
        f"Only {written(quantity - missing)} can be used on {on}: {written(missing)} fewer than {written(quantity)}."
    ]
    says += [_past_words(past)] if past else []
    says += [_later_words(later)] if later else []
    if past and total(one.left for one in past) >= missing:
        mistake = Mistake(field="reason", says=says[1])
        return Refused(code="no-reason", says=" ".join(says), mistakes=(mistake,))
    told = " ".join(says)
    return Refused(code="not-enough", says=told, mistakes=(Mistake(field="quantity", says=told),))


def _past_words(past: Sequence[Bought]) -> str:
    last = max(one.consume_by for one in past if one.consume_by)
    left = written(total(one.left for one in past))
    return f"{left} more could be called for until {last}: say why they are used all the same."


def _later_words(later: Sequence[Bought]) -> str:
    first = min(one.starts_on for one in later if one.starts_on)
    return f"{written(total(one.left for one in later))} more can be called for from {first} on."


def drawn(bought: Iterable[Bought], takes: Iterable[Take], *, back: bool = False) -> tuple[Bought, ...]:
    """As it stands after that was taken, or was given `back`."""
    by_id: dict[int, Decimal] = {}
    for one in takes:
        by_id[one.id] = by_id.get(one.id, NOUGHT) + one.quantity
    sign = -1 if back else 1
    return tuple(replace(one, used=one.used + sign * by_id.get(one.id, NOUGHT)) for one in bought)


def written(quantity: Decimal) -> str:
    """`1.5`, and `20` for 20.0000."""
    plain = f"{quantity.normalize():f}" if quantity else "0"
    whole, dot, rest = plain.partition(".")
    return f"{int(whole):,}{dot}{rest}" if whole.lstrip("-").isdigit() and whole != "-0" else plain


# ---------------------------------------------------------------------------------------------------------- reminders


@dataclass(frozen=True, kw_only=True)
class Reminder:
    """The next one: `on` which day it is due, and its place in `REMINDER_DAYS`."""

    on: date
    place: int


def next_reminder(one: Bought, calendar: Calendar, reminded: int) -> Reminder | None:
    """`reminded` is after how many of them it comes. None where nothing is to be reminded of."""
    if one.left <= 0 or not one.is_counted or one.consume_by is None or reminded >= len(REMINDER_DAYS):
        return None
    return Reminder(on=calendar.working_days_before(one.consume_by, REMINDER_DAYS[reminded]), place=reminded)


def due_reminder(one: Bought, calendar: Calendar, reminded: int, today: date) -> tuple[Reminder | None, int]:
    """The reminder that is due, the last where several are, and after how many the next one comes. Once the day is past
    there is nothing more to remind of."""
    if one.is_past(today):
        return None, len(REMINDER_DAYS)
    due: Reminder | None = None
    while (coming := next_reminder(one, calendar, reminded)) is not None and coming.on <= today:
        due, reminded = coming, reminded + 1
    return due, reminded
