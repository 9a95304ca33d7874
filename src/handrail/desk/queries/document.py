"""The handover document as a page shows it: the living one, or one that was signed and is read back as it was kept."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

import msgspec

from handrail.desk import models
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.handoff.document import Document, Line, document, missing_lines


@dataclass(frozen=True, kw_only=True)
class Seal:
    """Who put their name under the document, and whether its content still has the digest that was recorded then."""

    number: int
    act: str
    step: str
    by: str
    at: datetime
    sha256: str
    verified: bool


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """`changed` is whether the living document reads differently by now; `seal` is None for the living one itself."""

    tree: Document
    missing: tuple[Line, ...]
    seal: Seal | None
    changed: bool


def living_document(opened: Opened) -> DocumentView:
    tree = document(opened.plan, opened.state)
    return DocumentView(tree=tree, missing=missing_lines(tree), seal=None, changed=False)


def signed_document(opened: Opened, number: int) -> DocumentView | None:
    row = models.SignedDocument.objects.filter(handoff=opened.row.pk, number=number).first()
    if row is None:
        return None
    tree = msgspec.json.decode(row.content, type=Document)
    seal = Seal(
        number=row.number,
        act=row.act,
        step=title_of_step(opened, row.step),
        by=row.by_name,
        at=row.at,
        sha256=row.sha256,
        verified=hashlib.sha256(row.content.encode()).hexdigest() == row.sha256,
    )
    changed = tree != document(opened.plan, opened.state)
    return DocumentView(tree=tree, missing=missing_lines(tree), seal=seal, changed=changed)
