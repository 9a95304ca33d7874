"""Whom to turn to at a customer, and what it was promised: what runbooks call so, wherever it was told.

One rule: what a runbook declares as promises is one. Where none does, a promise is a record or text that is called a
promise, a commitment or pending; a contact is a record with an address or phone, or a text that is called a contact.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from handrail.desk import models
from handrail.desk.folding import folded_words
from handrail.desk.queries.customer.facts import Told, told_as
from handrail.desk.queries.customer.handoffs import Handoffs
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.handoff.history import FieldAnswer
from handrail.runbook.kinds import Kind, Link, PersonName, Records, Text, Written
from handrail.runbook.model import Promises, Runbook

_PROMISE = frozenset({"promise", "promises", "promised", "commitment", "commitments", "committed", "pending"})
_CONTACT = frozenset({"contact", "contacts"})
_ADDRESS = frozenset({"email", "e_mail", "mail", "phone", "telephone"})
_OF_A_PERSON = (Text, Link, PersonName)


@lru_cache(maxsize=4096)
def _words(title: str) -> frozenset[str]:
    """There are as many titles as runbooks have facts and fields."""
    return frozenset(folded_words(title))


@dataclass(frozen=True, kw_only=True)
class Said:
    """Something that was told: `written` under the `title` that a runbook gives it; `where` is the step or source, and
    `promised` how the runbook reads promises in it, where it declares that."""

    name: str
    title: str
    kind: Kind
    written: Written
    where: str
    at: datetime
    by: str = ""
    handoff_id: int | None = None
    runbook: str = ""
    promised: Promises | None = None

    @property
    def words_of_title(self) -> frozenset[str]:
        return _words(f"{self.name.replace('_', ' ')} {self.title}")

    @property
    def told(self) -> Told:
        return told_as(self.kind, self.written)


@dataclass(frozen=True, kw_only=True)
class Promise:
    """`text` is what was promised, `details` what else is known of it."""

    text: str
    details: str
    called: str
    said: Said


@dataclass(frozen=True, kw_only=True)
class Contact:
    """Somebody at the customer; `lines` as (label, words)."""

    name: str
    lines: tuple[tuple[str, str], ...]
    said: Said


def all_said(
    record: Iterable[models.CustomerFact], runbooks: Sequence[Runbook], handoffs: Handoffs
) -> tuple[Said, ...]:
    """The record first, then the handoffs in their order; what says the same again is left out."""
    found: dict[tuple[str, str], Said] = {}
    for said in (*_recorded(record, runbooks), *(said for one in handoffs.opened for said in _in_handoff(one))):
        found.setdefault((said.name, str(said.written)), said)
    return tuple(found.values())


def _recorded(record: Iterable[models.CustomerFact], runbooks: Sequence[Runbook]) -> Iterator[Said]:
    """In the order in which the runbooks declare them."""
    rows = {row.name: row for row in record}
    declared = {name: one for runbook in runbooks for name, one in _declared(runbook).items()}
    for fact in (fact for runbook in runbooks for fact in runbook.facts.values()):
        row = rows.pop(fact.name, None)
        if row is not None:
            yield Said(
                name=row.name,
                title=fact.title,
                kind=fact.kind,
                written=row.value,
                where=row.source,
                at=row.at,
                promised=declared.get(row.name),
            )


def _declared(runbook: Runbook) -> dict[str, Promises]:
    """How promises are read in facts, by the names of these."""
    return {one.of or one.what.name: one for one in runbook.promises.values()}


def _in_handoff(opened: Opened) -> Iterator[Said]:
    declared = _declared(opened.plan.runbook)
    for name, known in opened.state.facts.items():
        fact = opened.plan.runbook.facts.get(name)
        if fact is not None:
            by = known.by.name if known.by else ""
            said = _said(opened, name, fact.title, fact.kind, known.value, known.source, known.at, by)
            yield replace(said, promised=declared.get(name))
    for step, answers in opened.state.answers.items():
        if step.partition("@")[0] in opened.plan.runbook.steps:
            yield from _answered(opened, step, answers)


def _answered(opened: Opened, step: str, answers: dict[str, FieldAnswer]) -> Iterator[Said]:
    where = title_of_step(opened, step)
    for field in opened.plan.fields_of(step):
        known = answers.get(field.name)
        if known is not None and known.value is not None:
            by = known.by.name if known.by else ""
            yield _said(opened, field.name, field.title, field.kind, known.value, where, known.at, by)


def _said(
    opened: Opened, name: str, title: str, kind: Kind, written: Written, where: str, at: datetime, by: str
) -> Said:
    return Said(
        name=name,
        title=title,
        kind=kind,
        written=written,
        where=where,
        at=at,
        by=by,
        handoff_id=opened.row.pk,
        runbook=opened.row.runbook_version.title,
    )


def promises_of(said: Iterable[Said]) -> tuple[Promise, ...]:
    """What is declared to be promises before what only is called so."""
    every = tuple(said)
    declared = (promise for one in every if one.promised for promise in _declared_promises(one, one.promised))
    called = (one for one in every if one.promised is None and one.words_of_title & _PROMISE)
    return (*declared, *(promise for one in called for promise in _promises(one)))


def _declared_promises(said: Said, how: Promises) -> Iterator[Promise]:
    """One that was kept says so."""
    if not isinstance(said.kind, Records):
        yield Promise(text=said.told.words, details="", called=how.title, said=said)
        return
    columns = list(said.kind.columns)
    for row in said.told.rows:
        cells = dict(zip(columns, row, strict=True))
        known = (("By", how.by), ("Until", how.until), ("To", how.to), ("Kept", how.done))
        details = ", ".join(f"{head}: {cells[ref.part]}" for head, ref in known if ref and cells.get(ref.part))
        yield Promise(text=cells.get(how.what.part, ""), details=details, called=how.title, said=said)


def _promises(said: Said) -> Iterator[Promise]:
    told = said.told
    if isinstance(said.kind, Records):
        for row in told.rows:
            details = ", ".join(f"{head}: {cell}" for head, cell in zip(told.heads[1:], row[1:], strict=True) if cell)
            yield Promise(text=row[0], details=details, called=said.title, said=said)
    elif isinstance(said.kind, Text):
        yield Promise(text=told.words, details="", called=said.title, said=said)


def contacts_of(said: Iterable[Said]) -> tuple[Contact, ...]:
    """The texts that are called `Main contact: …` are one contact."""
    lists, texts = list[Contact](), dict[str, list[Said]]()
    for one in said:
        if isinstance(one.kind, Records):
            lists += _listed(one) if _ADDRESS & set(one.kind.columns) else []
        elif one.words_of_title & _CONTACT and isinstance(one.kind, _OF_A_PERSON):
            texts.setdefault(one.title.partition(": ")[0], []).append(one)
    return (*(_contact(name, group) for name, group in texts.items()), *lists)


def _listed(said: Said) -> Iterator[Contact]:
    told = said.told
    for row in told.rows:
        lines = tuple((head, cell) for head, cell in zip(told.heads[1:], row[1:], strict=True) if cell)
        yield Contact(name=row[0], lines=lines, said=said)


def _contact(name: str, group: Sequence[Said]) -> Contact:
    latest = {one.title: one for one in sorted(group, key=lambda one: one.at)}
    shown = [one for one in group if latest[one.title] is one]
    lines = tuple((one.title.partition(": ")[2].capitalize(), one.told.words) for one in shown)
    return Contact(name=name, lines=lines, said=max(group, key=lambda one: one.at))
