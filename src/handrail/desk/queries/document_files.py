"""What is made into files of a document, the checklist of what is open, and telling where a file comes from.

One rule: a file of a kept version can be told by its digest alone, from then on and by whoever has it.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.brand import look
from handrail.desk.papers import Paper
from handrail.desk.queries.document import DocumentView, tree_of
from handrail.desk.queries.opened import Opened
from handrail.handoff.document import Document, Line, Part, document
from handrail.handoff.document_gaps import gaps
from handrail.handoff.document_languages import translated
from handrail.handoff.document_lines import owner
from handrail.handoff.duty import doers
from handrail.handoff.items import in_order
from handrail.handoff.promises import kept_lines
from handrail.handoff.timing import due_at

_MOST_FOUND = 20


def paper_for(view: DocumentView, now: datetime) -> Paper:
    """Of a kept version always the same: it is of the day on which it was kept."""
    at = view.seal.at if view.seal else now
    day = f"{at.day} {at:%B %Y}"
    return Paper(
        tree=view.tree,
        look=look(),
        language=view.language,
        seal=f"{view.seal.act.capitalize()} by {view.seal.by}, {day}" if view.seal else f"As of {day}",
        digest=view.seal.sha256 if view.seal else "",
        addenda=tuple(one.said for one in view.addenda),
        words=view.phrases,
        at=at,
    )


def checklist_of(opened: Opened, view: DocumentView) -> Document:
    """What is still open, to be ticked off: steps by stage, lines that are missing, promises not kept."""
    pending = (kept_lines(opened.plan, opened.state, one) for one in opened.plan.runbook.promises.values())
    parts = (
        *_steps(opened),
        Part(title="Open questions", lines=_questions(opened, view.name)),
        Part(title="Promises", lines=tuple(line for lines in pending for line in lines)),
    )
    tree = Document(
        title="Checklist",
        customer=opened.state.customer,
        runbook=f"{opened.plan.runbook.title} {opened.plan.runbook.version}",
        parts=tuple(part for part in parts if part.lines),
    )
    return translated(tree, view.phrases)


def _steps(opened: Opened) -> tuple[Part, ...]:
    plan, state = opened.plan, opened.state
    rows: dict[str, list[tuple[str, ...]]] = {}
    for step in in_order(plan, state):
        if state.state_of(step.name) in {"open", "waiting"} and step.each is None and not step.by_itself:
            at = due_at(plan, state, step)
            day = plan.calendar.day_of(at) if at else None
            who = " and ".join(owner(plan, state, role) for role in doers(step))
            until = f"{day.day} {day:%B %Y}" if day else ""
            rows.setdefault(step.stage, []).append((step.title, who, until))
    return tuple(
        Part(title=stage[:1].upper() + stage[1:], lines=(_table("Open steps", ("Step", "Who", "Until"), rows[stage]),))
        for stage in plan.runbook.stages
        if stage in rows
    )


def _questions(opened: Opened, name: str) -> tuple[Line, ...]:
    found = gaps(opened.plan, opened.state, document(opened.plan, opened.state, name))
    rows: list[tuple[str, ...]] = [(one.label, one.owed_by) for one in found]
    return (_table("Open questions", ("Question", "Who"), rows),) if rows else ()


def _table(label: str, heads: tuple[str, ...], rows: list[tuple[str, ...]]) -> Line:
    return Line(label=label, state="given", heads=heads, rows=tuple(rows))


def remember_file(handoff_id: int, number: int, kind: str, language: str, content: bytes, now: datetime) -> None:
    row = models.SignedDocument.objects.only("pk").get(handoff=handoff_id, number=number)
    digest = hashlib.sha256(content).hexdigest()
    made = models.MadeFile(document=row, sha256=digest, kind=kind, language=language, at=now)
    models.MadeFile.objects.bulk_create([made], ignore_conflicts=True)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Of which kept document a file is; `intact` where that document still has its digest."""

    handoff: int
    number: int
    customer: str
    title: str
    act: str
    by: str
    at: datetime
    kind: str
    intact: bool


def origins_of(digest: str) -> tuple[Origin, ...]:
    """The kept documents whose content has the digest, or of which the file was made. Two queries, each by an index."""
    by_content = models.SignedDocument.objects.filter(sha256=digest).order_by("handoff", "number")[:_MOST_FOUND]
    made = models.MadeFile.objects.filter(sha256=digest).select_related("document").first()
    found = [(row, "JSON") for row in by_content]
    if made is not None:
        found.append((made.document, made.kind.upper()))
    return tuple(_origin(row, kind) for row, kind in found)


def _origin(row: models.SignedDocument, kind: str) -> Origin:
    tree = tree_of(row)
    return Origin(
        handoff=row.handoff_id,
        number=row.number,
        customer=tree.customer,
        title=tree.title,
        act=row.act,
        by=row.by_name,
        at=row.at,
        kind=kind,
        intact=hashlib.sha256(row.content.encode()).hexdigest() == row.sha256,
    )
