"""Everything that is wrong with a catalogue before it is published, all at once.

One rule: an error keeps it from being published; a warning is somebody's to look at. Each says how to mend it.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date

from babel import Locale
from babel.core import UnknownLocaleError

from handrail.order.catalogue import Catalogue, Product
from handrail.order.money import is_currency
from handrail.order.product_checks import CatalogueProblem, product_problems
from handrail.order.tables import APPROVERS, DISCOUNT, PACK, Tables, table_warnings, tables_of
from handrail.runbook.kinds import Choice
from handrail.runbook.model import Decision, Rule
from handrail.runbook.words import listed

MOST_PRODUCTS = 5_000
MOST_TERRITORIES = 300
# What each table may go by.
_INPUTS = {DISCOUNT: ("kind", "discount"), PACK: ("new_customer", "customer_kind")}


def check(catalogue: Catalogue, *, on: date) -> tuple[CatalogueProblem, ...]:
    """Of the whole catalogue; `on` is the day on which it is asked. Errors first."""
    found = [problem for look in _CHECKS for problem in look(catalogue, on)]
    return tuple(sorted(found, key=lambda one: one.severity != "error"))


def check_product(product: Product, catalogue: Catalogue, *, on: date) -> tuple[CatalogueProblem, ...]:
    """Of one of its products, by itself and with what it names."""
    return (*product_problems(product, catalogue, on=on), *_replaced(product, catalogue, on))


def country_names(language: str) -> dict[str, str]:
    """The countries by their ISO 3166 codes, as CLDR calls them."""
    names = Locale.parse(language if is_language(language) else "en", sep="-").territories
    return {code: name for code, name in names.items() if len(code) == 2 and code.isalpha() and code not in _NO_COUNTRY}


_NO_COUNTRY = frozenset({"EU", "EZ", "UN", "XA", "XB", "ZZ", "QO"})


def is_language(code: str) -> bool:
    try:
        Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError, TypeError):
        return False
    return True


def language_name(code: str, language: str) -> str:
    """German, or Deutsch in its own; the code where CLDR does not know it."""
    if not is_language(code):
        return code
    told_in = Locale.parse(language if is_language(language) else "en", sep="-")
    return Locale.parse(code, sep="-").get_display_name(told_in) or code


def _error(field: str, code: str, says: str, mend: str, line: int = 0, column: int = 0) -> CatalogueProblem:
    return CatalogueProblem(severity="error", field=field, code=code, says=says, mend=mend, line=line, column=column)


def _products(catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    count = len(catalogue.products)
    if not count:
        yield _error("products", "no-products", "There is no product in it.", "Add one, or take in a file of them.")
    if count > MOST_PRODUCTS:
        says = f"It has {count:,} products; at most {MOST_PRODUCTS:,} fit."
        yield _error("products", "too-many-products", says, "Leave out what was never sold.")
    times = Counter(sku.casefold() for sku in catalogue.products)
    for sku, product in catalogue.products.items():
        if times[sku.casefold()] > 1 and sku != sku.upper():
            says = f"Another product has the same SKU but for small and capital letters: {sku}."
            yield CatalogueProblem(
                severity="error", code="sku-twice", says=says, mend="Give one of them another.", sku=sku, field="sku"
            )
        yield from check_product(product, catalogue, on=on)


def _replaced(product: Product, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    by = product.replaced_by
    if not by:
        return
    if by == product.sku or by not in catalogue.products:
        what = "itself" if by == product.sku else f"{by}, which is not in the catalogue"
        says, mend = f"It is replaced by {what}.", "Name another product, or none."
        yield CatalogueProblem(
            severity="error", code="unknown-replacement", says=says, mend=mend, sku=product.sku, field="replaced_by"
        )
    elif not catalogue.products[by].is_sold(max(on, product.retired_on or on)):
        says = f"It is replaced by {by}, which is not sold any more either."
        yield _lighter(product, "retired-replacement", says, "Name one that is sold, or none.")
    if product.retired_on is None:
        says = f"It is replaced by {by}, but nothing says from when it is not sold any more."
        yield _lighter(product, "replaced-but-sold", says, "Say when it is retired, or take the replacement away.")


def _lighter(product: Product, code: str, says: str, mend: str) -> CatalogueProblem:
    return CatalogueProblem(severity="warning", code=code, says=says, mend=mend, sku=product.sku, field="replaced_by")


def _settings(catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    if catalogue.language not in catalogue.languages:
        says = f"Its own language ({catalogue.language}) is not one of its languages."
        yield _error("languages", "own-language", says, "Add it, or take another as its own.")
    for code in catalogue.languages:
        if not is_language(code):
            says = f"“{code}” is not a language."
            yield _error("languages", "unknown-language", says, "Write its code, such as en or pt-BR.")
    if not catalogue.currencies:
        yield _error("currencies", "no-currency", "It sells in no currency.", "Name one at least, such as EUR.")
    for code in catalogue.currencies:
        if not is_currency(code):
            yield _error("currencies", "unknown-currency", f"“{code}” is not a currency.", "Write its code, like EUR.")
    for field, words in (
        ("languages", catalogue.languages),
        ("currencies", catalogue.currencies),
        ("customer_kinds", catalogue.customer_kinds),
    ):
        for word in _twice(words):
            yield _error(field, "said-twice", f"“{word}” stands there twice.", "Write it once.")


def _territories(catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    if not catalogue.territories:
        says = "There is no territory, and an order has to name one of the list."
        yield _error("territories", "no-territory", says, "Add one, such as Worldwide.")
    for name in _twice(tuple(one.name for one in catalogue.territories)):
        yield _error("territories", "said-twice", f"There are two territories “{name}”.", "Call one otherwise.")
    known = country_names("en")
    for one in catalogue.territories:
        strange = sorted(code for code in one.countries if code not in known)
        if not one.name.strip():
            yield _error("territories", "no-name", "A territory has no name.", "Write one.")
        if strange:
            says = f"“{one.name}” holds what is no country: {listed(strange)}."
            yield _error("territories", "unknown-country", says, "Write codes of two letters, such as DE.")


def _twice(words: tuple[str, ...]) -> list[str]:
    return [word for word, times in Counter(words).items() if times > 1]


# -------------------------------------------------------------------------------------------------------------- tables


def _tables(catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    tables = tables_of(catalogue)
    if not isinstance(tables, Tables):
        for one in tables:
            yield _error("tables", one.code, one.says, one.mend, one.where.line, one.where.column)
        return
    for decision, output in ((tables.discount.decision, "approver"), (tables.pack.decision, "sku")):
        yield from _shape(decision, output)
    for one in table_warnings(catalogue.tables, catalogue.customer_kinds):
        yield CatalogueProblem(
            severity="warning",
            field="tables",
            code=one.code,
            says=one.says,
            mend=one.mend,
            line=one.where.line,
            column=one.where.column,
        )
    yield from _approvers(tables.discount.decision)
    yield from _pack(tables.pack.decision, catalogue, on)


def table_problems(catalogue: Catalogue, *, on: date) -> tuple[CatalogueProblem, ...]:
    return tuple(_tables(catalogue, on))


def _shape(decision: Decision, output: str) -> Iterator[CatalogueProblem]:
    allowed = _INPUTS[decision.name]
    strange = [one.name for one in decision.inputs if one.name not in allowed]
    if strange:
        says = f"“{decision.title}” goes by {listed(strange)}, which nobody knows there."
        yield _at(decision, "table-inputs", says, f"Let it go by {listed(list(allowed), 'or')}.")
    if [one.name for one in decision.outputs] != [output]:
        says = f"“{decision.title}” has to have one output, “{output}”."
        yield _at(decision, "table-outputs", says, f"Write outputs: {{{output}: {{kind: choice, of: […]}}}}.")


def _approvers(decision: Decision) -> Iterator[CatalogueProblem]:
    for rule, said in _said(decision):
        if said not in APPROVERS:
            says = f"Rule {rule.number} of “{decision.title}” names “{said}”, who is nobody in the discount ladder."
            yield _at(rule, "unknown-approver", says, f"Take one of {listed(list(APPROVERS), 'or')}.")


def _pack(decision: Decision, catalogue: Catalogue, on: date) -> Iterator[CatalogueProblem]:
    told = set()
    for rule, sku in _said(decision):
        if (fault := _why_not_in_a_pack(sku, catalogue, on)) and (rule.number, sku) not in told:
            told.add((rule.number, sku))
            says = f"Rule {rule.number} of “{decision.title}” gives {sku}, {fault[1]}"
            yield _at(rule, fault[0], says, fault[2])


def _why_not_in_a_pack(sku: str, catalogue: Catalogue, on: date) -> tuple[str, str, str] | None:
    product = catalogue.products.get(sku)
    if product is None:
        return "unknown-in-pack", "which is not in the catalogue.", "Name a product that is, or add it."
    if not product.is_sold(on):
        mend = f"Name {product.replaced_by} instead." if product.replaced_by else "Name a product that is sold."
        return "retired-in-pack", "which is not sold any more.", mend
    if product.quantities and 1 not in product.quantities:
        numbers = listed([str(one) for one in product.quantities], "or")
        return "pack-quantity", f"which is sold {numbers} times, never once.", "Let it be sold once too."
    return None


def _said(decision: Decision) -> Iterator[tuple[Rule, str]]:
    for rule in decision.rules:
        for output, kind in zip(rule.outputs, decision.outputs, strict=True):
            if isinstance(kind.kind, Choice):
                yield rule, str(output)


def _at(there: Rule | Decision, code: str, says: str, mend: str) -> CatalogueProblem:
    return _error("tables", code, says, mend, there.place.line, there.place.column)


_CHECKS = (_settings, _territories, _tables, _products)
