"""Whether the amounts of a line are there, can be paid, and add up (S4.8, S4.9)."""

from collections.abc import Iterator
from decimal import Decimal

from handrail.order.money import EXACT, money_words, number_words, smallest
from handrail.order.pricing import HUNDRED, agrees
from handrail.order.rules.rule import Case, Looked, Told

_NAMES = {
    "quantity": "number",
    "list_price": "list price",
    "discount_percent": "discount in percent",
    "discount": "discount",
    "sold_price": "sold price",
}


def not_numbers(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        if _is_counted(looked):
            continue
        line = looked.line
        for name, amount, counted in _written(looked):
            if amount is not None and counted is None:
                says = f"Its {_NAMES[name]} is {amount}, which nothing can be worked out with."
                yield Told(says, line=line.number, field=name)
        is_too_large = looked.stated is None and looked.price is not None and looked.quantity is not None
        if is_too_large and not line.tiers:
            yield Told("Its list amount is too large to be worked out.", line=line.number, field="quantity")


def not_written(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        line = looked.line
        if line.list_price is None and not line.tiers and (looked.product is None or not looked.product.tiers):
            yield Told("It has no list price.", line=line.number, field="list_price")
        if line.discount is None:
            yield Told("It says no discount, not even nought.", line=line.number, field="discount")
        if line.sold_price is None and not line.included:
            yield Told("It has no sold price.", line=line.number, field="sold_price")


def not_adding_up(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        stated, discount, sold = looked.stated, looked.discount, looked.sold
        if stated is None or discount is None or sold is None:
            continue
        due = EXACT.subtract(stated, discount)
        if sold != due:
            right = _money(due, case)
            says = f"{_money(stated, case)} less a discount of {_money(discount, case)} is {right}, "
            remedy = f"Write a sold price of {right}, or another discount."
            yield Told(f"{says}not {_money(sold, case)}.", remedy, looked.line.number, "sold_price")


def not_agreeing(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        stated, percent, discount = looked.stated, looked.percent, looked.discount
        if stated is None or percent is None or discount is None or (not percent and not discount):
            continue
        if not agrees(stated, percent, discount, case.order.currency):
            says = f"A discount of {number_words(percent)} % is not {_money(discount, case)} of {_money(stated, case)}."
            yield Told(says, line=looked.line.number, field="discount_percent")


def not_payable(case: Case) -> Iterator[Told]:
    unit = smallest(case.order.currency)
    for looked in case.lines:
        for name, amount in (("discount", looked.discount), ("sold_price", looked.sold)):
            if amount and amount % unit:
                says = f"Its {_NAMES[name]} of {_money(amount, case)} has more places than the currency."
                yield Told(says, line=looked.line.number, field=name)


def no_number(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        quantity = looked.quantity
        if quantity is not None and quantity <= 0:
            says = f"It is for a number of {number_words(quantity)}."
            yield Told(says, line=looked.line.number, field="quantity")


def at_no_price(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        line = looked.line
        if line.included:
            yield Told("It says “included” instead of a price.", line=line.number, field="included")
        elif looked.sold is not None and not looked.sold:
            yield Told("It is sold for nothing.", line=line.number, field="sold_price")


def negative(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        for name, amount in (("discount", looked.discount), ("discount_percent", looked.percent)):
            if amount and amount < 0:
                says = f"Its {_NAMES[name]} is {number_words(amount)}: it makes the line dearer."
                yield Told(says, line=looked.line.number, field=name)
                break


def above_hundred(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        stated, percent, discount = looked.stated, looked.percent, looked.discount
        if percent and percent > HUNDRED:
            says = f"Its discount is {number_words(percent)} %."
            yield Told(says, line=looked.line.number, field="discount_percent")
        elif discount and stated is not None and discount > stated >= 0:
            says = f"Its discount of {_money(discount, case)} is more than its list amount of {_money(stated, case)}."
            yield Told(says, line=looked.line.number, field="discount")


def _is_counted(looked: Looked) -> bool:
    """Whether everything is there to be worked with, as of nearly every line."""
    return (
        looked.stated is not None
        and looked.discount is not None
        and looked.sold is not None
        and looked.percent is not None
        and looked.price is not None
    )


def _written(looked: Looked) -> tuple[tuple[str, Decimal | None, Decimal | None], ...]:
    """Each amount, as it stands and as it can be worked with."""
    line = looked.line
    return (
        ("quantity", line.quantity, looked.quantity),
        ("list_price", line.list_price, looked.price),
        ("discount_percent", line.discount_percent, looked.percent),
        ("discount", line.discount, looked.discount),
        ("sold_price", line.sold_price, looked.sold),
    )


def _money(amount: Decimal, case: Case) -> str:
    return money_words(amount, case.order.currency)
