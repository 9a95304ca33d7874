"""What goes by who the customer is: its starter pack and where it may use what it buys (S4.4, S4.15)."""

from collections.abc import Iterator

from handrail.order.rules.rule import Case, Told
from handrail.order.tables import Tables, pack_of, tables_of


def pack_skus(case: Case) -> tuple[str, ...]:
    """What the starter pack of this customer holds and the catalogue sells; none for whom it is not due."""
    if not case.buyer.is_new or case.buyer.has_pack:
        return ()
    tables = tables_of(case.catalogue)
    if not isinstance(tables, Tables):
        return ()
    products, on = case.catalogue.products, case.sold_on
    skus = pack_of(tables, is_new=True, kind=_kind(case)).values
    return tuple(sku for sku in skus if sku in products and products[sku].is_sold(on))


def pack_missing(case: Case) -> Iterator[Told]:
    has = {looked.line.sku for looked in case.lines}
    products, own = case.catalogue.products, case.catalogue.language
    for sku in pack_skus(case):
        if sku not in has:
            says = f"A new customer gets {sku} ({products[sku].title(own, own)}) with its starter pack."
            yield Told(says, f"Put {sku} on the order.", None, "lines")


def pack_not_due(case: Case) -> Iterator[Told]:
    if case.buyer.is_new and not case.buyer.has_pack:
        return
    why = "has had its starter pack already" if case.buyer.has_pack else "is not new"
    for looked in case.lines:
        if looked.line.from_pack:
            says = f"It is of the starter pack, and the customer {why}."
            yield Told(says, line=looked.line.number, field="from_pack")


def other_customer(case: Case) -> Iterator[Told]:
    if case.order.new_customer and not case.buyer.is_new:
        yield Told("The order says that the customer is new; it has an earlier order.", field="new_customer")
    elif case.buyer.is_new and not case.order.new_customer:
        yield Told("This is the customer’s first order, and the order does not say so.", field="new_customer")


def no_kind(case: Case) -> Iterator[Told]:
    kinds = case.catalogue.customer_kinds
    if not case.buyer.is_new or case.buyer.has_pack or not kinds or _kind(case):
        return
    written = case.buyer.kind or case.order.customer_kind
    says = f"“{written}” is no kind of customer" if written else "Nobody has said which kind of customer it is"
    yield Told(f"{says}, and the starter pack goes by it.", f"Choose {', '.join(kinds)}.", None, "customer_kind")


def no_territory(case: Case) -> Iterator[Told]:
    if not case.order.territory:
        yield Told("It does not say where the customer may use what it buys.", _one_of(case), None, "territory")


def unknown_territory(case: Case) -> Iterator[Told]:
    name = case.order.territory
    if name and case.catalogue.territory(name) is None:
        yield Told(f"“{name}” is not in the list of territories.", _one_of(case), None, "territory")


def elsewhere(case: Case) -> Iterator[Told]:
    territory = case.catalogue.territory(case.order.territory)
    country = case.order.country
    home = case.buyer.countries | ({country} if country else set())
    if territory is None or not home or any(territory.holds(one) for one in home):
        return
    says = f"The territory “{territory.name}” holds none of the customer’s countries: {', '.join(sorted(home))}."
    fits = [one.name for one in case.catalogue.territories if all(one.holds(country) for country in home)]
    yield Told(says, f"Choose {' or '.join(fits)}, or have it approved." if fits else "", None, "territory")


def not_followed_up(case: Case) -> Iterator[Told]:
    if case.order.territory and case.order.territory_check_on is None:
        yield Told("No day is set on which the use in the territory is looked at again.", field="territory_check_on")


def _kind(case: Case) -> str:
    """As far as the catalogue knows it."""
    kind = case.buyer.kind or case.order.customer_kind
    return kind if kind in case.catalogue.customer_kinds else ""


def _one_of(case: Case) -> str:
    names = [one.name for one in case.catalogue.territories]
    return f"Choose {', '.join(names)}." if names else ""
