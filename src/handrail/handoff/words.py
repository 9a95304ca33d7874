"""What a handoff's runbook says in conditions and timings, as a person would say it, and with what the handoff knows.

One rule: no name that only the file knows is left in it; everything goes by its title.
"""

from datetime import date

from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.runbook import words
from handrail.runbook.model import Condition, Ref, Timing


def rules_words(numbers: tuple[int, ...]) -> str:
    """`rule 4`, `rules 1 and 3`, `no rule`."""
    texts = [str(number) for number in numbers]
    if not texts:
        return "no rule"
    return f"rule {texts[0]}" if len(texts) == 1 else f"rules {', '.join(texts[:-1])} and {texts[-1]}"


def day_words(day: date) -> str:
    """`1 December 2026`."""
    return f"{day.day} {day:%B %Y}"


def condition_words(plan: Plan, condition: Condition) -> str:
    return words.condition_words(plan.runbook, condition)


def timing_words(plan: Plan, handoff: Handoff | None, timing: Timing) -> str:
    """An amount that a decision gives is told where the handoff knows it."""
    amount = timing.amount
    known = handoff.outputs_of(amount.name).get(amount.part) if handoff and isinstance(amount, Ref) else None
    return words.timing_words(plan.runbook, timing, known)


def ref_title(plan: Plan, ref: Ref) -> str:
    return words.ref_title(plan.runbook, ref)
