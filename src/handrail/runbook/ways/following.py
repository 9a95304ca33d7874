"""What derived facts can be, as far as that follows from what the facts can be.

One rule: what is not worked out here can be anything of its kind. That is so of records, other customers, other phases,
differences, ratios and days.
"""

from collections.abc import Mapping
from decimal import Decimal

from handrail.runbook.model import Agreement, Derived, OfFacts, Ref
from handrail.runbook.ways.lines import Line
from handrail.runbook.ways.seen import Seen, of_line


def follows(derived: Derived, lines: Mapping[Ref, Line], seen: Mapping[Ref, Seen]) -> int:
    """The pieces in which it can be."""
    line = lines[Ref(source="derived", name=derived.name)]
    match derived.how:
        case OfFacts(gathering=gathering, of=names, cell=cell):
            truths = [of_line(lines[ref], cell, seen[ref]) for ref in map(_fact, names)]
            least = sum(not one.may_fail and one.settled for one in truths)
            most = sum(one.may_hold for one in truths)
            values = {_gathered(gathering, count, len(names)) for count in range(least, most + 1)}
        case Agreement(of=names):
            values = _agreeing([(lines[ref], seen[ref]) for ref in map(_fact, names)])
        case _:
            return line.every
    return sum({line.piece_of(value) for value in values})


def _fact(name: str) -> Ref:
    return Ref(source="fact", name=name)


def _gathered(gathering: str, count: int, of: int) -> Decimal | bool:
    match gathering:
        case "any":
            return count > 0
        case "all":
            return count == of
        case "none":
            return count == 0
        case _:
            return Decimal(count)


def _agreeing(facts: list[tuple[Line, Seen]]) -> set[Decimal | bool]:
    """They surely differ in pieces of which none is shared, and surely agree in a piece of a single value."""
    first, _ = facts[0]
    if any(line.kind != first.kind or line.marks != first.marks for line, _ in facts):
        return {True, False}
    shared = first.given
    for _, seen in facts:
        shared &= seen.pieces
    if not shared:
        return {False}
    alike = all(seen.pieces == shared for _, seen in facts)
    return {True} if alike and shared & first.single and shared.bit_count() == 1 else {True, False}
