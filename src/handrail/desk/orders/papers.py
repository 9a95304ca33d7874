"""An order on paper: as it stands, as it was submitted, and as the customer has it.

One rule: what nobody approved is marked, in every form; the customer has what was sent, and nothing else.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal

from django.conf import settings
from django.urls import NoReverseMatch, reverse

from handrail.desk import catalogue, models
from handrail.desk.brand import look
from handrail.desk.order_states import APPROVED
from handrail.desk.papers import Unprinted
from handrail.desk.papers.order_sheet import OrderSheet, order_pdf
from handrail.order.paper import OrderPaper, Standing, paper
from handrail.order.paper_words import WORDS, spoken
from handrail.order.wire import decode_order, encoded

Kind = Literal["pdf", "docx"]

State = models.Order.State
LANGUAGES = tuple((tag, words["language"]) for tag, words in WORDS.items())
_NO_CATALOGUE = "No catalogue is published yet: an order is written with the catalogue's own words and prices."


@dataclass(frozen=True, kw_only=True)
class Said:
    """What an order says somewhere: now, or in a version of it."""

    order: models.Order
    content: str
    catalogue_id: int | None
    standing: Standing


def made(row: models.Order, kind: Kind, language: str = "") -> bytes:
    """The order as it stands, in its own language where none is given. Raises `Unprinted`."""
    return file_of(as_it_stands(row), kind, language)


def as_it_stands(row: models.Order) -> Said:
    return Said(order=row, content=row.content, catalogue_id=row.catalogue_id, standing=_standing(row))


def as_submitted(row: models.Order, version: models.OrderVersion) -> Said:
    """What was sent was approved, whatever became of the order since; of others only what still stands is."""
    stands = row.state in APPROVED and says(version.content) == says(row.content)
    standing: Standing = "approved" if version.sent_at or stands else _unapproved(row)
    return Said(order=row, content=version.content, catalogue_id=version.catalogue_id, standing=standing)


def says(content: str) -> str:
    """What of an order's content stands on its paper: who verified the invoice, and when, does not."""
    order = decode_order(content)
    return encoded(replace(order, invoice=replace(order.invoice, verified=None)))


def sent_version(row: models.Order) -> models.OrderVersion | None:
    """What the customer has."""
    return sent_versions([row.pk]).get(row.pk)


def sent_versions(order_ids: Iterable[int]) -> dict[int, models.OrderVersion]:
    """What customers have, by order: of each the version that was sent last."""
    rows = models.OrderVersion.objects.filter(order__in=[*order_ids], sent_at__isnull=False).select_related("order")
    return {one.order_id: one for one in rows.order_by("sent_at", "number")}


def with_the_customer(handoff_id: int) -> dict[int, models.OrderVersion]:
    """What the customer has of the orders that the handoff validates, by order; before one was sent it is not there."""
    return sent_versions(models.Order.objects.filter(handoff=handoff_id).values_list("pk", flat=True))


def paper_of(said: Said, language: str = "") -> OrderPaper:
    """Raises `Unprinted` while there is no catalogue."""
    order, found = decode_order(said.content), said.catalogue_id
    sold_from = catalogue.version(found) if found is not None else catalogue.current_catalogue()
    if sold_from is None:
        raise Unprinted(_NO_CATALOGUE)
    return paper(
        order,
        sold_from,
        said.order.customer.name,
        spoken(language or order.language),
        seller=seller(),
        standing=said.standing,
        link=public_link,
    )


def file_of(said: Said, kind: Kind, language: str = "") -> bytes:
    """Raises `Unprinted`."""
    digest = hashlib.sha256(says(said.content).encode()).hexdigest()
    sheet = OrderSheet(paper=paper_of(said, language), look=look(), digest=digest)
    if kind == "pdf":
        return order_pdf(sheet)
    from handrail.desk.papers.order_word import order_docx

    return order_docx(sheet)


def file_name(shown: OrderPaper, kind: Kind) -> str:
    return f"{shown.buyer} - {shown.title} {shown.number}{f' ({shown.mark})' if shown.mark else ''}.{kind}"


def seller() -> str:
    return look().company or str(settings.COMPANY)


def public_link(sku: str) -> str:
    """Where everybody can read what the product is; without one, the whole catalogue. Empty where that is nowhere."""
    try:
        return settings.ADDRESS + (reverse("catalogue-product", args=[sku]) if sku else reverse("catalogue"))
    except NoReverseMatch:
        return ""


def _standing(row: models.Order) -> Standing:
    return "approved" if row.state in APPROVED else _unapproved(row)


def _unapproved(row: models.Order) -> Standing:
    return "withdrawn" if row.state == State.WITHDRAWN else "draft"
