"""What changed in the steps."""

from collections.abc import Iterable, Mapping, Sequence

from handrail.runbook.difference.change import Change, Changes, Thing, Versions, in_order, quoted
from handrail.runbook.difference.renaming import paired
from handrail.runbook.difference.shared_words import (
    condition_changes,
    role_changes,
    role_title,
    timing_changes,
    when_changes,
)
from handrail.runbook.model import Evidence, Letter, Outcome, Runbook, Step, StepKind
from handrail.runbook.words import condition_words, listed, timing_words

_KINDS: dict[StepKind, str] = {
    "task": "a task",
    "form": "a form",
    "approval": "an approval",
    "acceptance": "an acceptance",
}
_LETTERS: tuple[Letter, ...] = ("R", "A", "C", "I")


def step_changes(both: Versions) -> Changes:
    old, new = both.old.steps, both.new.steps
    for name in in_order(old, new):
        if name not in old:
            yield _new(both.new, new[name])
        elif name in new:
            yield from _step(both, old[name], new[name])
        else:
            thing = Thing(part="steps", title=old[name].title, name=name)
            yield thing.change("removed", f"No longer a step (was in the stage “{old[name].stage}”).")


def _new(runbook: Runbook, step: Step) -> Change:
    thing = Thing(part="steps", title=step.title, name=step.name)
    who = listed([f"{role_title(runbook, role)} {_letters(step, role)}" for role in step.raci])
    said = [f"{_KINDS[step.kind]} in the stage “{step.stage}”", *([f"by {who}"] if who else [])]
    if step.when is not None:
        said.append(f"only where {condition_words(runbook, step.when)}")
    if step.due is not None:
        said.append(f"due {timing_words(runbook, step.due)}")
    return thing.change("new", f"New: {', '.join(said)}.")


def _step(both: Versions, old: Step, new: Step) -> Changes:
    thing = Thing(part="steps", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("steps", new.name), new.name, told=old.title != new.title)
    yield from thing.turned(_KINDS[old.kind], _KINDS[new.kind], "Now {new} (was {old}).")
    yield from thing.turned(old.stage, new.stage, "Now in the stage “{new}” (was “{old}”).")
    yield from _who(both, thing, old, new)
    yield from when_changes(both, thing, old.when, new.when)
    needs = _titles(both.old, old.needs), _titles(both.new, new.needs)
    yield from _listing(thing, *needs, "Now also waits for {}.", "No longer waits for {}.")
    yield from _opening(both, thing, old, new)
    yield from timing_changes(
        both,
        thing,
        old.due,
        new.due,
        "Now due {new} (was {old}).",
        gained="Now due {new} (had no due day).",
        lost="No longer due on a day (was {old}).",
    )
    yield from _work(both, thing, old, new)
    yield from thing.turned(_approvals(old), _approvals(new), "Now to be approved by {new} (was by {old}).")
    yield from _outcomes(both, thing, old, new)
    yield from _evidence(thing, old.evidence, new.evidence)
    yield from thing.reworded("Why its letters are so", old.meant, new.meant)
    yield from thing.reworded("Its explanation", old.says, new.says)


