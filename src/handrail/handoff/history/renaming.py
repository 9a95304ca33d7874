"""Folding a change of version: what the handoff knows goes on under the names of the other version.

One rule: the event says what is called otherwise and what is gone; the runbooks are not asked again.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeVar

from handrail.handoff import events as e
from handrail.handoff.history.letters import letters_renamed
from handrail.handoff.history.whole import Handoff

_Kept = TypeVar("_Kept")

# The maps of a handoff that go by the names of steps, of facts and of decisions.
_BY_STEP = (
    "steps",
    "answers",
    "advice",
    "evidence",
    "waived",
    "meetings",
    "begun",
    "refusals",
    "disputes",
    "paused",
    "edits",
    "turns",
)
_BY_FACT = ("facts", "withdrawn", "items")
_BY_DECISION = ("decisions", "overrides")


def change_version(handoff: Handoff, recorded: e.Recorded, event: e.VersionChanged) -> None:
    handoff.version, handoff.digest = event.version, event.digest
    for maps, what in ((_BY_STEP, "steps"), (_BY_FACT, "facts"), (_BY_DECISION, "decisions")):
        for name in maps:
            setattr(handoff, name, _renamed(getattr(handoff, name), event, what))
    handoff.people = _renamed(handoff.people, event, "roles")
    handoff.loans = _renamed(handoff.loans, event, "roles")
    handoff.found = _renamed(handoff.found, event, "roles")
    handoff.steps = {
        step: replace(one, approved_as=tuple(_renamed(dict.fromkeys(one.approved_as, ""), event, "roles")))
        if one.approved_as
        else one
        for step, one in handoff.steps.items()
    }
    handoff.milestones = _renamed(handoff.milestones, event, "milestones")
    handoff.happened = _renamed(handoff.happened, event, "events")
    handoff.counted = _renamed(handoff.counted, event, "derived")
    handoff.refusals = {step: _all_renamed(names, event) for step, names in handoff.refusals.items()}
    handoff.disputes = {
        step: replace(one, undone=_all_renamed(one.undone, event)) for step, one in handoff.disputes.items()
    }
    handoff.advice = {
        step: tuple(replace(one, roles=_roles_renamed(one.roles, event)) for one in said)
        for step, said in handoff.advice.items()
    }
    handoff.letters = letters_renamed(handoff.letters, event.names.get("steps", {}))
    _rename_within(handoff, event)


def _roles_renamed(roles: tuple[str, ...], event: e.VersionChanged) -> tuple[str, ...]:
    return tuple(_renamed(dict.fromkeys(roles, ""), event, "roles"))


def _renamed(known: Mapping[str, _Kept], event: e.VersionChanged, what: str) -> dict[str, _Kept]:
    names, dropped = event.names.get(what, {}), event.dropped.get(what, ())
    return {_name(key, names): one for key, one in known.items() if key.partition("@")[0] not in dropped}


def _name(key: str, names: Mapping[str, str]) -> str:
    """A step for a record of a list keeps the record's key."""
    name, at, item = key.partition("@")
    return f"{names.get(name, name)}{at}{item}"


def _all_renamed(steps: tuple[str, ...], event: e.VersionChanged) -> tuple[str, ...]:
    return tuple(_renamed(dict.fromkeys(steps, ""), event, "steps"))


def _rename_within(handoff: Handoff, event: e.VersionChanged) -> None:
    """Fields of forms, pieces of evidence and outputs of decisions; the names of their owners are the new ones."""
    for step, answers in handoff.answers.items():
        handoff.answers[step] = _parts(answers, event, "fields", step)
    for step, waived in handoff.waived.items():
        handoff.waived[step] = _parts(waived, event, "items", step)
    items = event.names.get("items", {})
    for step, attached in handoff.evidence.items():
        owner = step.partition("@")[0]
        handoff.evidence[step] = tuple(
            replace(one, item=items.get(f"{owner}.{one.item}", one.item)) for one in attached
        )
    for name, taken in handoff.decisions.items():
        handoff.decisions[name] = replace(taken, outputs=_parts(taken.outputs, event, "outputs", name))
    for name, override in handoff.overrides.items():
        handoff.overrides[name] = replace(override, outputs=_parts(override.outputs, event, "outputs", name))


def _parts(parts: Mapping[str, _Kept], event: e.VersionChanged, what: str, owner: str) -> dict[str, _Kept]:
    names, dropped = event.names.get(what, {}), event.dropped.get(what, ())
    owner = owner.partition("@")[0]
    return {names.get(f"{owner}.{part}", part): one for part, one in parts.items() if f"{owner}.{part}" not in dropped}
