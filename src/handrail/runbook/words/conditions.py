"""Kinds, cells and conditions in words, and what people call the things that a condition speaks about."""

from decimal import Decimal

from handrail.runbook.cells import Among, Anything, Cell, Presence, Within, interval_text
from handrail.runbook.kinds import Kind, Money, Number, Records, Several, bounds_of, name_of, spoken
from handrail.runbook.model import All, AnyOf, Condition, Decision, Not, Ref, Runbook, Test


def kind_words(kind: Kind) -> str:
    """`money in USD, at least 0`: the kind with all that it asks of a value."""
    match kind:
        case Number() | Money():
            return ", ".join([name_of(kind), *_bounds(kind)])
        case Records(columns=columns, at_least=at_least):
            rows = f", at least {at_least}" if at_least else ""
            return f"list of {', '.join(f'{name} ({kind_words(one)})' for name, one in columns.items())}{rows}"
        case Several(of=of):
            return f"list of {kind_words(of)}"
        case _:
            return name_of(kind)


def _bounds(kind: Kind) -> list[str]:
    low, high = bounds_of(kind)
    return [*_bound("at least", kind, low), *_bound("at most", kind, high)]


def _bound(words: str, kind: Kind, bound: Decimal | None) -> list[str]:
    return [] if bound is None else [f"{words} {spoken(kind, bound)}"]


def cell_words(cell: Cell, kind: Kind) -> str:
    match cell:
        case Anything():
            return "any"
        case Within(intervals=intervals):
            return ", or ".join(interval_text(one, kind) for one in intervals)
        case Among(values=values, negated=negated):
            words = " or ".join(sorted(spoken(kind, value) for value in values))
            return f"anything but {words}" if negated else words
        case Presence(given=given):
            return "given" if given else "missing"


def condition_words(runbook: Runbook, condition: Condition) -> str:
    """`Support, type is anything but Help Desk and “Sign” is done`."""
    match condition:
        case All(tests=tests):
            return " and ".join(test_words(runbook, test) for test in tests)
        case AnyOf(of=of):
            return " or ".join(condition_words(runbook, one) for one in of)
        case Not(of=inner):
            return f"not ({condition_words(runbook, inner)})"


def test_words(runbook: Runbook, test: Test) -> str:
    return f"{ref_title(runbook, test.ref)} is {cell_words(test.cell, test.kind)}"


def ref_title(runbook: Runbook, ref: Ref) -> str:
    """What the name stands for, as people call it."""
    match ref.source:
        case "fact":
            return runbook.facts[ref.name].title
        case "output":
            return _output_title(runbook.decisions[ref.name], ref.part)
        case "answer":
            form = runbook.forms.get(runbook.steps[ref.name].form or "")
            field = form.field_named(ref.part) if form else None
            return field.title if field else ref.part
        case "step":
            return f"“{runbook.steps[ref.name].title}”"
        case "derived":
            return runbook.derived[ref.name].title
        case "milestone":
            return f"“{runbook.milestones[ref.name].title}”"
        case "item":
            return ref.part.replace("_", " ").capitalize()


def _output_title(decision: Decision, part: str) -> str:
    output = next(one for one in decision.outputs if one.name == part)
    if len(decision.outputs) == 1:
        return decision.title
    return f"{decision.title}, {output.title[:1].lower()}{output.title[1:]}"


def listed(words: list[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    return f"{', '.join(words[:-1])} {last} {words[-1]}" if len(words) > 1 else "".join(words)
