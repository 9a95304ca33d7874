"""What changed between two versions of the catalogue, in the reader's words.

One rule: what is only written in another order is no change.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from handrail.order.catalogue import Catalogue, ListPrice, Product
from handrail.runbook.words import listed

Sort = Literal["new", "removed", "retired", "sold again", "changed"]


@dataclass(frozen=True, kw_only=True)
class Change:
    """`sku` is empty where it is of the whole catalogue; `title` is the product's then."""

    sort: Sort
    says: str
    sku: str = ""
    title: str = ""


def difference(before: Catalogue | None, after: Catalogue) -> tuple[Change, ...]:
    """The catalogue's own things first, then product by product in the order of their SKUs."""
    if before is None:
        count = len(after.products)
        return (Change(sort="new", says=f"The first catalogue, with {count:,} product{'' if count == 1 else 's'}."),)
    return (*_of_catalogue(before, after), *_of_products(before, after))


def product_difference(before: Product, after: Product) -> tuple[Change, ...]:
    """Of one product, by its title in whichever language it has first."""
    title = next(iter(after.titles.values()), after.sku)
    return tuple(Change(sort=sort, says=says, sku=after.sku, title=title) for sort, says in _of_product(before, after))


def _of_products(before: Catalogue, after: Catalogue) -> Iterator[Change]:
    for sku in sorted({*before.products, *after.products}):
        old, new = before.products.get(sku), after.products.get(sku)
        if old is None and new is not None:
            title = new.title(after.language, after.language)
            yield Change(sort="new", says=f"New: {_prices_in_words(new)}.", sku=sku, title=title)
        elif new is None and old is not None:
            title = old.title(before.language, before.language)
            yield Change(sort="removed", says="Taken out of the catalogue.", sku=sku, title=title)
        elif old is not None and new is not None and old != new:
            title = new.title(after.language, after.language)
            for sort, says in _of_product(old, new):
                yield Change(sort=sort, says=says, sku=sku, title=title)


def _of_product(old: Product, new: Product) -> Iterator[tuple[Sort, str]]:
    yield from _retirement(old, new)
    for says in (
        *_words("Title", old.titles, new.titles),
        *_words("Description", old.descriptions, new.descriptions),
        *(_told(title, getattr(old, name), getattr(new, name)) for title, name in _PLAIN),
        f"Sold {_numbers(old)} times became {_numbers(new)} times." if _numbers(old) != _numbers(new) else "",
        *_prices(old.prices, new.prices),
        *_tiers(old, new),
    ):
        if says:
            yield "changed", says


_PLAIN = (
    ("Kind", "kind"),
    ("Unit", "unit"),
    ("Days within which it is used up", "consume_within_days"),
    ("Customer Success is consulted", "consults"),
    ("Invoiced before delivery", "prepaid"),
    ("Hours of work", "effort_hours"),
    ("Team", "team"),
)


def _retirement(old: Product, new: Product) -> Iterator[tuple[Sort, str]]:
    by = f", replaced by {new.replaced_by}" if new.replaced_by else ""
    if old.retired_on is None and new.retired_on is not None:
        yield "retired", f"Not sold any more from {new.retired_on} on{by}."
    elif old.retired_on is not None and new.retired_on is None:
        yield "sold again", f"Sold again; it was retired on {old.retired_on}."
    elif old.retired_on != new.retired_on:
        yield "changed", f"Retired on {new.retired_on} instead of {old.retired_on}."
    if old.replaced_by != new.replaced_by and not (old.retired_on is None and new.retired_on is not None):
        yield "changed", _told("Replaced by", old.replaced_by, new.replaced_by)


def _told(title: str, old: object, new: object) -> str:
    return "" if old == new else f"{title}: {_plain(old)} became {_plain(new)}."


def _plain(value: object) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case Decimal():
            return amount_words(value)
        case str():
            return f"“{value}”"
        case _:
            return str(value)


def amount_words(amount: Decimal) -> str:
    """1,800 and 0.55: without noughts that say nothing."""
    text = f"{amount:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _numbers(product: Product) -> str:
    return listed([str(one) for one in sorted(product.quantities)], "or") if product.quantities else "any number of"


