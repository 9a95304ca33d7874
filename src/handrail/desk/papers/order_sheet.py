"""An order as a PDF and as a Word file, in one layout for every country.

One rule: what is not approved is marked on every page, and what people wrote is never markup.
"""

from dataclasses import dataclass
from typing import Any

from handrail.desk.papers.paper import Look
from handrail.desk.papers.typesetting import Texts, safe_link, typeset
from handrail.order.paper import Fact, OrderPaper, PaperLine

_SHORT = 60


@dataclass(frozen=True, kw_only=True)
class OrderSheet:
    """`digest` is the SHA-256 of what the order says, so that a paper can be held against it."""

    paper: OrderPaper
    look: Look
    digest: str = ""


def order_pdf(sheet: OrderSheet) -> bytes:
    """Raises `Unprinted`."""
    with typeset("order.typ", _data(sheet), sheet.look.logo, "pdf") as folder:
        return (folder / "made.pdf").read_bytes()


def order_pictures(sheet: OrderSheet) -> list[bytes]:
    """Each page as a PNG. Raises `Unprinted`."""
    with typeset("order.typ", _data(sheet), sheet.look.logo, "png") as folder:
        return [page.read_bytes() for page in sorted(folder.glob("made-*.png"))]


def _data(sheet: OrderSheet) -> dict[str, Any]:
    paper, text = sheet.paper, Texts(is_right_to_left=False)
    words = ("page", "of", "seller", "buyer", "lines", "no_lines", "totals", "invoice", "work", "signatures", "terms")
    return {
        "language": paper.language,
        "title": paper.title,
        "number": text(paper.number),
        "mark": paper.mark,
        "mark_says": paper.mark_says,
        "seller": text(paper.seller),
        "buyer": text(paper.buyer),
        "short": text(shorten(paper.buyer)),
        "accent": sheet.look.accent,
        "logo": bool(sheet.look.logo),
        "digest": sheet.digest,
        "words": {one: paper.words[one] for one in words},
        "facts": [_fact(one, text) for one in paper.facts],
        "heads": list(paper.heads),
        "lines": [_line(one, text) for one in paper.lines],
        "totals": [_fact(one, text) for one in paper.totals],
        "invoice": [_fact(one, text) for one in paper.invoice],
        "work": {"text": text(paper.work.text), "by": text(paper.work.by)} if paper.work else None,
        "closing": list(paper.closing),
        "signers": [text(one) for one in paper.signers],
        "fields": list(paper.fields),
    }


def shorten(name: str) -> str:
    """For the foot of every page."""
    return name if len(name) <= _SHORT else f"{name[: _SHORT - 1]}…"


def _fact(one: Fact, text: Texts) -> dict[str, str]:
    return {"label": one.label, "value": text(one.value), "link": safe_link(one.link)}


def _line(line: PaperLine, text: Texts) -> dict[str, Any]:
    return {
        "number": line.number,
        "sku": text(line.sku),
        "title": text(line.title),
        "description": text(line.description),
        "quantity": text(line.quantity),
        "list_price": line.list_price,
        "discount": line.discount,
        "percent": line.percent,
        "price": line.price,
        "notes": list(line.notes),
        "thresholds_title": text(line.thresholds_title),
        "thresholds_say": line.thresholds_say,
        "thresholds": [[one.units, one.price] for one in line.thresholds],
        "link": safe_link(line.link),
    }
