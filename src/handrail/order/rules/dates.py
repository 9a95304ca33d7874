"""Until when what is bought can be called for, and whether that can be (S4.10)."""

from collections.abc import Iterator

from handrail.order.catalogue import CONSUMED
from handrail.order.pricing import last_day
from handrail.order.rules.rule import Case, Told, day_words


def missing(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product = looked.product
        if product is None or product.kind not in CONSUMED or looked.line.consume_by is not None:
            continue
        until = last_day(product, case.starts_on)
        remedy = f"Write a date; the catalogue has {day_words(until)}." if until is not None else ""
        says = f"A {product.kind} has a date to be consumed by, and this one has none."
        says = says.replace("A audit", "An audit")
        yield Told(says, remedy, looked.line.number, "consume_by")


def past(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        day = looked.line.consume_by
        if day is None:
            continue
        if day < case.on:
            says = f"The date to be consumed by, {day_words(day)}, is past."
        elif day < case.starts_on:
            says = f"It is to be consumed by {day_words(day)}, before it starts on {day_words(case.starts_on)}."
        else:
            continue
        yield Told(says, line=looked.line.number, field="consume_by")


def beyond(case: Case) -> Iterator[Told]:
    starts_on = case.starts_on
    for looked in case.lines:
        day, product = looked.line.consume_by, looked.product
        if day is None or product is None or product.consume_within_days is None:
            continue
        if (day - starts_on).days <= product.consume_within_days:
            continue
        until = last_day(product, starts_on)
        if until is not None and day > until:
            says = (
                f"{product.sku} is called for within {product.consume_within_days} days, until {day_words(until)}; "
                f"this says {day_words(day)}."
            )
            yield Told(says, f"Write {day_words(until)} or an earlier day.", looked.line.number, "consume_by")