def _who(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    for role in in_order(old.raci, new.raci):
        title = role_title(both.new if role in both.new.roles else both.old, role)
        yield from thing.turned(
            _letters(old, role),
            _letters(new, role),
            f"{_braced(title)}: now {{new}} (was {{old}}).",
            gained=f"{_braced(title)}: now {{new}} (had no part).",
            lost=f"{_braced(title)}: no longer has a part (was {{old}}).",
        )


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _letters(step: Step, role: str) -> str:
    return " and ".join(letter for letter in _LETTERS if letter in step.raci.get(role, ()))


def _opening(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from condition_changes(
        both,
        thing,
        old.opens_when,
        new.opens_when,
        "Now opens when {new} (was when {old}).",
        gained="Now opens only when {new}.",
        lost="No longer waits until {old}.",
    )
    yield from timing_changes(
        both,
        thing,
        old.opens_on,
        new.opens_on,
        "Now opens {new} (was {old}).",
        gained="Now opens only {new}.",
        lost="No longer opens on a day of its own (was {old}).",
    )


def _work(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    """What is done in it, and what comes of turning it down."""
    if old.form != new.form:
        yield from thing.turned(
            _form(both.old, old),
            _form(both.new, new),
            "Now has the form {new} (was {old}).",
            gained="Now has the form {new}.",
            lost="No longer has the form {old}.",
        )
    yield from role_changes(
        both,
        thing,
        old.fills,
        new.fills,
        "Now names {new} (was {old}).",
        gained="Now names {new}.",
        lost="No longer names {old}.",
    )
    reasons = _quoted(old.reasons), _quoted(new.reasons)
    yield from _listing(thing, *reasons, "May now be refused for {}.", "May no longer be refused for {}.")
    reopens = _titles(both.old, old.reopens), _titles(both.new, new.reopens)
    yield from _listing(thing, *reopens, "Sent back, it now also reopens {}.", "Sent back, it no longer reopens {}.")


def _form(runbook: Runbook, step: Step) -> str:
    form = runbook.forms.get(step.form or "")
    return quoted(form.title if form else step.form or "")


def _titles(runbook: Runbook, steps: Iterable[str]) -> dict[str, str]:
    """By their names, what the steps are called."""
    return {name: quoted(runbook.steps[name].title if name in runbook.steps else name) for name in steps}


def _quoted(words: Iterable[str]) -> dict[str, str]:
    return {word: quoted(word) for word in words}


def _listing(
    thing: Thing, old: Mapping[str, str], new: Mapping[str, str], more: str, less: str, last: str = "and"
) -> Changes:
    """A sentence for all that came to a list, and one for all that left it."""
    come, gone = [new[one] for one in new if one not in old], [old[one] for one in old if one not in new]
    before, after = ", ".join(old.values()), ", ".join(new.values())
    if come:
        yield thing.change("changed", more.format(listed(come, last)), before, after)
    if gone:
        yield thing.change("changed", less.format(listed(gone, last)), before, after)


def _approvals(step: Step) -> str:
    return (
        "all who are asked"
        if step.approvals == "all"
        else f"{step.approvals if step.approvals > 1 else 'one'} of those who are asked"
    )


def _outcomes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    before = {outcome.name: outcome for outcome in old.outcomes}
    after = {outcome.name: outcome for outcome in new.outcomes}
    yield from _listing(
        thing, _quoted(before), _quoted(after), "Can now turn out {}.", "Can no longer turn out {}.", last="or"
    )
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
    reopens = _titles(both.old, old.reopens), _titles(both.new, new.reopens)
    yield from _listing(thing, *reopens, "Now also reopens {}.", "No longer reopens {}.")
    if old.asks_reason != new.asks_reason:
        yield thing.change("changed", f"{'Now' if new.asks_reason else 'No longer'} asks for a reason.")
    yield from thing.reworded("Its explanation", old.says, new.says)


def _again(outcome: Outcome) -> str:
    if outcome.again_after is None:
        return ""
    return f"{outcome.again_after} {outcome.unit.removesuffix('s') if outcome.again_after == 1 else outcome.unit}"


def _evidence(thing: Thing, old: Sequence[Evidence], new: Sequence[Evidence]) -> Changes:
    after = {one.name: one for one in new}
    names = paired({one.name: one for one in old}, after)
    before = {names.get(one.name, one.name): one for one in old}
    for name in in_order(before, after):
        if name not in before:
            yield thing.change("changed", _asks("Now asks for", after[name]), new=after[name].title)
        elif name not in after:
            yield thing.change("changed", _asks("No longer asks for", before[name]), old=before[name].title)
        else:
            yield from _item(thing.within(quoted(after[name].title)), before[name], after[name])


def _asks(verb: str, item: Evidence) -> str:
    return f"{verb} “{item.title}” ({item.kind}{'' if item.required else ', optional'})."


def _item(thing: Thing, old: Evidence, new: Evidence) -> Changes:
    yield from thing.called(old.title, new.title)
    yield from thing.named(old.name, new.name, told=old.title != new.title)
    yield from thing.turned(old.kind, new.kind, "Now given as {new} (was as {old}).")
    yield from thing.turned(_needed(old.required), _needed(new.required), "Now {new} (was {old}).")


def _needed(required: bool) -> str:
    return "required" if required else "optional"
