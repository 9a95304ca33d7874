"""Conditions: `{support.type: Help Desk, go_live: given}`, `[{…}, {…}]` or `{any of: […]}`, `{not: {…}}`.

One rule: a condition is made of cells over declared things; there is no expression to read.
"""

from handrail.runbook.cells import Anything, Cell, parse
from handrail.runbook.kinds import ORDERED, Kind, Link, Records, Unfit
from handrail.runbook.model import All, AnyOf, Condition, Not, Ref, Test
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.margin import Margin, quoted
from handrail.runbook.reading.tree import Entries, Entry, Gone, Items, Leaf, Node
from handrail.runbook.reading.vocabulary import Vocabulary

_HOW = "Write what must hold as “{name: value}”, alternatives as a list of those, or “{not: {name: value}}”."
_WORDS = ("any of", "not")


def condition_in(block: Block, key: str, words: Vocabulary) -> Condition | None:
    node = block.node(key)
    return None if node is None else condition_of(node, words, block.margin)


def condition_of(node: Node, words: Vocabulary, margin: Margin) -> Condition:
    match node:
        case Items(of=of):
            return _any_of(of, node, words, margin)
        case Entries(of=of) if any(key in of for key in _WORDS):
            return _worded(node, words, margin)
        case Entries(of=of):
            return _all(node, words, margin)
        case Leaf():
            margin.error(node.place, "not-a-condition", f"{quoted(node.text)} is not a condition.", _HOW)
    return All(tests=())


def _any_of(of: tuple[Node, ...], where: Node, words: Vocabulary, margin: Margin) -> Condition:
    if not of:
        _tell_empty(where, margin)
    return AnyOf(of=tuple(condition_of(one, words, margin) for one in of))


def _worded(node: Entries, words: Vocabulary, margin: Margin) -> Condition:
    """`{any of: [...]}` or `{not: {...}}`, which stand alone."""
    word = next(key for key in _WORDS if key in node.of)
    if len(node.of) > 1:
        other = next(key for key in node.of if key != word)
        says = f"“{word}” stands beside {quoted(other)}, which leaves open how they go together."
        mend = f"Let “{word}” stand alone, and write the other conditions inside it."
        margin.error(node.of[word].key.place, "mixed-condition", says, mend)
    inner = node.of[word].value
    if word == "not":
        return Not(of=condition_of(inner, words, margin))
    if not isinstance(inner, Items | Gone):
        margin.error(
            inner.place, "expected-list", "“any of” takes a list of conditions.", "Write “any of: [{…}, {…}]”."
        )
    return _any_of(inner.of, inner, words, margin) if isinstance(inner, Items) else All(tests=())


def _all(node: Entries, words: Vocabulary, margin: Margin) -> Condition:
    if not node.of:
        _tell_empty(node, margin)
    tests = [_test(entry, words, margin) for entry in node.of.values()]
    return All(tests=tuple(test for test in tests if test is not None))


def _tell_empty(node: Node, margin: Margin) -> None:
    margin.error(node.place, "empty-condition", "This condition asks for nothing.", _HOW)


def _test(entry: Entry, words: Vocabulary, margin: Margin) -> Test | None:
    meaning = words.meaning_of(entry.key, margin)
    return test_of(entry, meaning.ref if meaning else None, meaning.kind if meaning else None, margin)


def test_of(entry: Entry, ref: Ref | None, kind: Kind | None, margin: Margin) -> Test | None:
    """What the entry asks of `ref`, which is of that kind; None where either is not known, or it asks wrongly."""
    if not isinstance(entry.value, Leaf):
        _tell_shape(entry, margin)
        return None
    if ref is None or kind is None:
        return None
    cell = cell_of(entry.value, entry.key.text.strip(), kind, margin)
    return None if cell is None else Test(ref=ref, kind=kind, cell=cell)


def cell_of(leaf: Leaf, about: str, kind: Kind, margin: Margin) -> Cell | None:
    cell = parse(leaf.text, kind)
    if isinstance(cell, Unfit):
        tell_bad_cell(leaf, cell, about, kind, margin)
        return None
    if isinstance(cell, Anything):
        says = f"“-” holds for anything, so it says nothing about {quoted(about)}."
        margin.error(leaf.place, "empty-condition", says, "Leave it out, or write “given” if it must be known.")
    return cell


def _tell_shape(entry: Entry, margin: Margin) -> None:
    if isinstance(entry.value, Gone):
        return
    says = f"What {quoted(entry.key.text)} must be is one text, not a list or mapping."
    mend = 'Write alternatives with commas: “tax, utilities”. Put quotes around an interval: “"[0..5000)"”.'
    margin.error(entry.value.place, "expected-text", says, mend)


def tell_bad_cell(leaf: Leaf, unfit: Unfit, about: str, kind: Kind, margin: Margin) -> None:
    says = f"{quoted(leaf.text)} cannot be asked of “{about}”: {unfit.says}"
    ordered = "a comparison such as >= 5, an interval such as [0..5), " if isinstance(kind, ORDERED) else ""
    mend = f"Write a value, {ordered}alternatives with commas, not(…), given or missing."
    if isinstance(kind, Link | Records):
        mend = "Write given or missing."
    margin.error(leaf.place, "bad-cell", says, mend)
