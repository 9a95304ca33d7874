"""What a customer was promised, as its runbook says where that stands.

One rule: whether a promise was kept is what its record says; where it says nothing, it was not kept yet.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.handoff.document_lines import fact_line
from handrail.handoff.document_tree import Line
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.kinds import Records
from handrail.runbook.model import Promises, Ref


@dataclass(frozen=True, kw_only=True)
class Promise:
    """Each in words; `kept` is whether its record says so."""

    what: str
    by: str = ""
    until: str = ""
    to: str = ""
    kept: bool = False


def promises_in(plan: Plan, handoff: Handoff, one: Promises) -> tuple[Promise, ...]:
    known = handoff.facts.get(one.of or one.what.name)
    fact = plan.runbook.facts.get(one.of or one.what.name)
    if known is None or fact is None:
        return ()
    if not isinstance(fact.kind, Records):
        return (Promise(what=plan.spoken(fact.kind, known.value)),)
    columns = fact.kind.columns

    def cell(row: dict[str, str], ref: Ref | None) -> str:
        written = row.get(ref.part) if ref else None
        return "" if written is None or ref is None else plan.spoken(columns[ref.part], written)

    return tuple(
        Promise(
            what=cell(row, one.what),
            by=cell(row, one.by),
            until=cell(row, one.until),
            to=cell(row, one.to),
            kept=cell(row, one.done) == "yes",
        )
        for row in (known.value if isinstance(known.value, list) else [])
    )


def promise_line(plan: Plan, handoff: Handoff, one: Promises) -> Line:
    """All of them, or who owes to find them out."""
    fact = plan.runbook.facts[one.of or one.what.name]
    if fact.name not in handoff.facts:
        missing = fact_line(plan, handoff, fact, None)
        return Line(
            label=one.title, state="missing", owed_by=missing.owed_by, required=missing.required, about=missing.about
        )
    return _line(one, one.title, promises_in(plan, handoff, one))


def kept_lines(plan: Plan, handoff: Handoff, one: Promises) -> Iterator[Line]:
    """Those that were not kept yet."""
    pending = tuple(promise for promise in promises_in(plan, handoff, one) if not promise.kept)
    if pending:
        yield _line(one, one.title, pending)


def _line(one: Promises, label: str, promises: tuple[Promise, ...]) -> Line:
    if not promises:
        return Line(label=label, state="given", value="None.")
    if one.of is None:
        return Line(label=label, state="given", value=promises[0].what)
    columns = {"Promise": one.what, "By": one.by, "Until": one.until, "To": one.to, "Kept": one.done}
    heads = tuple(head for head, ref in columns.items() if ref is not None)
    rows = tuple(tuple(cell for head, cell in _cells(promise) if head in heads) for promise in promises)
    return Line(label=label, state="given", heads=heads, rows=rows)


def _cells(one: Promise) -> tuple[tuple[str, str], ...]:
    kept = "yes" if one.kept else "no"
    return ("Promise", one.what), ("By", one.by), ("Until", one.until), ("To", one.to), ("Kept", kept)
