"""How a step of a runbook can turn out: outcomes, repetition, approvals, a no, silence, disagreement."""

from collections.abc import Iterator

from handrail.desk.queries.runbook.lines import Detail, said, the_role, the_step
from handrail.runbook.model import Disagreement, Lapse, Outcome, Runbook, Step
from handrail.runbook.words import condition_words, lapse_words, listed

_ANSWERS = {"approves": "approved", "rejects": "rejected", "accepts": "accepted", "refuses": "refused"}


def turn_details(runbook: Runbook, step: Step) -> Iterator[Detail]:
    if step.outcomes:
        yield said("Can turn out", *(_outcome(runbook, one) for one in step.outcomes))
    if step.repeat is not None:
        until = condition_words(runbook, step.repeat.until)
        yield said("Done again", f"{lapse_words(step.repeat.after)} later, until {until}")
    if step.kind == "approval" and len(step.asked) > 1:
        yield said("Approved by", _approvals(step))
    if step.apart_from:
        steps = listed([the_step(runbook, name) for name in step.apart_from], "or")
        yield said("Kept apart", f"not by whoever did {steps}")
    if step.reasons:
        yield said("May be refused for", *step.reasons)
    if step.reopens:
        label = "Refused, it reopens" if step.kind == "acceptance" else "Rejected, it reopens"
        fresh = ", with fresh evidence" if step.fresh_evidence else ""
        yield said(label, f"{listed([the_step(runbook, name) for name in step.reopens])}{fresh}")
    if step.silence is not None:
        lapse = lapse_words(step.silence.after)
        yield said("Without an answer", f"counts as {_ANSWERS[step.silence.answer]} after {lapse}")
    if step.disagreement is not None:
        yield from _disagreement(runbook, step.disagreement)


def _outcome(runbook: Runbook, outcome: Outcome) -> str:
    """`Again: done again 3 working days later; reopens “Name the manager”; asks for a reason. Nobody answered.`"""
    follows = []
    if outcome.again_after is not None:
        follows.append(f"done again {lapse_words(Lapse(amount=outcome.again_after, unit=outcome.unit))} later")
    if outcome.reopens:
        follows.append(f"reopens {listed([the_step(runbook, name) for name in outcome.reopens])}")
    if outcome.asks_reason:
        follows.append("asks for a reason")
    what = f"{outcome.name[:1].upper()}{outcome.name[1:]}{': ' if follows else ''}{'; '.join(follows)}"
    return f"{what}. {outcome.says}" if outcome.says else what


def _approvals(step: Step) -> str:
    if step.approvals == "all" or step.approvals >= len(step.asked):
        many = "both of them" if len(step.asked) == 2 else "all of them"
    else:
        many = "one of them" if step.approvals == 1 else f"{step.approvals} of them"
    return f"{many}, one after the other" if step.in_order else many


def _disagreement(runbook: Runbook, disagreement: Disagreement) -> Iterator[Detail]:
    yield said("May disagree", listed([the_role(runbook, role) for role in disagreement.by], "or"))
    deciders = ", then ".join(the_role(runbook, role) for role in disagreement.ladder)
    after = disagreement.climbs_after
    yield said("Then decides", f"{deciders}; the next of them after {lapse_words(after)} each" if after else deciders)
