"""Sentences that several parts of a runbook have in common: kinds, conditions, timings and roles."""

from handrail.runbook.difference.change import Changes, Thing, Versions
from handrail.runbook.difference.sameness import condition_meaning, timing_meaning
from handrail.runbook.kinds import Choice, Kind
from handrail.runbook.model import Condition, Runbook, Timing
from handrail.runbook.words import condition_words, kind_words, listed, timing_words


def kind_changes(thing: Thing, old: Kind, new: Kind) -> Changes:
    if isinstance(old, Choice) and isinstance(new, Choice):
        yield from _choices(thing, old.of, new.of)
    elif old != new:
        yield from thing.turned(kind_words(old), kind_words(new), "Now {new} (was {old}).")


def _choices(thing: Thing, old: tuple[str, ...], new: tuple[str, ...]) -> Changes:
    more = [f"“{one}”" for one in new if one not in old]
    less = [f"“{one}”" for one in old if one not in new]
    before, after = ", ".join(old), ", ".join(new)
    if more:
        yield thing.change("changed", f"Can now also be {listed(more, 'or')}.", before, after)
    if less:
        yield thing.change("changed", f"Can no longer be {listed(less, 'or')}.", before, after)
    yield from thing.moved("The choices", old, new)


def when_changes(both: Versions, thing: Thing, old: Condition | None, new: Condition | None) -> Changes:
    """The condition under which something is needed at all."""
    yield from condition_changes(
        both,
        thing,
        old,
        new,
        changed="Now only where {new} (was where {old}).",
        gained="Now only where {new} (was in every case).",
        lost="Now in every case (was only where {old}).",
    )


def condition_changes(
    both: Versions, thing: Thing, old: Condition | None, new: Condition | None, changed: str, gained: str, lost: str
) -> Changes:
    if condition_meaning(old) == condition_meaning(new):
        return
    before = "" if old is None else condition_words(both.old, old) or "always"
    after = "" if new is None else condition_words(both.new, new) or "always"
    yield from thing.turned(before, after, changed, gained, lost)


def timing_changes(
    both: Versions, thing: Thing, old: Timing | None, new: Timing | None, changed: str, gained: str, lost: str
) -> Changes:
    if timing_meaning(old) != timing_meaning(new):
        before = timing_words(both.old, old) if old else ""
        after = timing_words(both.new, new) if new else ""
        yield from thing.turned(before, after, changed, gained, lost)


def owner_changes(both: Versions, thing: Thing, old: str | None, new: str | None) -> Changes:
    """Whose it is to find out."""
    yield from role_changes(
        both,
        thing,
        old,
        new,
        "Now owed by {new} (was owed by {old}).",
        gained="Now owed by {new} (was owed by nobody in particular).",
        lost="No longer owed by anybody in particular (was owed by {old}).",
    )


def role_changes(
    both: Versions, thing: Thing, old: str | None, new: str | None, changed: str, gained: str = "", lost: str = ""
) -> Changes:
    """One role in the place of another; a role that only has another title is told where it is declared."""
    if old != new:
        yield from thing.turned(the_role(both.old, old), the_role(both.new, new), changed, gained, lost)


def the_role(runbook: Runbook, name: str | None) -> str:
    """`the Project Manager`; "" for no role."""
    return f"the {role_title(runbook, name)}" if name else ""


def role_title(runbook: Runbook, name: str) -> str:
    role = runbook.roles.get(name)
    return role.title if role else name
