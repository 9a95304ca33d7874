"""Derived facts that set facts beside each other: their difference, their ratio, the days between them, agreement.

One rule: only what is of one kind is set beside each other.
"""

from typing import Literal

from handrail.runbook.kinds import Date, Instant, Kind, Money, Number, YesNo
from handrail.runbook.model import Agreement, DaysBetween, Derivation, DifferenceOf, RatioOf
from handrail.runbook.reading.block import Block
from handrail.runbook.reading.derived_keys import BESIDE
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.sources import Source, Sources
from handrail.runbook.reading.tree import Leaf

DaysUnit = Literal["working days", "calendar days"]
_Found = tuple[Leaf, Source]


def reckoned(block: Block, way: str, sources: Sources) -> tuple[Kind, Derivation] | None:
    """The kind of what comes out, and how; None where it is faulty, which is told."""
    _tell_strange_keys(block, way)
    leaves = block.texts(way)
    look_up = sources.fact_or_derived if way in {"difference", "ratio"} else sources.fact
    found = [(leaf, source) for leaf in leaves if (source := look_up(leaf)) is not None]
    if not _are_enough(block, way, leaves) or len(found) < len(leaves):
        return None
    match way:
        case "difference" | "ratio":
            return _of_amounts(block, way, found)
        case "agree":
            return _agreement(block, found)
        case _:
            return _of_days(block, way, found)


def _tell_strange_keys(block: Block, way: str) -> None:
    for key in dict.fromkeys(key for keys in BESIDE.values() for key in keys):
        if key in block:
            says = f"“{key}” says nothing about “{way}” of {block.what}."
            block.margin.error(block.key_place(key), "unknown-key", says, "Take it out: “count” and its like have it.")


def _are_enough(block: Block, way: str, leaves: tuple[Leaf, ...]) -> bool:
    """Two, or for agreement at least two."""
    enough = len(leaves) >= 2 if way == "agree" else len(leaves) == 2
    if not enough and (leaves or block.is_empty_list(way)):
        least = "at least two facts" if way == "agree" else "two facts"
        says = f"“{way}” of {block.what} takes {least}, and there {'is' if len(leaves) == 1 else 'are'} {len(leaves)}."
        block.margin.error(block.place_of(way), "how-many", says, f"Write it like “{way}: [one, another]”.")
    return enough


def _of_amounts(block: Block, way: str, found: list[_Found]) -> tuple[Kind, Derivation] | None:
    (first_leaf, first), (second_leaf, second) = found
    for leaf, source in found:
        if not isinstance(source.kind, Number | Money):
            says = f"{quoted(leaf.text)} is neither a number nor money."
            block.margin.error(leaf.place, "kinds-differ", says, "Name two numbers, or two amounts of one currency.")
            return None
    kind = _shared(first.kind, second.kind)
    if kind is None:
        says = f"{quoted(first_leaf.text)} and {quoted(second_leaf.text)} are not counted in the same."
        block.margin.error(second_leaf.place, "kinds-differ", says, "Name two numbers, or two amounts of one currency.")
        return None
    refs = (first.ref, second.ref)
    return (kind, DifferenceOf(of=refs)) if way == "difference" else (Number(), RatioOf(of=refs))


def _shared(first: Kind, second: Kind) -> Kind | None:
    """What both are counted in."""
    match first, second:
        case Number(), Number():
            return Number(whole=first.whole and second.whole)
        case Money(), Money() if first.currency == second.currency:
            return Money(currency=first.currency)
        case _:
            return None


def _of_days(block: Block, way: str, found: list[_Found]) -> tuple[Kind, Derivation] | None:
    strange = [leaf for leaf, source in found if not isinstance(source.kind, Date | Instant)]
    for leaf in strange:
        says = f"{quoted(leaf.text)} is not a day to count from."
        block.margin.error(leaf.place, "not-a-day", says, "Name facts of kind date or instant.")
    if strange:
        return None
    (_, first), (_, second) = found
    unit: DaysUnit = "working days" if way == "working_days" else "calendar days"
    return Number(whole=True), DaysBetween(unit=unit, of=(first.ref, second.ref))


def _agreement(block: Block, found: list[_Found]) -> tuple[Kind, Derivation] | None:
    (first_leaf, first), *others = found
    strange = [leaf for leaf, source in others if not _comparable(first.kind, source.kind)]
    for leaf in strange:
        says = f"{quoted(leaf.text)} is not of the same kind as {quoted(first_leaf.text)}."
        block.margin.error(leaf.place, "kinds-differ", says, "Name facts of one kind: only those can agree.")
    names = tuple(dict.fromkeys(source.ref.name for _, source in found))
    return None if strange else (YesNo(), Agreement(of=names))


def _comparable(first: Kind, second: Kind) -> bool:
    """Choices may differ in what they offer; amounts must be of one currency."""
    if isinstance(first, Money) and isinstance(second, Money):
        return first.currency == second.currency
    return type(first) is type(second)
