"""What changed in the derived facts.

One rule: their kind is that of what the derivation gives, and so it is told there, or of the facts that it looks at.
"""

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order
from handrail.runbook.difference.sameness import derivation_meaning
from handrail.runbook.model import Derived
from handrail.runbook.words import derivation_words


def derived_changes(both: Versions) -> Changes:
    old, new = both.old.derived, both.new.derived
    for name in in_order(old, new):
        if name in old and name in new:
            yield from _derived(both, old[name], new[name])
        elif name in new:
            thing = Thing(part="derived", title=new[name].title, name=name)
            said = derivation_words(both.new, new[name].how)
            yield thing.change("new", f"New: {said}.", new=said)
        else:
            thing = Thing(part="derived", title=old[name].title, name=name)
            yield thing.change("removed", "No longer derived.", old=derivation_words(both.old, old[name].how))


def _derived(both: Versions, old: Derived, new: Derived) -> Changes:
    thing = Thing(part="derived", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(both.names.was("derived", new.name), new.name, told=old.title != new.title)
    if derivation_meaning(old.how) != derivation_meaning(new.how):
        said = derivation_words(both.old, old.how), derivation_words(both.new, new.how)
        yield from thing.turned(*said, "Now {new} (was {old}).")
    yield from thing.reworded("Its explanation", old.says, new.says)
