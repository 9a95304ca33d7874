"""What changed in the facts, the roles and the stages."""

from collections.abc import Hashable, Iterator

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, quoted
from handrail.runbook.difference.sameness import subject
from handrail.runbook.difference.shared_words import kind_changes, owner_changes, the_role, when_changes
from handrail.runbook.model import Fact, Role, Runbook
from handrail.runbook.words import calendar_words, condition_words, kind_words, ref_title


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
    counted = calendar_words(old.calendar), calendar_words(new.calendar)
    yield from thing.turned(*counted, "Its steps now count on {new} (was {old}).")
    if _fill_meaning(old) != _fill_meaning(new):
        said = _fill_words(both.old, old), _fill_words(both.new, new)
        yield from thing.turned(*said, "Now filled {new} (was {old}).")
    yield from when_changes(both, thing, old.when, new.when)
    yield from thing.reworded("Its explanation", old.says, new.says)


def _fill_meaning(role: Role) -> Hashable:
    return role.fill, role.chosen_by, subject(role.filled_from) if role.filled_from else None


def _fill_words(runbook: Runbook, role: Role) -> str:
    match role.fill:
        case "by hand":
            return "by hand"
        case "account owner":
            return "by the customer’s account owner"
        case "least load":
            return "by whoever of the team has the least to do"
        case "anybody of the team":
            return "by anybody of the team"
        case "chosen":
            chooser = the_role(runbook, role.chosen_by) if role.chosen_by else "the lead of the team"
            return f"by whom {chooser} chooses"
        case "from":
            return f"by whom {quoted(ref_title(runbook, role.filled_from)) if role.filled_from else 'nothing'} names"


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
