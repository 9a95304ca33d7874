"""What it proves about a runbook that the checks found nothing, as sentences for those who rely on it.

One rule: nothing is called proved that the checks could have missed; that is told as what it is, a search in vain.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from handrail.runbook.cells import Among, Cell
from handrail.runbook.model import All, AnyOf, Condition, Not, Ref, Runbook, Step, Test
from handrail.runbook.problem import Problem
from handrail.runbook.references import conditions

_GAPS = {"gap", "more-gaps"}
# After any of these nothing is known of the whole.
_OF_THE_WHOLE = {
    "cycle", "never-opens", "never-done", "never-reached", "stuck", "may-be-stuck", "stuck-in-gap",
    "stuck-unless-overridden", "more-stuck", "not-looked-through", "no-end",
}  # fmt: skip
# Of these each is one thing for a customer, whoever asks for it; of the others people have the choice.
_OF_THE_CUSTOMER = {"fact", "derived", "output"}


@dataclass(frozen=True, kw_only=True)
class Proof:
    """`is_complete` tells a proof from a search that found nothing; `but` says what it could not see."""

    says: str
    is_complete: bool = True
    but: str = ""


def proved(runbook: Runbook, problems: Iterable[Problem]) -> tuple[Proof, ...]:
    """`problems` are all that the checks find."""
    codes = {problem.code for problem in problems}
    return (*_answers(runbook, codes), *_whole(runbook, codes))


def _answers(runbook: Runbook, codes: set[str]) -> Iterator[Proof]:
    count = len(runbook.decisions)
    if count and not codes & _GAPS:
        which = "The decision has" if count == 1 else f"Each of the {count} decisions has"
        yield Proof(says=f"{which} an answer for every combination of the values that it asks for.")


def _whole(runbook: Runbook, codes: set[str]) -> Iterator[Proof]:
    if codes & _OF_THE_WHOLE or not runbook.ends:
        return
    unseen = tuple(dict.fromkeys(_unseen(runbook)))
    if unseen:
        says = "No combination of facts was found that leaves a handoff stuck."
        yield Proof(says=says, is_complete=False, but=" ".join(unseen))
    else:
        yield Proof(says="No combination of facts leaves a handoff stuck: if everybody does their part, it ends.")


def _unseen(runbook: Runbook) -> Iterator[str]:
    """Why something could be missed: where things are each looked at by themselves, or taken as it suits."""
    if any(fact.when is not None for fact in runbook.facts.values()):
        yield "A fact that is asked for only sometimes may be anything where it is not asked for."
    if any(step.each is not None for step in runbook.steps.values()):
        yield "Of a list one record is looked at."
    if any(map(_may_wait_for_facts, runbook.steps.values())):
        yield "Facts that are waited for are taken to come."
    if any(decision.gives_lists or decision.aggregator for decision in runbook.decisions.values()):
        yield "What decisions list or add up is worked out only where it is sure which rules apply."
    if not all(_is_seen(owned.condition) for owned in conditions(runbook)):
        yield "What people can choose is looked at choice by choice, and not what goes together."


def _may_wait_for_facts(step: Step) -> bool:
    return step.kind == "wait" or step.repeat is not None or step.held_until is not None


def _is_seen(condition: Condition, wanted: bool = True) -> bool:
    """Whether it asks of people no more than that they do things, which they can do side by side."""
    match condition:
        case All(tests=tests):
            return all(_is_one(test.ref) or (wanted and _asks_to_do(test)) for test in tests)
        case AnyOf(of=of):
            return all(_is_seen(one, wanted) for one in of)
        case Not(of=inner):
            return _is_seen(inner, not wanted)


def _is_one(ref: Ref) -> bool:
    return ref.source in _OF_THE_CUSTOMER


def _asks_to_do(test: Test) -> bool:
    states = {"step": "done", "milestone": "reached"}
    return test.ref.source in states and _is_only(test.cell, states[test.ref.source])


def _is_only(cell: Cell, state: str) -> bool:
    return isinstance(cell, Among) and not cell.negated and cell.values == {state}
