"""What changed in whether a project may go through the runbook in phases, and who keeps its seat in all of them."""

from handrail.runbook.difference.change import Changes, Thing, Versions
from handrail.runbook.difference.shared_words import list_changes, titles


def phase_changes(both: Versions) -> Changes:
    old, new = both.old.phases, both.new.phases
    thing = Thing(part="phases", title="Phases")
    if old is None and new is not None:
        yield thing.change("new", "A project may now go through the runbook in phases.")
    if new is None:
        if old is not None:
            yield thing.change("removed", "A project may no longer go through the runbook in phases.")
        return
    front = titles(both.old, "roles", old.front if old else ()), titles(both.new, "roles", new.front)
    more = "Now held by the same person in all running phases of a project: {}."
    less = "May now be held by another person in each phase of a project: {}."
    yield from list_changes(thing, *front, more, less)
