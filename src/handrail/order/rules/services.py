"""What services ask for: Customer Success is consulted, invoices before delivery are told, and a team has room (S4.11,
S4.12)."""

from collections.abc import Iterator
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from handrail.order.room import Room, needs
from handrail.order.rules.rule import Case, Told, day_words


def consulted(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product = looked.product
        if product is not None and product.consults:
            says = f"Customer Success is consulted before {product.sku} goes to the customer."
            yield Told(says, line=looked.line.number, field="sku")


def prepaid(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product = looked.product
        if product is not None and product.prepaid:
            yield Told(f"{product.sku} is invoiced before it is delivered.", line=looked.line.number, field="sku")


def no_room(case: Case) -> Iterator[Told]:
    """The first day of each team that does not do."""
    if case.room is None or not any(looked.product is not None and looked.product.team for looked in case.lines):
        return
    free = {(one.team, one.since, one.until): one for one in case.room}
    full = set[str]()
    for need in needs(case.order, case.catalogue, case.on):
        room = free.get((need.team, need.since, need.until))
        if room is not None and need.team not in full and need.hours > room.hours:
            full.add(need.team)
            yield Told(_says(room, need.hours), field="lines")


def _says(room: Room, needed: Decimal) -> str:
    has, asks = _hours(max(room.hours, Decimal(0)), ROUND_FLOOR), _hours(needed, ROUND_CEILING)
    says = f"{room.name} has {has} free hours until {day_words(room.until)}; this order needs {asks}."
    return f"{says} {room.why}".rstrip()


def _hours(hours: Decimal, rounding: str) -> str:
    return f"{int(hours.to_integral_value(rounding=rounding)):,}"
