"""What changed in the decisions: how a table works, what it looks at and what it says, and by `rules` its rules."""

from collections.abc import Mapping

from handrail.runbook.difference.behaviour import behaviour_changes
from handrail.runbook.difference.change import Change, Changes, Thing, Versions, in_order, is_reordered, quoted
from handrail.runbook.difference.rules import Aligned, rule_changes
from handrail.runbook.difference.sameness import subject
from handrail.runbook.difference.shared_words import kind_changes, pointer_changes, the_role
from handrail.runbook.kinds import spoken
from handrail.runbook.model import Decision, HitPolicy, Output, Override, Runbook
from handrail.runbook.words import listed

_POLICIES: Mapping[HitPolicy, str] = {
    "unique": "exactly one rule applies to a case",
    "first": "the first rule that fits gives the answer",
    "any": "all rules that fit must give the same answer",
    "priority": "of the rules that fit, the one with the most important answer is taken",
    "rule order": "the answers of all rules that fit are listed, in the order of the rules",
    "output order": "the answers of all rules that fit are listed, the most important first",
    "collect": "the answers of all rules that fit are collected",
}
_TOGETHER = {"sum": "added up", "min": "the least is taken", "max": "the greatest is taken", "count": "counted"}


def decision_changes(both: Versions) -> Changes:
    old, new = both.old.decisions, both.new.decisions
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _decision(both, old[name], new[name])
        elif name in new:
            yield _new(new[name])
        else:
            yield Thing(part="decisions", title=old[name].title, name=name).change("removed", "No longer decided.")


def _new(decision: Decision) -> Change:
    thing = Thing(part="decisions", title=decision.title, name=decision.name)
    looks_at = listed([column.title for column in decision.inputs])
    says = listed([output.title for output in decision.outputs])
    count = len(decision.rules)
    return thing.change("new", f"New: from {looks_at} it decides {says}, by {count} rule{'' if count == 1 else 's'}.")


def _decision(both: Versions, old: Decision, new: Decision) -> Changes:
    thing = Thing(part="decisions", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("decisions", new.name), new.name, told=old.title != new.title)
    yield from thing.reworded("Its explanation", old.says, new.says)
    yield from _override(both, thing, old.override, new.override)
    aligned = Aligned(old, new)
    told = [*_workings(thing, old, new), *_columns(thing, aligned), *_outputs(both, thing, old, new)]
    told += rule_changes(thing, aligned)
    yield from told
    if any(change.sort != "renamed" for change in told):
        yield from behaviour_changes(thing, aligned)


def _workings(thing: Thing, old: Decision, new: Decision) -> Changes:
    yield from thing.turned(_policy(old), _policy(new), "Now works so: {new} (before: {old}).")
    if old.otherwise != new.otherwise:
        yield from thing.turned(
            _otherwise(old),
            _otherwise(new),
            "Where no rule fits, the answer is now {new} (was {old}).",
            gained="Where no rule fits, the answer is now {new} (before, there was none).",
            lost="Where no rule fits, there is no longer an answer (was {old}).",
        )


def _policy(decision: Decision) -> str:
    how = _POLICIES[decision.hit_policy]
    return f"{how}, and {_TOGETHER[decision.aggregator]}" if decision.aggregator else how


def _otherwise(decision: Decision) -> str:
    return ", ".join(
        f"{output.title} {spoken(output.kind, value)}"
        for output, value in zip(decision.outputs, decision.otherwise, strict=False)
    )


def _columns(thing: Thing, aligned: Aligned) -> Changes:
    """The titles and kinds of columns are those of what they look at, and are told there."""
    old = {subject(column.ref): column for column in aligned.old.inputs}
    new = {subject(column.ref): column for column in aligned.new.inputs}
    for ref, column in new.items():
        if ref not in old:
            yield thing.change("changed", f"Now also looks at {column.title}.", new=column.title)
    for ref, column in old.items():
        if ref not in new:
            yield thing.change("changed", f"No longer looks at {column.title}.", old=column.title)
    if is_reordered([*old], [*new]):
        before, after = (", ".join(one.title for one in columns.values()) for columns in (old, new))
        yield thing.change("moved", f"Its columns now stand in this order: {after}.", before, after)


def _outputs(both: Versions, thing: Thing, old: Decision, new: Decision) -> Changes:
    before = {output.name: output for output in old.outputs}
    after = {output.name: output for output in new.outputs}
    for name in in_order(before, after):
        if name not in before:
            yield thing.change("changed", f"Now also says {after[name].title}.", new=after[name].title)
        elif name not in after:
            yield thing.change("changed", f"No longer says {before[name].title}.", old=before[name].title)
        else:
            was = both.names.output_was(new.name, name)
            yield from _output(thing.within(quoted(after[name].title)), was, before[name], after[name])
    yield from thing.moved("Its answers", before, after)


def _output(thing: Thing, was: str, old: Output, new: Output) -> Changes:
    yield from thing.called(old.title, new.title)
    yield from thing.named(was, new.name, told=old.title != new.title)
    yield from kind_changes(thing, old.kind, new.kind)


def _override(both: Versions, thing: Thing, old: Override | None, new: Override | None) -> Changes:
    if (old and {*old.asked_by}) != (new and {*new.asked_by}):
        yield from thing.turned(
            _askers(both.old, old),
            _askers(both.new, new),
            "Another answer may now be asked for by {new} (was by {old}).",
            gained="Another answer may now be asked for by {new}.",
            lost="Another answer may no longer be asked for (was by {old}).",
        )
    if old and new:
        says = "Another answer is now decided on by {new} (was by {old})."
        yield from pointer_changes(both, thing, "roles", old.approved_by, new.approved_by, says)


def _askers(runbook: Runbook, override: Override | None) -> str:
    return listed([the_role(runbook, role) for role in override.asked_by], "or") if override else ""
