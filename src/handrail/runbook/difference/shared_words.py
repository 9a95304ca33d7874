"""Sentences that several parts of a runbook have in common: kinds, conditions, timings, and what is named elsewhere.

One rule: two names for one thing are no change, nor are two titles; that a thing has another is told of the thing.
"""

from collections.abc import Iterable, Mapping

from handrail.runbook.difference.change import Changes, Key, Thing, Versions, quoted
from handrail.runbook.difference.names import Group
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
    yield from pointer_changes(
        both,
        thing,
        "roles",
        old,
        new,
        "Now owed by {new} (was owed by {old}).",
        gained="Now owed by {new} (was owed by nobody in particular).",
        lost="No longer owed by anybody in particular (was owed by {old}).",
    )


def pointer_changes(
    both: Versions,
    thing: Thing,
    group: Group,
    old: str | None,
    new: str | None,
    changed: str,
    gained: str = "",
    lost: str = "",
) -> Changes:
    """One thing of the group in the place of another."""
    if old != new:
        before, after = title_words(both.old, group, old), title_words(both.new, group, new)
        yield from thing.turned(before, after, changed, gained, lost)


def choice_changes(
    both: Versions,
    thing: Thing,
    group: Group,
    old: Iterable[str],
    new: Iterable[str],
    changed: str,
    gained: str = "",
    lost: str = "",
) -> Changes:
    """Any of some things of the group in the place of any of others: `the Team Lead or the Director`."""
    before, after = titles(both.old, group, old), titles(both.new, group, new)
    if before.keys() != after.keys():
        said = listed([*before.values()], "or"), listed([*after.values()], "or")
        yield from thing.turned(*said, changed, gained, lost)


def list_changes(
    thing: Thing, old: Mapping[Key, str], new: Mapping[Key, str], more: str, less: str, last: str = "and"
) -> Changes:
    """A sentence for all that came to a list, and one for all that left it; each in words, by its name."""
    come, gone = [new[one] for one in new if one not in old], [old[one] for one in old if one not in new]
    before, after = ", ".join(old.values()), ", ".join(new.values())
    if come:
        yield thing.change("changed", more.format(listed(come, last)), before, after)
    if gone:
        yield thing.change("changed", less.format(listed(gone, last)), before, after)


def flag_changes(thing: Thing, old: bool, new: bool, gained: str, lost: str) -> Changes:
    if old != new:
        yield thing.change("changed", gained if new else lost)


def titles(runbook: Runbook, group: Group, names: Iterable[str]) -> dict[str, str]:
    """By their names, what the things of the group are called."""
    return {name: title_words(runbook, group, name) for name in names}


def title_words(runbook: Runbook, group: Group, name: str | None) -> str:
    """`the Project Manager`, `“Sign”`; "" for nothing."""
    if not name:
        return ""
    return the_role(runbook, name) if group == "roles" else quoted(title_of(runbook, group, name))


def the_role(runbook: Runbook, name: str | None) -> str:
    """`the Project Manager`; "" for no role."""
    return f"the {title_of(runbook, 'roles', name)}" if name else ""


def title_of(runbook: Runbook, group: Group, name: str) -> str:
    thing = getattr(runbook, group).get(name)
    return thing.title if thing else name


def plain_braces(text: str) -> str:
    """Text of an author inside of a sentence that has places for what is new and old."""
    return text.replace("{", "{{").replace("}", "}}")
