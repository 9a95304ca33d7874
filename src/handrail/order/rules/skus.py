"""Whether each line is a product of the catalogue as it is sold (S4.5, S4.13)."""

from collections.abc import Iterator

from handrail.order.catalogue import CONSUMED, Catalogue, Product
from handrail.order.money import EXACT, money_words, number_words
from handrail.order.pricing import list_amount
from handrail.order.purchase import Line
from handrail.order.rules.rule import Case, Looked, Told, day_words


def unknown(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        if looked.product is None:
            sku = looked.line.sku
            says = f"The catalogue has no SKU “{sku}”." if sku else "It has no SKU."
            yield Told(says, line=looked.line.number, field="sku")


def retired(case: Case) -> Iterator[Told]:
    sold_on = case.sold_on
    for looked in case.lines:
        product = looked.product
        if product is not None and product.retired_on is not None and not product.is_sold(sold_on):
            says = f"{product.sku} is not sold any more since {day_words(product.retired_on)}."
            yield Told(says, _instead(product, case.catalogue), looked.line.number, "sku")


def edited(case: Case) -> Iterator[Told]:
    language, own = case.order.language, case.catalogue.language
    for looked in case.lines:
        written, product = looked.line.description, looked.product
        if not written or product is None or written == product.description(language, own):
            continue
        if written.split() != product.description(language, own).split():
            yield Told(
                "Its description is not the catalogue’s: the description of a product cannot be edited on an order.",
                line=looked.line.number,
                field="description",
            )


def wrong_number(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product, quantity = looked.product, looked.quantity
        if product is None or not product.quantities or quantity is None or quantity in product.quantities:
            continue
        numbers = _either([str(one) for one in sorted(product.quantities)])
        yield Told(
            f"{product.sku} is not sold in a number of {number_words(quantity)}.",
            f"Sell {numbers}.",
            looked.line.number,
            "quantity",
        )


def fraction(case: Case) -> Iterator[Told]:
    for looked in case.lines:
        product, quantity = looked.product, looked.quantity
        if product is None or product.kind not in CONSUMED or product.quantities or quantity is None:
            continue
        if quantity != int(quantity):
            says = f"{product.sku} is sold whole, not in a number of {number_words(quantity)}."
            yield Told(says, line=looked.line.number, field="quantity")


def price_not_listed(case: Case) -> Iterator[Told]:
    currency = case.order.currency
    for looked in case.lines:
        listed, price = looked.unit_price, looked.price
        if listed is not None and price is not None and listed != price and not _has_tiers(looked):
            right = money_words(listed, currency)
            says = f"Its list price of {money_words(price, currency)} is not the catalogue’s, which is {right}."
            remedy = f"Take the list price of {right}; what is agreed beside it is a discount."
            yield Told(says, remedy, looked.line.number, "list_price")


def no_price(case: Case) -> Iterator[Told]:
    currency, on = case.order.currency, case.order.ordered_on
    if currency not in case.catalogue.currencies:
        return
    for looked in case.lines:
        product = looked.product
        if product is None or looked.listed is not None or _has_price(product, case):
            continue
        says = f"{product.sku} has no list price in {currency} on {day_words(on)}."
        yield Told(says, line=looked.line.number, field="list_price")


def other_currency(case: Case) -> Iterator[Told]:
    if case.order.currency not in case.catalogue.currencies:
        sold_in = _either(list(case.catalogue.currencies))
        yield Told(
            f"The catalogue has no prices in “{case.order.currency}”.",
            f"Write the order in {sold_in}.",
            None,
            "currency",
        )


def no_lines(case: Case) -> Iterator[Told]:
    if not case.lines:
        yield Told("It has no lines: nothing is sold with it.", field="lines")


def numbered_twice(case: Case) -> Iterator[Told]:
    seen = set[int]()
    for looked in case.lines:
        number = looked.line.number
        if number in seen:
            yield Told(f"Two lines have the number {number}.", line=number, field="number")
        seen.add(number)


def two_prices(case: Case) -> Iterator[Told]:
    first: dict[str, Looked] = {}
    for looked in case.lines:
        if _has_tiers(looked):
            continue  # what one costs goes by how many there are
        sku = looked.line.sku
        other = first.setdefault(sku, looked)
        if other is not looked and _differ(other, looked):
            says = f"{sku} is sold at another price on line {other.line.number}."
            yield Told(says, line=looked.line.number, field="sold_price")


def _differ(one: Looked, other: Looked) -> bool:
    """Whether a unit of them is sold at different prices."""
    if one.sold is None or other.sold is None or one.quantity is None or other.quantity is None:
        return False
    return EXACT.multiply(one.sold, other.quantity) != EXACT.multiply(other.sold, one.quantity)


def _has_tiers(looked: Looked) -> bool:
    return bool(looked.line.tiers or (looked.product is not None and looked.product.tiers))


def _has_price(product: Product, case: Case) -> bool:
    """Of one unit, where it is only the line's number that comes to nothing."""
    one = Line(number=0, sku=product.sku)
    return list_amount(product, one, case.order.currency, case.order.ordered_on) is not None


def _instead(product: Product, catalogue: Catalogue) -> str:
    other = catalogue.products.get(product.replaced_by)
    if other is None:
        return f"Sell {product.replaced_by} instead." if product.replaced_by else "Take the line off the order."
    return f"Sell {other.sku} ({other.title(catalogue.language, catalogue.language)}) instead."


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "none"
