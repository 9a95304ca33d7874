"""Derived facts that make one value of many: of the records of a list, of facts, of customers, of phases.

One rule: what counts is asked with cells; a record's columns, or a customer's facts, each by its own kind.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, cast

from handrail.runbook.kinds import Date, Instant, Kind, Money, Number, Records, YesNo
from handrail.runbook.model import Derivation, Gathering, OfCustomers, OfFacts, OfPhases, OfRecords, Ref, Test
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import cell_of, test_of
from handrail.runbook.reading.derived_keys import BESIDE, CUSTOMERS, PHASES, WAYS_OVER, Over
from handrail.runbook.reading.margin import listed, quoted, sentence
from handrail.runbook.reading.sources import Source, Sources, without_bounds
from handrail.runbook.reading.tree import Items, Leaf, Node

_COUNT = Number(at_least=Decimal(0), whole=True)
_SIDE_KEYS = tuple(dict.fromkeys(key for keys in BESIDE.values() for key in keys))
_OVER_WORDS: Mapping[Over, str] = {
    "records": "the records of a list",
    "columns": "a column of a list",
    "facts": "facts",
    "customers": "the company's other customers",
    "phases": "the other phases of a project",
}
_FEW = Literal["count", "any", "none"]


def gathered(block: Block, way: str, sources: Sources) -> tuple[Kind, Derivation] | None:
    """The kind of what the derived fact gathers, and how; None where it is faulty, which is told."""
    node = block.node(way)
    if not isinstance(node, Items | Leaf):
        if node is not None:
            block.leaf(way)  # tells the shape
        return None
    over = _over(node, way)
    if not _fits(block, way, over):
        return None
    match over:
        case "facts":
            return _of_facts(block, way, sources)
        case "customers":
            return _of_customers(block, way, sources)
        case "phases":
            return _of_phases(block, way)
        case "records" | "columns":
            return _of_records(block, way, sources)


def _over(node: Node, way: str) -> Over:
    if isinstance(node, Items):
        return "facts"
    word = node.text.strip() if isinstance(node, Leaf) else ""
    if word in {CUSTOMERS, PHASES}:
        return "customers" if word == CUSTOMERS else "phases"
    return "columns" if way in WAYS_OVER["columns"] else "records"


def _fits(block: Block, way: str, over: Over) -> bool:
    """Whether that way can be taken over them, and nothing else stands beside it."""
    if way not in WAYS_OVER[over]:
        says = f"“{way}” cannot be taken over {_OVER_WORDS[over]}."
        mend = f"Write one of these instead: {listed(WAYS_OVER[over])}."
        if way in WAYS_OVER["columns"]:
            mend = "Write a column of a list, as in “products.price”."
        block.margin.error(block.place_of(way), "way-of-another", says, mend)
        return False
    for key in _SIDE_KEYS:
        if key in block and key not in BESIDE[over]:
            owners = listed(_OVER_WORDS[one] for one, keys in BESIDE.items() if key in keys)
            says = f"“{key}” says nothing about {_OVER_WORDS[over]}."
            block.margin.error(block.key_place(key), "unknown-key", says, f"Take it out: it goes with {owners}.")
    return True


def _kind(way: str, of: Kind) -> Kind:
    """The kind of what is gathered from values of kind `of`."""
    if way == "count":
        return _COUNT
    return without_bounds(of) if way in WAYS_OVER["columns"] else YesNo()


# ---------------------------------------------------------------------------------------------------------- records


def _of_records(block: Block, way: str, sources: Sources) -> tuple[Kind, Derivation] | None:
    leaf = block.leaf(way)
    if leaf is None:
        return None
    name, _, column = leaf.text.strip().partition(".") if way in WAYS_OVER["columns"] else (leaf.text, "", "")
    found = sources.records(Leaf(name, leaf.place))
    if way == "all" and "where" not in block:
        says = f"{sentence(block.what)} does not say what all of them are."
        block.margin.error(block.place, "missing-key", says, "Add “where: {…}”.")
    if found is None:
        return None
    of, kind = found
    column_kind = _number_column(leaf, column, kind, of, block) if way in WAYS_OVER["columns"] else YesNo()
    where = _where_columns(block, of, kind)
    if column_kind is None:
        return None
    how = OfRecords(gathering=cast("Gathering", way), of=of, column=column.strip(), where=where)
    return _kind(way, column_kind), how


def _number_column(leaf: Leaf, column: str, kind: Records, of: str, block: Block) -> Kind | None:
    numbers = {name: one for name, one in kind.columns.items() if isinstance(one, Number | Money)}
    if column.strip() in numbers:
        return numbers[column.strip()]
    says = f"{quoted(leaf.text)} is not a column of numbers or money."
    block.margin.unknown(leaf.place, "not-a-column", says, leaf.text.strip(), [f"{of}.{name}" for name in numbers])
    return None


def _where_columns(block: Block, of: str, kind: Records) -> tuple[Test, ...]:
    tests = []
    for entry in block.entries("where"):
        column = entry.key.text.strip().removeprefix(f"{of}.")
        if column not in kind.columns:
            says = f"The list “{of}” has no column {quoted(column)}."
            block.margin.unknown(entry.key.place, "unknown-name", says, column, kind.columns)
        ref = Ref(source="item", name=of, part=column)
        tests.append(test_of(entry, ref, kind.columns.get(column), block.margin))
    return tuple(test for test in tests if test is not None)


# ------------------------------------------------------------------------------------------------------------ facts


def _of_facts(block: Block, way: str, sources: Sources) -> tuple[Kind, Derivation] | None:
    leaves = block.texts(way)
    found = [sources.fact(leaf) for leaf in leaves]
    facts = [one for one in found if one is not None]
    block.needs("that_are")
    if block.is_empty_list(way):
        says = f"“{way}” of {block.what} lists no facts."
        block.margin.error(block.place_of(way), "empty-value", says, f"List them, as in “{way}: [one, another]”.")
    leaf = block.leaf("that_are")
    if leaf is None or not facts or len(facts) < len(found) or not _are_alike(facts, leaves, block):
        return None
    cell = cell_of(leaf, "that_are", without_bounds(facts[0].kind), block.margin)
    names = tuple(dict.fromkeys(one.ref.name for one in facts))
    return (_kind(way, YesNo()), OfFacts(gathering=cast("Gathering", way), of=names, cell=cell)) if cell else None


def _are_alike(facts: list[Source], leaves: tuple[Leaf, ...], block: Block) -> bool:
    """Whether one cell can ask something of all of them."""
    shared = without_bounds(facts[0].kind)
    strange = [leaf for fact, leaf in zip(facts, leaves, strict=True) if without_bounds(fact.kind) != shared]
    for leaf in strange:
        says = f"{quoted(leaf.text)} is not of the same kind as {quoted(leaves[0].text)}."
        block.margin.error(leaf.place, "kinds-differ", says, "Name facts of one kind, so that one thing can be asked.")
    return not strange


# ---------------------------------------------------------------------------------------------- customers and phases


def _of_customers(block: Block, way: str, sources: Sources) -> tuple[Kind, Derivation]:
    like = [(leaf, sources.fact(leaf)) for leaf in block.texts("like")]
    for leaf, fact in like:
        if fact and isinstance(fact.kind, Records):
            says = f"{quoted(leaf.text)} is a list; customers are alike in single values."
            block.margin.error(leaf.place, "list-as-value", says, "Name facts that are one value each.")
    how = OfCustomers(
        gathering=cast("_FEW", way),
        like=tuple(dict.fromkeys(leaf.text.strip() for leaf, _ in like)),
        where=_where_facts(block, sources),
        live=_live(block, sources),
    )
    return _kind(way, YesNo()), how


def _where_facts(block: Block, sources: Sources) -> tuple[Test, ...]:
    tests = []
    for entry in block.entries("where"):
        fact = sources.fact(entry.key)
        tests.append(test_of(entry, fact.ref if fact else None, fact.kind if fact else None, block.margin))
    return tuple(test for test in tests if test is not None)


def _live(block: Block, sources: Sources) -> str:
    leaf = block.leaf("live")
    if leaf is None:
        return ""
    fact = sources.fact(leaf)
    if fact and not isinstance(fact.kind, Date | Instant):
        says = f"{quoted(leaf.text)} is not a day that can come."
        block.margin.error(leaf.place, "not-a-day", says, "Name a fact of kind date.")
    return leaf.text.strip()


def _of_phases(block: Block, way: str) -> tuple[Kind, Derivation]:
    block.needs("that_are")
    that_are = block.one_of("that_are", ("running", "over"), "running")
    how = OfPhases(gathering=cast("_FEW", way), that_are=cast("Literal['running', 'over']", that_are))
    return _kind(way, YesNo()), how
