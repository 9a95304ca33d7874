"""The rows of a decision table: `{when: [new, "[0..5000)"], then: [Transition Success, 30, 1], note: …}`.

One rule: a row speaks about every column. Named columns that it leaves out may be anything.
"""

from collections.abc import Mapping

from handrail.runbook.cells import Anything, Cell, parse
from handrail.runbook.kinds import Kind, Scalar, Unfit, read_scalar
from handrail.runbook.model import Rule
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.conditions import tell_bad_cell
from handrail.runbook.reading.keys import Key, Keys
from handrail.runbook.reading.margin import counted, listed, quoted, sentence
from handrail.runbook.reading.tree import Entries, Gone, Items, Leaf, Node

KEYS: Keys = {
    "when": Key(says="What each input must be, in their order or by name; “-” is anything.", shape="row", needed=True),
    "then": Key(says="What each output is, in their order or by name.", shape="row", needed=True),
    "note": Key(says="Why the rule is as it is."),
}
_ANYTHING = "-"

# Columns by name; a kind that is None is faulty, so nothing can be read for it.
Columns = Mapping[str, Kind | None]


def rules_in(block: Block, inputs: Columns, outputs: Columns) -> tuple[Rule, ...]:
    nodes = block.items("rules")
    if isinstance(block.node("rules"), Items) and not nodes:
        says = f"{sentence(block.what)} has no rules."
        block.margin.error(block.place_of("rules"), "empty-table", says, "A decision has inputs, outputs and rules.")
    return tuple(_rule(node, number, block, inputs, outputs) for number, node in enumerate(nodes, start=1))


def _rule(node: Node, number: int, block: Block, inputs: Columns, outputs: Columns) -> Rule:
    about = Block(node, f"rule {number} of {block.what}", KEYS, block.margin)
    whens = _row(about, "when", inputs, "input", may_leave_out=True)
    thens = _row(about, "then", outputs, "output", may_leave_out=False)
    return Rule(
        number=number,
        cells=tuple(_cell(whens.get(name), kind, name, about) for name, kind in inputs.items()),
        outputs=tuple(_output(thens.get(name), kind, name, about) for name, kind in outputs.items()),
        note=about.text("note"),
        place=about.place,
    )


def otherwise_in(block: Block, outputs: Columns) -> tuple[Scalar, ...]:
    """The answer where no rule fits; empty where the table has none, or it is faulty."""
    if block.node("otherwise") is None:
        return ()
    thens = _row(block, "otherwise", outputs, "output", may_leave_out=False)
    return tuple(_output(thens[name], kind, name, block) for name, kind in outputs.items() if name in thens)


def _row(about: Block, key: str, columns: Columns, what: str, *, may_leave_out: bool) -> Mapping[str, Node]:
    """What the rule writes in each column, by the column's name."""
    node = about.node(key)
    match node:
        case None:
            return {}
        case Items(of=of):
            return _by_position(about, node, of, columns, what)
        case Entries():
            return _by_name(about, node, columns, what, may_leave_out=may_leave_out)
        case _ if len(columns) == 1:
            return {next(iter(columns)): node}
    says = f"“{key}” of {about.what} is one text, and there are {counted(len(columns), what)}."
    about.margin.error(node.place, "expected-list", says, f"Write a list in their order: {listed(columns)}.")
    return {}


def _by_position(about: Block, node: Node, of: tuple[Node, ...], columns: Columns, what: str) -> Mapping[str, Node]:
    if len(of) == len(columns):
        return dict(zip(columns, of, strict=True))
    if columns:
        says = f"{sentence(about.what)} has {counted(len(of), 'cell')} for {counted(len(columns), what)}."
        mend = f"Write one cell for each, in this order: {listed(columns)}."
        about.margin.error(
            node.place, "row-length", says, f"{mend} A cell for anything is “-”." if what == "input" else mend
        )
    return {}


def _by_name(about: Block, node: Entries, columns: Columns, what: str, *, may_leave_out: bool) -> Mapping[str, Node]:
    for name, entry in node.of.items():
        if columns and name.strip() not in columns:
            says = f"{quoted(name)} is not an {what} of this table."
            about.margin.unknown(entry.key.place, "unknown-name", says, name, columns)
    missing = [name for name in columns if name not in node.of]
    if missing and not may_leave_out:
        says = f"{sentence(about.what)} does not say {listed(quoted(name) for name in missing)}."
        about.margin.error(node.place, "row-length", says, "A rule gives every output a value.")
    return {name.strip(): entry.value for name, entry in node.of.items()}


def _cell(node: Node | None, kind: Kind | None, name: str, about: Block) -> Cell:
    leaf = _leaf(node, name, about)
    if leaf is None or kind is None:
        return Anything()
    cell = parse(leaf.text, kind)
    if isinstance(cell, Unfit):
        tell_bad_cell(leaf, cell, name, kind, about.margin)
        return Anything()
    return cell


def _output(node: Node | None, kind: Kind | None, name: str, about: Block) -> Scalar:
    leaf = _leaf(node, name, about)
    if leaf is None or kind is None:
        return ""
    value = read_scalar(kind, leaf.text)
    if isinstance(value, Unfit):
        says = f"{quoted(leaf.text)} cannot be the output “{name}”: {value.says}"
        about.margin.error(leaf.place, "unfit-value", says, "Write a value of the output's kind.")
        return ""
    return value


def _leaf(node: Node | None, name: str, about: Block) -> Leaf | None:
    if isinstance(node, Items | Entries):
        says = f"The cell of “{name}” in {about.what} is a list or mapping."
        mend = 'Put quotes around an interval: “"[0..5000]"”; write alternatives with commas: “"tax, utilities"”.'
        about.margin.error(node.place, "expected-text", says, mend)
        return None
    return None if isinstance(node, Gone) else node
