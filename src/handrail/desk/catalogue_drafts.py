"""The draft of the next catalogue: begun from the version that is current, changed part by part, published or dropped.

One rule: whoever changes a part says what they saw of it (`print_of`), so that nobody writes over what another wrote;
people who change different products never meet.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache

from django.db import IntegrityError, transaction

from handrail.desk import audit, catalogue, models
from handrail.desk.runbooks import ORDERS, current_runbook
from handrail.handoff.refusal import Refused
from handrail.order.catalogue import Catalogue, Product
from handrail.order.catalogue_checks import MOST_PRODUCTS, check
from handrail.order.catalogue_difference import Change, difference, product_difference
from handrail.order.in_runbook import unknown_to
from handrail.order.product_checks import CatalogueProblem
from handrail.order.shipped import CUSTOMER_KINDS, TABLES, TERRITORIES
from handrail.order.wire import decode_catalogue, encoded

# What is begun from where nothing has been published yet. Its tables are ours and name products of ours.
EMPTY = Catalogue(version=0, products={}, territories=TERRITORIES, customer_kinds=CUSTOMER_KINDS, tables=TABLES)

_LONGEST_SAYS = 900


@dataclass(frozen=True, kw_only=True)
class Standing:
    """The catalogue as somebody who edits it sees it: the draft where there is one, else the current version, else an
    empty one. `current` is what is sold from now, None where nothing was published."""

    draft: models.CatalogueVersion | None
    catalogue: Catalogue
    current: Catalogue | None

    @property
    def changes(self) -> tuple[Change, ...]:
        """What is new in the draft."""
        row = self.draft
        return _changes(row.pk, row.revision, row.changed_at, _number(self.current)) if row else ()

    def problems(self, on: date) -> tuple[CatalogueProblem, ...]:
        """Of the draft, on that day; of what is published, nobody asks."""
        row = self.draft
        if row is None:
            return ()
        runbook = current_runbook(ORDERS)
        unknown = unknown_to(runbook, self.catalogue) if runbook is not None else ()
        return (*_problems(row.pk, row.revision, row.changed_at, on), *unknown)


def _number(current: Catalogue | None) -> int:
    return current.version if current else 0


def draft() -> models.CatalogueVersion | None:
    """Its row, without its content."""
    return models.CatalogueVersion.objects.defer("content").filter(published_at=None).first()


def standing() -> Standing:
    row, current = draft(), catalogue.current_catalogue()
    content = _content(row.pk, row.revision, row.changed_at) if row else current or EMPTY
    return Standing(draft=row, catalogue=content, current=current)


@lru_cache(maxsize=4)
def _content(draft_id: int, revision: int, changed_at: datetime) -> Catalogue:
    """Of a draft at a revision. Another draft may come to have the same number; it was changed at another time."""
    return decode_catalogue(models.CatalogueVersion.objects.values_list("content", flat=True).get(pk=draft_id))


@lru_cache(maxsize=4)
def _changes(draft_id: int, revision: int, changed_at: datetime, current: int) -> tuple[Change, ...]:
    """`current` is only for telling them apart."""
    return difference(catalogue.current_catalogue(), _content(draft_id, revision, changed_at))


@lru_cache(maxsize=4)
def _problems(draft_id: int, revision: int, changed_at: datetime, on: date) -> tuple[CatalogueProblem, ...]:
    return check(_content(draft_id, revision, changed_at), on=on)


def forget() -> None:
    """What is kept of drafts and versions, for who puts others in their places: tests."""
    catalogue.forget()
    for kept in (_content, _changes, _problems):
        kept.cache_clear()


def print_of(part: object) -> str:
    """Of a part of a catalogue as somebody saw it; the same for what says the same."""
    return hashlib.sha256(encoded(part).encode()).hexdigest()[:24]  # type: ignore[arg-type]


def settings_of(one: Catalogue) -> Catalogue:
    """The catalogue without its products and tables: what its settings page shows."""
    return replace(one, version=0, products={}, tables="", says="")


# ------------------------------------------------------------------------------------------------------------ changing


def write_product(product: Product, *, seen: str, by: models.Person, now: datetime) -> Refused | None:
    """Add it, or put it in the place of what has its SKU. `seen` is the print of that, empty for one that is new."""

    def make(one: Catalogue) -> Catalogue | Refused:
        before = one.products.get(product.sku)
        if before is None and seen:
            return _clash(f"{product.sku} was taken out of the draft meanwhile.")
        if before is not None and not seen:
            return Refused(code="taken", says=f"There is a product {product.sku} already.")
        if before is not None and print_of(before) != seen:
            return _clash(f"Somebody else has changed {product.sku} meanwhile.")
        return _with(one, {product.sku: product})

    return _change(make, by=by, now=now, what=lambda was, _: _told_of(was.products.get(product.sku), product))


def remove_product(sku: str, *, seen: str, by: models.Person, now: datetime) -> Refused | None:
    """Only what was never published: what was once sold stays readable, and is retired."""

    def make(one: Catalogue) -> Catalogue | Refused:
        before, current = one.products.get(sku), catalogue.current_catalogue()
        if before is None:
            return _clash(f"{sku} was taken out of the draft already.")
        if current is not None and sku in current.products:
            return Refused(code="published", says=f"{sku} was published: retire it, so that it stays readable.")
        if print_of(before) != seen:
            return _clash(f"Somebody else has changed {sku} meanwhile.")
        return replace(one, products={key: value for key, value in one.products.items() if key != sku})

    return _change(make, by=by, now=now, what=lambda _, __: f"{sku} was taken out of the draft.")


def write_tables(text: str, *, seen: str, by: models.Person, now: datetime) -> Refused | None:
    """`seen` is the print of the tables as they were shown."""

    def make(one: Catalogue) -> Catalogue | Refused:
        if print_of(one.tables) != seen:
            return _clash("Somebody else has changed the tables meanwhile.")
        return replace(one, tables=text)

    return _change(make, by=by, now=now, what=lambda _, __: "The tables.")


def write_settings(settings: Catalogue, *, seen: str, by: models.Person, now: datetime) -> Refused | None:
    """Everything of `settings` but its products and tables."""

    def make(one: Catalogue) -> Catalogue | Refused:
        if print_of(settings_of(one)) != seen:
            return _clash("Somebody else has changed the settings meanwhile.")
        return replace(settings, version=one.version, products=one.products, tables=one.tables, says=one.says)

    return _change(make, by=by, now=now, what=lambda was, then: _sentences(difference(was, then)))


def write_products(
    products: tuple[Product, ...], *, seen: str, source: str, by: models.Person, now: datetime
) -> Refused | None:
    """Those of a file, all at once; `seen` is the print of the catalogue that they were compared with."""

    def make(one: Catalogue) -> Catalogue | Refused:
        if catalogue_print(one) != seen:
            return _clash("The catalogue was changed since the file was compared with it.")
        return _with(one, {product.sku: product for product in products})

    says = f"{len(products):,} product{'' if len(products) == 1 else 's'} from {source}."
    return _change(make, by=by, now=now, what=lambda _, __: says)


def catalogue_print(one: Catalogue) -> str:
    """Of what is in it, whichever version it is."""
    return print_of(replace(one, version=0, says=""))


def _with(one: Catalogue, products: dict[str, Product]) -> Catalogue | Refused:
    together = {**one.products, **products}
    if len(together) > MOST_PRODUCTS:
        says = f"These would be {len(together):,} products; at most {MOST_PRODUCTS:,} fit."
        return Refused(code="too-many", says=says)
    return replace(one, products=dict(sorted(together.items())))


def _told_of(before: Product | None, after: Product) -> str:
    return f"{after.sku}: " + (_sentences(product_difference(before, after)) if before else "new.")


def _sentences(changes: tuple[Change, ...]) -> str:
    return " ".join(one.says for one in changes)[:_LONGEST_SAYS]


def _clash(says: str) -> Refused:
    return Refused(code="clash", says=f"{says} What you typed is still here: look at what it is now, and save again.")


def _change(
    make: Callable[[Catalogue], Catalogue | Refused],
    *,
    by: models.Person,
    now: datetime,
    what: Callable[[Catalogue, Catalogue], str],
) -> Refused | None:
    with transaction.atomic():
        row = _held(by=by, now=now)
        was = decode_catalogue(row.content)
        made = make(was)
        if isinstance(made, Refused):
            transaction.set_rollback(True)  # a draft that was begun for nothing is not kept
            return made
        if made == was:
            return None
        row.content, row.revision, row.changed_at = encoded(made), row.revision + 1, now
        row.by, row.by_name = by, by.name
        row.save(update_fields=["content", "revision", "changed_at", "by", "by_name"])
        _tell("changed", what(was, made), by=by)
    return None


def _held(*, by: models.Person, now: datetime) -> models.CatalogueVersion:
    """The draft, held until the transaction ends; begun where there is none."""
    rows = models.CatalogueVersion.objects.select_for_update(of=("self",), no_key=True).filter(published_at=None)
    row = rows.first()
    if row is not None:
        return row
    current = catalogue.current_catalogue() or EMPTY
    try:
        with transaction.atomic():  # so that the one around it goes on
            return models.CatalogueVersion.objects.create(
                content=encoded(current), by=by, by_name=by.name, changed_at=now
            )
    except IntegrityError:  # somebody else has begun one at this moment
        return rows.get()


def discard(*, revision: int, by: models.Person, now: datetime) -> Refused | None:
    """`revision` is that of the draft as it was shown."""
    with transaction.atomic():
        row = _held_at(revision)
        if isinstance(row, Refused):
            return row
        row.delete()
        _tell("discarded", "", by=by)
    return None


def publish(*, revision: int, says: str, by: models.Person, now: datetime, on: date) -> Refused | None:
    """Make the draft the version that is sold from. `revision` is that of the draft as it was looked at, `on` the day
    on which it is checked."""
    with transaction.atomic():
        row = _held_at(revision)
        if isinstance(row, Refused):
            return row
        made, current = decode_catalogue(row.content), catalogue.current()
        if current is not None and current.number != made.version:
            says = f"Catalogue {current.number} was published since this draft was begun from {made.version or 'none'}."
            return Refused(code="outdated", says=f"{says} Export the draft, discard it, and take the file in again.")
        if any(one.severity == "error" for one in check(made, on=on)):
            return Refused(code="errors", says="It cannot be published yet: mend the errors first.")
        if not difference(catalogue.current_catalogue(), made):
            return Refused(code="same", says="Nothing in it is new: there is nothing to publish.")
        row.delete()
        catalogue.publish(made, by=by, now=now, says=says)
    return None


def _held_at(revision: int) -> models.CatalogueVersion | Refused:
    rows = models.CatalogueVersion.objects.select_for_update(of=("self",), no_key=True)
    row = rows.filter(published_at=None).first()
    if row is None:
        return Refused(code="gone", says="There is no draft any more: somebody has published or discarded it.")
    if row.revision != revision:
        says = f"{row.by_name} has changed the draft since you looked at it. Look at what is new, then say it again."
        return Refused(code="clash", says=says)
    return row


def _tell(action: str, says: str, *, by: models.Person) -> None:
    name = "Draft of the catalogue"
    audit.write(action=action, about="catalogue", key="draft", name=name, says=says, by=audit.person(by))