def _words(what: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    for language in sorted({*old, *new}):
        was, now = old.get(language, ""), new.get(language, "")
        if was == now:
            continue
        if not was:
            yield f"{what} ({language}) written: “{_short(now)}”."
        elif not now:
            yield f"{what} ({language}) taken away; it was “{_short(was)}”."
        else:
            yield f"{what} ({language}): “{_short(was)}” became “{_short(now)}”."


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 160 else f"{line[:159]}…"


# -------------------------------------------------------------------------------------------------------------- prices


def _prices(old: Iterable[ListPrice], new: Iterable[ListPrice]) -> Iterator[str]:
    was = {(one.currency, one.valid_from): one for one in old}
    now = {(one.currency, one.valid_from): one for one in new}
    for begins in sorted({*was, *now}):
        before, after = was.get(begins), now.get(begins)
        if before == after:
            continue
        currency, since = begins
        if before is None and after is not None:
            yield f"Price in {currency}{_when(after)}: {amount_words(after.amount)}, new."
        elif after is None and before is not None:
            yield f"Price in {currency}{_when(before)}, {amount_words(before.amount)}, taken away."
        elif before is not None and after is not None:
            yield from _price(before, after, f"Price in {currency} from {since}")


def _price(before: ListPrice, after: ListPrice, what: str) -> Iterator[str]:
    if before.amount != after.amount:
        yield f"{what}: {amount_words(before.amount)} became {amount_words(after.amount)}."
    if before.valid_until != after.valid_until:
        was, now = (f"{day}" if day else "for good" for day in (before.valid_until, after.valid_until))
        yield f"{what}: valid until {was} became until {now}.".replace("until for good", "for good")


def _when(price: ListPrice) -> str:
    return f" from {price.valid_from}" + (f" until {price.valid_until}" if price.valid_until else "")


def _tiers(old: Product, new: Product) -> Iterator[str]:
    if old.tiers and new.tiers and old.pricing != new.pricing:
        yield f"Priced by {_PRICED[new.pricing]} instead of {_PRICED[old.pricing]}."
    was = {(one.above, code): amount for one in old.tiers for code, amount in one.prices.items()}
    now = {(one.above, code): amount for one in new.tiers for code, amount in one.prices.items()}
    for above, code in sorted({*was, *now}):
        before, after = was.get((above, code)), now.get((above, code))
        what = f"Price in {code} above {above:,}"
        if before is None and after is not None:
            yield f"{what}: {amount_words(after)}, new."
        elif after is None and before is not None:
            yield f"{what}, {amount_words(before)}, taken away."
        elif before is not None and after is not None and before != after:
            yield f"{what}: {amount_words(before)} became {amount_words(after)}."


_PRICED = {"graduated": "the threshold of each unit", "volume": "the threshold of the whole number"}


def _prices_in_words(product: Product) -> str:
    if product.tiers:
        count = len(product.tiers)
        return f"{product.kind}, by {count} threshold{'' if count == 1 else 's'}"
    last = {one.currency: one for one in sorted(product.prices, key=lambda one: one.valid_from)}
    said = [f"{amount_words(one.amount)} {code}" for code, one in last.items()]
    return f"{product.kind}, {listed(said)} per {product.unit}" if said else f"{product.kind}, without a price"


# --------------------------------------------------------------------------------------------------- of the catalogue


def _of_catalogue(old: Catalogue, new: Catalogue) -> Iterator[Change]:
    for says in (
        _told("Its own language", old.language, new.language),
        *_listed_changes("Language", old.languages, new.languages),
        *_listed_changes("Currency", old.currencies, new.currencies),
        *_listed_changes("Kind of customer", old.customer_kinds, new.customer_kinds),
        *_territories(old, new),
        "The tables (discounts, starter pack) are written otherwise." if old.tables != new.tables else "",
        _told("Shown to everybody", old.is_public, new.is_public),
    ):
        if says:
            yield Change(sort="changed", says=says)


def _listed_changes(what: str, old: tuple[str, ...], new: tuple[str, ...]) -> Iterator[str]:
    yield from (f"{what} {one}: new." for one in new if one not in old)
    yield from (f"{what} {one}: taken away." for one in old if one not in new)


def _territories(old: Catalogue, new: Catalogue) -> Iterator[str]:
    was, now = ({one.name: one.countries for one in each.territories} for each in (old, new))
    yield from _listed_changes("Territory", tuple(was), tuple(now))
    for name in (one for one in now if one in was and was[one] != now[one]):
        came, went = sorted(now[name] - was[name]), sorted(was[name] - now[name])
        said = [f"with {listed(came)}"] * bool(came) + [f"without {listed(went)}"] * bool(went)
        everywhere = " It holds every country now." if not now[name] else ""
        yield f"Territory {name}: {listed(said)}.{everywhere}"
