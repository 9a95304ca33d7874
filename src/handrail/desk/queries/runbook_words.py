"""What a runbook says in cells, conditions and timings, as a person would say it.

One rule: no name that only the file knows is left in it; everything goes by its title.
"""

from handrail.handoff.plan import Plan
from handrail.handoff.standing import ref_title
from handrail.runbook.cells import Among, Anything, Cell, Within, interval_text
from handrail.runbook.kinds import Kind, spoken
from handrail.runbook.model import All, Anchor, AnyOf, Condition, Not, Timing


def cell_words(cell: Cell, kind: Kind) -> str:
    match cell:
        case Anything():
            return "any"
        case Within(intervals=intervals):
            return ", or ".join(interval_text(one, kind) for one in intervals)
        case Among(values=values, negated=negated):
            words = " or ".join(sorted(spoken(kind, value) for value in values))
            return f"anything but {words}" if negated else words
        case _:
            return cell.text


def condition_words(plan: Plan, condition: Condition) -> str:
    """`Support, type is anything but Help Desk and “Sign” is done`."""
    match condition:
        case All(tests=tests):
            return " and ".join(f"{ref_title(plan, test.ref)} is {cell_words(test.cell, test.kind)}" for test in tests)
        case AnyOf(of=of):
            return " or ".join(condition_words(plan, one) for one in of)
        case Not(of=inner):
            return f"not ({condition_words(plan, inner)})"


def timing_words(plan: Plan, timing: Timing) -> str:
    """`5 working days before Go-live date`; `on Go-live date`."""
    anchor = _anchor_words(plan, timing.anchor)
    if not isinstance(timing.amount, int):
        return f"as many {timing.unit} {timing.side} {anchor} as “{ref_title(plan, timing.amount)}” says"
    if timing.amount == 0:
        working = " or the nearest working day" if timing.unit == "working days" else ""
        return f"on {anchor}{working}"
    unit = timing.unit.removesuffix("s") if timing.amount == 1 else timing.unit
    return f"{timing.amount} {unit} {timing.side} {anchor}"


def _anchor_words(plan: Plan, anchor: Anchor) -> str:
    match anchor.source:
        case "fact":
            return plan.runbook.facts[anchor.name].title
        case "step":
            return f"“{plan.runbook.steps[anchor.name].title}” is done"
        case "start":
            return "the start of the handoff"
