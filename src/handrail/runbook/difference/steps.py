"""What changed in the steps: that there are others, and what each is and who has to do with it.

One rule: of a step that is new or gone one sentence says enough.
"""

from collections.abc import Mapping

from handrail.runbook.difference.change import Change, Changes, Thing, Versions, in_order
from handrail.runbook.difference.shared_words import flag_changes, plain_braces, pointer_changes, title_of
from handrail.runbook.difference.step_outcomes import outcome_changes
from handrail.runbook.difference.step_times import needed_changes, opening_changes, time_changes
from handrail.runbook.difference.step_work import evidence_changes, work_changes
from handrail.runbook.model import Letter, Runbook, Step, StepKind
from handrail.runbook.words import condition_words, listed, timing_words

_KINDS: Mapping[StepKind, str] = {
    "task": "a task",
    "form": "a form",
    "document": "a document",
    "approval": "an approval",
    "meeting": "a meeting",
    "message": "a message",
    "update": "an update of another system",
    "check": "a check",
    "wait": "a wait",
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
    who = listed([f"{title_of(runbook, 'roles', role)} {_letters(step, role)}" for role in step.raci])
    said = [f"{_KINDS[step.kind]} in the stage “{step.stage}”", *([f"by {who}"] if who else [])]
    if step.each:
        said.append(f"once for each record of “{title_of(runbook, 'facts', step.each)}”")
    if step.asked_of:
        said.append(f"asked of “{title_of(runbook, 'contacts', step.asked_of)}”")
    if step.on_event:
        said.append(f"each time “{title_of(runbook, 'events', step.on_event)}” is reported")
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
    yield from flag_changes(
        thing,
        old.awaits_advice,
        new.awaits_advice,
        "Now cannot be done before everybody who is asked (C) has said something.",
        "Can now be done before everybody who is asked (C) has said something.",
    )
    yield from pointer_changes(
        both,
        thing,
        "contacts",
        old.asked_of,
        new.asked_of,
        "Now asked of {new} (was of {old}).",
        gained="Now asked of {new}, outside the company.",
        lost="No longer asked of {old}.",
    )
    yield from needed_changes(both, thing, old, new)
    yield from opening_changes(both, thing, old, new)
    yield from time_changes(both, thing, old, new)
    yield from work_changes(both, thing, old, new)
    yield from outcome_changes(both, thing, old, new)
    yield from evidence_changes(both, thing, old, new)
    yield from thing.reworded("Why its letters are so", old.meant, new.meant)
    yield from thing.reworded("Its explanation", old.says, new.says)


def _who(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    for role in in_order(old.raci, new.raci):
        title = plain_braces(title_of(both.new if role in both.new.roles else both.old, "roles", role))
        yield from thing.turned(
            _letters(old, role),
            _letters(new, role),
            f"{title}: now {{new}} (was {{old}}).",
            gained=f"{title}: now {{new}} (had no part).",
            lost=f"{title}: no longer has a part (was {{old}}).",
        )


def _letters(step: Step, role: str) -> str:
    return " and ".join(letter for letter in _LETTERS if letter in step.raci.get(role, ()))
