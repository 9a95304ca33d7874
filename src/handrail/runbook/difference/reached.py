"""What changed in what a handoff comes to: its milestones and its ends."""

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, only_renamed
from handrail.runbook.difference.sameness import condition_meaning
from handrail.runbook.difference.shared_words import condition_changes
from handrail.runbook.model import End, Milestone
from handrail.runbook.words import condition_words


def milestone_changes(both: Versions) -> Changes:
    old, new = both.old.milestones, both.new.milestones
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _milestone(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="milestones", title=new[name].title, name=name)
            when = condition_words(both.new, new[name].when) or "always"
            yield thing.change("new", f"New: reached when {when}.", new=when)
        else:
            thing = Thing(part="milestones", title=old[name].title, name=name)
            when = condition_words(both.old, old[name].when) or "always"
            yield thing.change("removed", "No longer a milestone.", old=when)


def _milestone(both: Versions, old: Milestone, new: Milestone) -> Changes:
    thing = Thing(part="milestones", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("milestones", new.name), new.name, told=old.title != new.title)
    said = "Now reached when {new} (was when {old})."
    yield from condition_changes(both, thing, old.when, new.when, said, said, said)
    yield from thing.reworded("Its explanation", old.says, new.says)


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
