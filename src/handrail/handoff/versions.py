"""Moving a running handoff to another version of its runbook.

One rule: nothing is lost silently. What the other version calls otherwise goes on under its new name; what it no longer
has is named in the event, and stays in the history.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.consequences import consequences
from handrail.handoff.duty import may
from handrail.handoff.history import Handoff, fold
from handrail.handoff.meanwhile import unseen
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import without_reason
from handrail.runbook.difference import Group, Names, difference, names_between
from handrail.runbook.model import Runbook

# Of a difference so many sentences are kept with the handoff; the comparison of the two versions has them all.
MOST_KEPT = 200

_GROUPS: tuple[Group, ...] = ("facts", "derived", "roles", "decisions", "steps", "milestones", "events")


def change_version(
    old: Plan, new: Plan, handoff: Handoff, command: c.ChangeVersion, now: datetime
) -> tuple[e.Event, ...] | Refused:
    """The change, and what follows from it under the new version; or why it cannot be."""
    refused = may(old, handoff, command) or why_not(old, new, handoff) or unseen(old, handoff, command.seen)
    refused = refused or without_reason(command.reason, "move it to another version")
    if refused is not None:
        return refused
    names = names_between(old.runbook, new.runbook)
    event = e.VersionChanged(
        version=new.runbook.version,
        digest=new.runbook.digest,
        names=_plain(names, new.runbook),
        dropped=_dropped(old.runbook, new.runbook, names, handoff),
        says=tuple(f"{one.title}: {one.says}" for one in difference(old.runbook, new.runbook)[:MOST_KEPT]),
        reason=command.reason.strip(),
    )
    after = fold((e.Recorded(number=handoff.number + 1, at=now, by=command.by.person, event=event),), onto=handoff)
    return (event, *consequences(new, after, now))


def why_not(old: Plan, new: Plan, handoff: Handoff) -> Refused | None:
    """Why it cannot be, whoever asks."""
    if handoff.started_at is None:
        return Refused(code="unknown", says="This handoff has not been started.")
    if handoff.is_over:
        return Refused(code="over", says="This handoff is over: it stays on the version that it ended with.")
    if old.runbook.name != new.runbook.name:
        says = f"This handoff follows “{old.runbook.title}”; it cannot follow “{new.runbook.title}” from its middle."
        return Refused(code="another-runbook", says=says)
    if handoff.digest == new.runbook.digest:
        return Refused(code="same", says=f"This handoff follows version {new.runbook.version} already.")
    return None


def _plain(names: Names, new: Runbook) -> dict[str, dict[str, str]]:
    plain: dict[str, dict[str, str]] = {group: dict(names.of(group)) for group in _GROUPS}
    plain["outputs"] = {f"{decision}.{old}": name for (decision, old), name in names.outputs.items()}
    plain["items"] = {f"{step}.{old}": name for (step, old), name in names.evidence.items()}
    plain["fields"] = {
        f"{step.name}.{old}": name
        for step in new.steps.values()
        for (form, old), name in names.fields.items()
        if form == step.form
    }
    return {what: renamed for what, renamed in plain.items() if renamed}


def _dropped(old: Runbook, new: Runbook, names: Names, handoff: Handoff) -> dict[str, tuple[str, ...]]:
    """By their old names the things that the new version does not have; parts by the new name of what they are of."""
    found: dict[str, tuple[str, ...]] = {
        group: tuple(name for name in getattr(old, group) if names.of(group).get(name, name) not in getattr(new, group))
        for group in _GROUPS
    }
    found["outputs"] = tuple(_parts_gone(_outputs(old, names), _outputs(new, Names()), names.outputs))
    found["fields"] = tuple(_parts_gone(_fields(old, names), _fields(new, Names()), _by_step(names, new)))
    found["decisions"] = (*found["decisions"], *_stale_overrides(old, new, names, handoff))
    return {what: tuple(dict.fromkeys(gone)) for what, gone in found.items() if gone}


_Parts = Mapping[str, Iterable[str]]


def _outputs(runbook: Runbook, names: Names) -> _Parts:
    return {
        names.decisions.get(one.name, one.name): [output.name for output in one.outputs]
        for one in runbook.decisions.values()
    }


def _fields(runbook: Runbook, names: Names) -> _Parts:
    return {
        names.steps.get(step.name, step.name): [
            field.name for section in runbook.forms[step.form].sections for field in section.fields
        ]
        for step in runbook.steps.values()
        if step.form is not None
    }


def _by_step(names: Names, new: Runbook) -> dict[tuple[str, str], str]:
    return {
        (step.name, old): name
        for step in new.steps.values()
        for (form, old), name in names.fields.items()
        if form == step.form
    }


def _parts_gone(old: _Parts, new: _Parts, names: Mapping[tuple[str, str], str]) -> Iterator[str]:
    for whole, parts in old.items():
        left = set(new.get(whole, ()))
        yield from (f"{whole}.{part}" for part in parts if names.get((whole, part), part) not in left)


def _stale_overrides(old: Runbook, new: Runbook, names: Names, handoff: Handoff) -> Iterator[str]:
    """Decisions whose override no longer says all that is asked for: it would leave an output open for ever."""
    for name in handoff.overrides:
        decision = new.decisions.get(names.decisions.get(name, name))
        if decision is not None:
            said = {names.outputs.get((decision.name, one.name), one.name) for one in old.decisions[name].outputs}
            if not {one.name for one in decision.outputs} <= said:
                yield name
