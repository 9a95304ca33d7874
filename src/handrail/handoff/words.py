"""What a runbook says in cells, conditions and timings, as a person would say it.

One rule: no name that only the file knows is left in it; everything goes by its title.
"""

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook.cells import Among, Anything, Cell, Within, interval_text
from handrail.runbook.kinds import Kind, spoken
from handrail.runbook.model import All, Anchor, AnyOf, Condition, Not, Ref, Timing


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


def rules_words(numbers: tuple[int, ...]) -> str:
    """`rule 4`, `rules 1 and 3`, `no rule`."""
    texts = [str(number) for number in numbers]
    if not texts:
        return "no rule"
    return f"rule {texts[0]}" if len(texts) == 1 else f"rules {', '.join(texts[:-1])} and {texts[-1]}"


def condition_words(plan: Plan, condition: Condition) -> str:
    """`Support, type is anything but Help Desk and “Sign” is done`."""
    match condition:
        case All(tests=tests):
            return " and ".join(f"{ref_title(plan, test.ref)} is {cell_words(test.cell, test.kind)}" for test in tests)
        case AnyOf(of=of):
            return " or ".join(condition_words(plan, one) for one in of)
        case Not(of=inner):
            return f"not ({condition_words(plan, inner)})"


def timing_words(plan: Plan, handoff: Handoff | None, timing: Timing) -> str:
    """`5 working days before Go-live date`, `on Go-live date`; an amount that a decision gives is told where the
    handoff knows it."""
    anchor = _anchor_words(plan, timing.anchor)
    amount = _amount(handoff, timing.amount)
    if amount is None:
        assert isinstance(timing.amount, Ref)
        return f"as many {timing.unit} {timing.side} {anchor} as “{ref_title(plan, timing.amount)}” says"
    if amount == "0":
        working = " or the nearest working day" if timing.unit == "working days" else ""
        return f"on {anchor}{working}"
    unit = timing.unit.removesuffix("s") if amount == "1" else timing.unit
    return f"{amount} {unit} {timing.side} {anchor}"


def _amount(handoff: Handoff | None, amount: int | Ref) -> str | None:
    if isinstance(amount, int):
        return str(amount)
    return handoff.outputs_of(amount.name).get(amount.part) if handoff else None


def _anchor_words(plan: Plan, anchor: Anchor) -> str:
    match anchor.source:
        case "fact":
            return plan.runbook.facts[anchor.name].title
        case "step":
            return f"“{plan.runbook.steps[anchor.name].title}” is done"
        case "start":
            return "the start of the handoff"


def ref_title(plan: Plan, ref: Ref) -> str:
    """What the name stands for, as people call it."""
    match ref.source:
        case "fact":
            return plan.runbook.facts[ref.name].title
        case "output":
            decision = plan.runbook.decisions[ref.name]
            output = next(one for one in decision.outputs if one.name == ref.part)
            return decision.title if len(decision.outputs) == 1 else f"{decision.title}, {output.title.lower()}"
        case "answer":
            form = plan.form_of(ref.name)
            field = form.field_named(ref.part) if form else None
            return field.title if field else ref.part
        case "step":
            return f"“{plan.runbook.steps[ref.name].title}”"
