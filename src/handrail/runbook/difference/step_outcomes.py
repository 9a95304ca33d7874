"""What changed in how a step can turn out, and in what a no, silence and disagreement bring about.

One rule: what there cannot be without something that is gone is gone without a word.
"""

from collections.abc import Hashable, Iterable

from handrail.runbook.difference.change import Changes, Thing, Versions, quoted
from handrail.runbook.difference.sameness import condition_meaning
from handrail.runbook.difference.shared_words import flag_changes, list_changes, title_words, titles
from handrail.runbook.model import Disagreement, Outcome, Repeat, Runbook, Silence, Step
from handrail.runbook.words import condition_words, lapse_words

_ANSWERS = {"approves": "approved", "rejects": "rejected", "accepts": "accepted", "refuses": "refused"}


def outcome_changes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from _rejected(both, thing, old, new)
    yield from thing.turned(_approvals(old), _approvals(new), "Now to be approved by {new} (was by {old}).")
    yield from flag_changes(
        thing,
        old.in_order,
        new.in_order,
        "Those who are asked now approve one after the other.",
        "Those who are asked now approve in any order.",
    )
    yield from list_changes(
        thing,
        titles(both.old, "steps", old.apart_from),
        titles(both.new, "steps", new.apart_from),
        "Who did {} may no longer do it.",
        "Who did {} may now do it, too.",
        last="or",
    )
    yield from thing.turned(
        _silence(old.silence),
        _silence(new.silence),
        "Without an answer it now counts as {new} (was as {old}).",
        gained="Without an answer it now counts as {new}.",
        lost="Without an answer it no longer counts as {old}.",
    )
    yield from _disagreement(both, thing, old.disagreement, new.disagreement)
    yield from _outcomes(both, thing, old, new)
    yield from _repeat(both, thing, old.repeat, new.repeat)


def _rejected(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    reasons = _quoted(old.reasons), _quoted(new.reasons)
    yield from list_changes(thing, *reasons, "May now be refused for {}.", "May no longer be refused for {}.")
    reopens = titles(both.old, "steps", old.reopens), titles(both.new, "steps", new.reopens)
    more, less = "Sent back, it now also reopens {}.", "Sent back, it no longer reopens {}."
    yield from list_changes(thing, *reopens, more, less)
    if new.reopens:
        yield from flag_changes(
            thing,
            old.fresh_evidence,
            new.fresh_evidence,
            "What it reopens now asks for fresh evidence.",
            "What it reopens no longer asks for fresh evidence.",
        )


def _quoted(words: Iterable[str]) -> dict[str, str]:
    return {word: quoted(word) for word in words}


def _approvals(step: Step) -> str:
    if step.approvals == "all":
        return "all who are asked"
    return f"{step.approvals if step.approvals > 1 else 'one'} of those who are asked"


def _silence(silence: Silence | None) -> str:
    return f"{_ANSWERS[silence.answer]} after {lapse_words(silence.after)}" if silence else ""


def _disagreement(both: Versions, thing: Thing, old: Disagreement | None, new: Disagreement | None) -> Changes:
    by = titles(both.old, "roles", old.by if old else ()), titles(both.new, "roles", new.by if new else ())
    more, less = "A refusal may now be disagreed with by {}.", "A refusal may no longer be disagreed with by {}."
    yield from list_changes(thing, *by, more, less, last="or")
    if new is None:
        return
    if old is None or old.ladder != new.ladder:
        yield from thing.turned(
            _ladder(both.old, old),
            _ladder(both.new, new),
            "A disagreement is now decided by {new} (was by {old}).",
            gained="A disagreement is now decided by {new}.",
        )
    yield from thing.turned(
        lapse_words(old.climbs_after) if old and old.climbs_after else "",
        lapse_words(new.climbs_after) if new.climbs_after else "",
        "A disagreement now goes on to the next of them after {new} (was after {old}).",
        gained="A disagreement now goes on to the next of them after {new}.",
        lost="A disagreement no longer goes on to the next of them by itself (was after {old}).",
    )


def _ladder(runbook: Runbook, disagreement: Disagreement | None) -> str:
    return ", then ".join(title_words(runbook, "roles", role) for role in disagreement.ladder) if disagreement else ""


# ----------------------------------------------------------------------------------------------- outcomes, repetition


def _outcomes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    before = {outcome.name: outcome for outcome in old.outcomes}
    after = {outcome.name: outcome for outcome in new.outcomes}
    more, less = "Can now turn out {}.", "Can no longer turn out {}."
    yield from list_changes(thing, _quoted(before), _quoted(after), more, less, last="or")
    for name in after:
        if name in before:
            yield from _outcome(both, thing.within(quoted(name)), before[name], after[name])


def _outcome(both: Versions, thing: Thing, old: Outcome, new: Outcome) -> Changes:
    yield from thing.turned(
        _again(old),
        _again(new),
        "Now done again {new} later (was {old} later).",
        gained="Now done again {new} later.",
        lost="No longer done again (was {old} later).",
    )
    reopens = titles(both.old, "steps", old.reopens), titles(both.new, "steps", new.reopens)
    yield from list_changes(thing, *reopens, "Now also reopens {}.", "No longer reopens {}.")
    yield from flag_changes(
        thing, old.asks_reason, new.asks_reason, "Now asks for a reason.", "No longer asks for a reason."
    )
    yield from thing.reworded("Its explanation", old.says, new.says)


def _again(outcome: Outcome) -> str:
    if outcome.again_after is None:
        return ""
    return f"{outcome.again_after} {outcome.unit.removesuffix('s') if outcome.again_after == 1 else outcome.unit}"


def _repeat(both: Versions, thing: Thing, old: Repeat | None, new: Repeat | None) -> Changes:
    if _repeat_meaning(old) != _repeat_meaning(new):
        yield from thing.turned(
            _repeat_words(both.old, old),
            _repeat_words(both.new, new),
            "Now done again {new} (was {old}).",
            gained="Now done again {new}.",
            lost="No longer done again (was {old}).",
        )


def _repeat_meaning(repeat: Repeat | None) -> Hashable:
    return repeat and (repeat.after, condition_meaning(repeat.until))


def _repeat_words(runbook: Runbook, repeat: Repeat | None) -> str:
    return f"{lapse_words(repeat.after)} later, until {condition_words(runbook, repeat.until)}" if repeat else ""
