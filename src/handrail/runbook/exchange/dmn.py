"""DMN's XML (1.1 to 1.5) → decisions, with everything told that could not be taken over.

One rule: any bytes at all are answered, and nothing of the decision logic is left out silently. What only draws the
model (diagrams, groups, text annotations) is not logic.
"""

from collections.abc import Iterator, Mapping
from itertools import islice

from handrail.runbook.exchange.agreement import misfits
from handrail.runbook.exchange.columns import Meaning, Scope
from handrail.runbook.exchange.exchanged import Exchanged, Table
from handrail.runbook.exchange.feel import Names
from handrail.runbook.exchange.names import NAMESPACES, plain_name
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.table_reading import Head, head_of, table_of
from handrail.runbook.exchange.types import UNSAID, FeelType, Types, paths
from handrail.runbook.exchange.xml_tree import Element, tree_of
from handrail.runbook.model import Ref
from handrail.runbook.problem import Place, Problem
from handrail.runbook.reading.margin import MOST_PROBLEMS, listed

_MOST_DATA = 100_000
_LEFT_BEHIND = {
    "knowledgeSource": "A knowledge source is not kept.",
    "decisionService": "A decision service is not kept; its decisions are.",
    "performanceIndicator": "A performance indicator is not kept.",
    "organizationUnit": "An organisation unit is not kept.",
}
_BEYOND = {
    "businessKnowledgeModel": "A business knowledge model is a function, which no table here can call.",
    "import": "The file imports another one, which is not read.",
}


def read_dmn(content: bytes, file: str) -> Exchanged:
    """What `content` says; `file` is how problems name it."""
    notes = Notes(file)
    root = tree_of(content, notes)
    if root is None or not _is_dmn(root, notes):
        return Exchanged(file=file, problems=notes.problems())
    types = Types(root, notes)
    _tell_what_is_beyond(root, notes)
    heads = [head_of(element, types, file) for element in root.all("decision")]
    if not heads:
        notes.error(root.place, "empty-file", "The file has no decisions.", "Check that this is the file you meant.")
    data = dict(islice(_data(root, heads, types), _MOST_DATA))
    scope = _scope(data, heads)
    tables = _tables(heads, scope, types)
    unread = {name: head.notes.problems() for head in heads if head.name not in tables for name in (head.name, head.id)}
    told = sorted(
        [*notes.problems(), *(problem for head in heads for problem in head.notes.problems())],
        key=lambda problem: problem.where,
    )
    return Exchanged(
        file=file,
        tables=tables,
        unread={name: problems for name, problems in unread.items() if name},
        data=data,
        problems=_first(told, file),
    )


def _first(told: list[Problem], file: str) -> tuple[Problem, ...]:
    """As many as anybody reads, and how many more there are."""
    kept, left = told[:MOST_PROBLEMS], told[MOST_PROBLEMS:]
    if not left:
        return tuple(kept)
    more = Problem(
        where=Place(file=file),
        code="more-problems",
        says=f"{len(left):,} more problems are not shown.",
        mend="Mend these first, then read the file again.",
        severity="error" if any(problem.severity == "error" for problem in left) else "warning",
    )
    return (*kept, more)


def _is_dmn(root: Element, notes: Notes) -> bool:
    if root.name == "definitions" and root.namespace in NAMESPACES:
        return True
    says = "This is not a DMN file: its outermost element is not one of DMN’s definitions."
    known = listed(sorted(NAMESPACES.values(), reverse=True))
    notes.error(root.place, "not-dmn", says, f"Write it in one of the versions of DMN that are read: {known}.")
    return False


def _tell_what_is_beyond(root: Element, notes: Notes) -> None:
    for child in root.children:
        if child.namespace == root.namespace and child.name in _BEYOND:
            notes.error(child.place, "beyond-tables", _BEYOND[child.name], "Write it as decision tables in this file.")
        elif child.namespace == root.namespace and child.name in _LEFT_BEHIND:
            notes.warning(child.place, "not-kept", _LEFT_BEHIND[child.name], "The answers do not change.")


def _data(root: Element, heads: list[Head], types: Types) -> Iterator[tuple[str, FeelType]]:
    """Everything that has a name: the input data with their parts, and decisions that are no tables."""
    for element in root.all("inputData"):
        variable = element.one("variable")
        found = types.named(variable.get("typeRef"), variable) if variable else UNSAID
        yield from paths(plain_name(element.get("name")), found)
    for head in heads:
        if head.table is None:
            yield from paths(head.name, head.type)


def _scope(data: Mapping[str, FeelType], heads: list[Head]) -> Scope:
    scope = {path: Meaning(ref=Ref(source="fact", name=path), type=found) for path, found in data.items() if path}
    for head in heads:
        answers = head.answers()
        for output, found in answers.items():
            meaning = Meaning(ref=Ref(source="output", name=head.name, part=output), type=found)
            scope[f"{head.name}.{output}"] = meaning
            if len(answers) == 1 and head.name:
                scope[head.name] = meaning
    return Scope(meanings=scope, names=Names(scope))


def _tables(heads: list[Head], scope: Scope, types: Types) -> dict[str, Table]:
    _tell_shared_names(heads)
    tables: dict[str, Table] = {}
    for head in heads:
        table = table_of(head, scope, types)
        if table is not None and head.name not in tables:
            tables[head.name] = table
    by_name = {head.name: head for head in reversed(heads)}
    for misfit in misfits(tables):
        head = by_name[misfit.decision]
        head.notes.error(head.element.place, misfit.code, misfit.says, misfit.mend)
        tables.pop(misfit.decision, None)
    return tables


def _tell_shared_names(heads: list[Head]) -> None:
    seen: set[str] = set()
    for head in heads:
        if head.name in seen:
            says = f"“{head.name}” is the name of two decisions."
            head.notes.error(head.element.place, "name-taken", says, "Give one of the two another name.")
        seen.add(head.name)
