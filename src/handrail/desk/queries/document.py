"""A document as a page shows it: as it is now, or one that was signed, shared or accepted and is read as it was kept.

One rule: a kept document is shown from its own content; what stands around it is of now.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import msgspec

from handrail.desk import models
from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.handoff import commands as c
from handrail.handoff.contacts import every_contact
from handrail.handoff.document import Document, document, layout_of
from handrail.handoff.document_gaps import Gap, gaps
from handrail.handoff.document_languages import is_right_to_left, languages_of, phrases_in, translated
from handrail.handoff.history import Addendum
from handrail.handoff.people import Actor
from handrail.handoff.sharing import is_unbroken
from handrail.runbook.model import Step


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
class Version:
    number: int
    act: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Sharing:
    """A step that shares the document. `roles` and `contacts` (name and address) are whom it can be shared with, `told`
    the roles that the step informs or asks: with them it mostly is."""

    step: str
    title: str
    action: Action
    is_done: bool
    roles: tuple[tuple[str, str], ...]
    contacts: tuple[tuple[str, str], ...]
    told: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class AddendumView:
    said: Addendum
    unbroken: bool


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """`changed` is whether the living document reads differently by now; `seal` is None for the living one itself.
    `others` are the documents of the runbook as (name, title); `name` is empty for the handover document. `tree` is in
    the `language` that was asked for, `phrases` what Handrail itself says in it."""

    name: str
    tree: Document
    gaps: tuple[Gap, ...]
    seal: Seal | None
    changed: bool
    language: str
    languages: tuple[str, ...]
    phrases: dict[str, str]
    others: tuple[tuple[str, str], ...]
    versions: tuple[Version, ...]
    sharing: tuple[Sharing, ...]
    addenda: tuple[AddendumView, ...]
    adding: Action | None

    @property
    def is_right_to_left(self) -> bool:
        return is_right_to_left(self.language)

    @property
    def is_unbroken(self) -> bool:
        return all(one.unbroken for one in self.addenda)


def living_document(opened: Opened, name: str, language: str, me: Actor, now: datetime) -> DocumentView | None:
    """None where the runbook has no document of that name."""
    if name and name not in opened.plan.runbook.documents:
        return None
    tree = document(opened.plan, opened.state, name)
    sharing = tuple(_sharing(opened, name, me, now))
    return _view(opened, name, language, tree, None, changed=False, sharing=sharing, me=me, now=now)


def signed_document(opened: Opened, number: int, language: str, me: Actor, now: datetime) -> DocumentView | None:
    row = models.SignedDocument.objects.filter(handoff=opened.row.pk, number=number).first()
    if row is None:
        return None
    tree, name = tree_of(row), row.name if row.name in opened.plan.runbook.documents else ""
    seal = Seal(
        number=row.number,
        act=row.act,
        step=title_of_step(opened, row.step),
        by=row.by_name,
        at=row.at,
        sha256=row.sha256,
        verified=is_verified(row),
    )
    changed = tree != document(opened.plan, opened.state, name)
    return _view(opened, name, language, tree, seal, changed=changed, sharing=(), me=me, now=now)


def tree_of(row: models.SignedDocument) -> Document:
    return msgspec.json.decode(row.content, type=Document)


def is_verified(row: models.SignedDocument) -> bool:
    return hashlib.sha256(row.content.encode()).hexdigest() == row.sha256


def _view(
    opened: Opened,
    name: str,
    language: str,
    tree: Document,
    seal: Seal | None,
    *,
    changed: bool,
    sharing: tuple[Sharing, ...],
    me: Actor,
    now: datetime,
) -> DocumentView:
    layout = layout_of(opened.plan, name)
    languages = languages_of(layout)
    spoken = language if language in languages else ""
    phrases = dict(phrases_in(layout, spoken)) if spoken else {}
    is_handover = name in {"", next(iter(opened.plan.runbook.documents), "")}
    return DocumentView(
        name=name,
        tree=translated(tree, phrases),
        gaps=gaps(opened.plan, opened.state, tree) if seal is None else (),
        seal=seal,
        changed=changed,
        language=spoken or "en",
        languages=languages,
        phrases=phrases,
        others=tuple((one.name, one.title) for one in opened.plan.runbook.documents.values()),
        versions=versions_of(opened, name),
        sharing=sharing,
        addenda=tuple(AddendumView(said=one, unbroken=is_unbroken(one)) for one in addenda_of(opened))
        if is_handover
        else (),
        adding=can(opened, c.AddAddendum(by=me, text="…"), now) if is_handover else None,
    )


def addenda_of(opened: Opened) -> tuple[Addendum, ...]:
    return opened.state.addenda


def versions_of(opened: Opened, name: str) -> tuple[Version, ...]:
    """Those of this document that were kept, in order. Of the handover document also those shared under its name."""
    first = next(iter(opened.plan.runbook.documents), "")
    names = {"", first} if name in {"", first} else {name}
    rows = models.SignedDocument.objects.filter(handoff=opened.row.pk, name__in=names).order_by("number")
    return tuple(
        Version(number=number, act=act, by=by, at=at)
        for number, act, by, at in rows.values_list("number", "act", "by_name", "at")
    )


def _sharing(opened: Opened, name: str, me: Actor, now: datetime) -> Iterator[Sharing]:
    """The steps that share this document and can be done, or done again."""
    shown = name or next(iter(opened.plan.runbook.documents), "")
    for step in opened.plan.runbook.steps.values():
        if step.shares == shown and shown and opened.state.state_of(step.name) != "not needed":
            yield _sharing_of(opened, step, me, now)


def _sharing_of(opened: Opened, step: Step, me: Actor, now: datetime) -> Sharing:
    roles = tuple((role.name, role.title) for role in opened.plan.runbook.roles.values())
    trial = c.Share(by=me, step=step.name, roles=tuple(name for name, _ in roles[:1]))
    known = every_contact(opened.plan, opened.state)
    return Sharing(
        step=step.name,
        title=step.title,
        action=can(opened, trial, now),
        is_done=opened.state.state_of(step.name) == "done",
        roles=roles,
        contacts=tuple((one.name, one.email) for one in known if one.email),
        told=tuple(role for role, letters in step.raci.items() if letters & {"I", "C"}),
    )
