"""What changed in the facts, the roles, the stages and the ends."""

from collections.abc import Iterator

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, only_renamed
from handrail.runbook.difference.sameness import condition_meaning
from handrail.runbook.difference.shared_words import (
    condition_changes,
    kind_changes,
    owner_changes,
    the_role,
    when_changes,
)
from handrail.runbook.model import End, Fact, Fill, Role
from handrail.runbook.words import condition_words, kind_words

_FILLS: dict[Fill, str] = {"by hand": "by hand", "account owner": "by the customer’s account owner"}


def fact_changes(both: Versions) -> Changes:
    old, new = both.old.facts, both.new.facts
    for name in in_order(old, new):
        if name not in old:
            yield from _new_fact(both, new[name])
        elif name in new:
            yield from _fact(both, old[name], new[name])
        else:
            thing = Thing(part="facts", title=old[name].title, name=name)
            yield thing.change("removed", "No longer asked for.", kind_words(old[name].kind))


def _new_fact(both: Versions, fact: Fact) -> Changes:
    thing = Thing(part="facts", title=fact.title, name=fact.name)
    owed = f", owed by {the_role(both.new, fact.owed_by)}" if fact.owed_by else ""
    when = f", only where {condition_words(both.new, fact.when)}" if fact.when else ""
    yield thing.change("new", f"New: {kind_words(fact.kind)}{owed}{when}.", new=kind_words(fact.kind))


def _fact(both: Versions, old: Fact, new: Fact) -> Changes:
    thing = Thing(part="facts", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("facts", new.name), new.name, told=old.title != new.title)
    yield from kind_changes(thing, old.kind, new.kind)
    yield from owner_changes(both, thing, old.owed_by, new.owed_by)
    yield from when_changes(both, thing, old.when, new.when)
    yield from thing.reworded("Its explanation", old.says, new.says)


def role_changes(both: Versions) -> Changes:
    old, new = both.old.roles, both.new.roles
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _role(both, old[name], new[name])
        elif name in new:
            team = f", filled from the team “{new[name].team}”" if new[name].team else ""
            yield Thing(part="roles", title=new[name].title, name=name).change("new", f"New{team}.")
        else:
            yield Thing(part="roles", title=old[name].title, name=name).change("removed", "No longer a role.")


def _role(both: Versions, old: Role, new: Role) -> Changes:
    thing = Thing(part="roles", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("roles", new.name), new.name, told=old.title != new.title)
    yield from thing.turned(
        old.team,
        new.team,
        "Now filled from the team “{new}” (was “{old}”).",
        gained="Now filled from the team “{new}” (was from any).",
        lost="Now filled from any team (was “{old}”).",
    )
    yield from thing.turned(
        old.also,
        new.also,
        "Also called “{new}” now (was “{old}”).",
        gained="Now also called “{new}”.",
        lost="No longer also called “{old}”.",
    )
    yield from thing.turned(_FILLS[old.fill], _FILLS[new.fill], "Now filled {new} (was {old}).")
    yield from when_changes(both, thing, old.when, new.when)
    yield from thing.reworded("Its explanation", old.says, new.says)


def stage_changes(both: Versions) -> Changes:
    old, new = both.old.stages, both.new.stages
    for stage in in_order(old, new):
        thing = Thing(part="stages", title=stage)
        if stage not in old:
            yield thing.change("new", "New.")
        elif stage not in new:
            yield thing.change("removed", "No longer a stage.")
        else:
            yield from thing.called(both.names.was("stages", stage), stage)
            steps = list(_kept_steps(both, stage))
            here = [name for name in both.old.steps if name in steps]
            titles = {name: both.new.steps[name].title for name in steps}
            yield from thing.moved("Its steps", [titles[one] for one in here], [titles[one] for one in steps])
    yield from Thing(part="stages", title="All stages").moved("The stages", old, new)


def _kept_steps(both: Versions, stage: str) -> Iterator[str]:
    """The steps that are in this stage in both versions."""
    for name, step in both.new.steps.items():
        if step.stage == stage and name in both.old.steps and both.old.steps[name].stage == stage:
            yield name


def end_changes(both: Versions) -> Changes:
    """An end that is met in the same case is the same end, whatever it is called."""
    new = {end.name: end for end in both.new.ends}
    names = only_renamed(
        {end.name: condition_meaning(end.when) for end in both.old.ends},
        {name: condition_meaning(end.when) for name, end in new.items()},
    )
    old = {names.get(end.name, end.name): end for end in both.old.ends}
    for name in in_order(old, new):
        thing = Thing(part="ends", title=name, name=name)
        if name in old and name in new:
            yield from _end(both, thing, old[name], new[name])
        elif name in new:
            when = condition_words(both.new, new[name].when) or "always"
            yield thing.change("new", f"New: when {when}.", new=when)
        else:
            when = condition_words(both.old, old[name].when) or "always"
            yield thing.change("removed", "No longer an end.", old=when)
    what = "The ends, of which the first one that is met counts,"
    yield from Thing(part="ends", title="All ends").moved(what, old, new)


def _end(both: Versions, thing: Thing, old: End, new: End) -> Changes:
    yield from thing.called(old.name, new.name)
    said = "Now met when {new} (was when {old})."
    yield from condition_changes(both, thing, old.when, new.when, said, said, said)
    yield from thing.reworded("Its explanation", old.says, new.says)
