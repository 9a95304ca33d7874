"""What changed about the runbook as a whole: its head, its readings, its change log and its terms."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, only_renamed
from handrail.runbook.model import Change as Entry

_ALIKE = 0.6
_MOST_COMPARED = 2_000  # of so many pairs of notes, and so many characters of each, likeness is looked for


def about_changes(both: Versions) -> Changes:
    old, new = both.old, both.new
    thing = Thing(part="about", title=new.title, name=new.name)
    yield from thing.called(old.title, new.title)
    yield from thing.named(old.name, new.name, told=False)
    yield from thing.turned(old.version, new.version, "Now version {new} (was {old}).")
    yield from thing.turned(old.about, new.about, "Now about the {new} (was about the {old}).")
    yield from thing.reworded("What it says at its head", old.says, new.says)
    yield from thing.turned(
        old.calendar,
        new.calendar,
        "Days are now counted by the calendar “{new}” (was “{old}”).",
        gained="Days are now counted by the calendar “{new}” (was the company’s first).",
        lost="Days are no longer counted by a calendar of its own (was “{old}”).",
    )


def note_changes(both: Versions) -> Changes:
    thing = Thing(part="notes", title="Readings")
    gone = [note for note in both.old.notes if note not in both.new.notes]
    come = [note for note in both.new.notes if note not in both.old.notes]
    pairs = _likest(gone, come)
    for note in come:
        before = pairs.get(note, "")
        if before:
            yield from thing.reworded("A reading", before, note)
        else:
            yield thing.change("new", f"New: {note}", new=note)
    for note in gone:
        if note not in pairs.values():
            yield thing.change("removed", f"Gone: {note}", old=note)


def _likest(gone: Sequence[str], come: Sequence[str]) -> dict[str, str]:
    """For a note that is new the one that is gone and says nearly the same, if there is one."""
    found: dict[str, str] = {}
    if len(gone) * len(come) > _MOST_COMPARED:
        return found
    for note in come:
        left = [one for one in gone if one not in found.values()]
        likest = max(left, key=lambda one: _likeness(one, note), default="")
        if likest and _likeness(likest, note) >= _ALIKE:
            found[note] = likest
    return found


def _likeness(one: str, other: str) -> float:
    matcher = SequenceMatcher(None, one[:_MOST_COMPARED], other[:_MOST_COMPARED], autojunk=False)
    return matcher.ratio() if matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE else 0.0


def history_changes(both: Versions) -> Changes:
    old, new = _by_version(both.old.history), _by_version(both.new.history)
    names = only_renamed({key: (one.date, one.says) for key, one in old.items()},
                         {key: (one.date, one.says) for key, one in new.items()})  # fmt: skip
    old = {names.get(key, key): entry for key, entry in old.items()}
    for key in in_order(old, new):
        thing = Thing(part="history", title=key[0])
        if key not in old:
            yield thing.change("new", f"New entry, of {_day(new[key])}: {new[key].says}", new=new[key].says)
        elif key not in new:
            yield thing.change("removed", f"The entry of {_day(old[key])} is gone: {old[key].says}", old=old[key].says)
        else:
            yield from thing.called(old[key].version, new[key].version)
            yield from thing.turned(_day(old[key]), _day(new[key]), "The entry is now of {new} (was of {old}).")
            yield from thing.reworded("The entry", old[key].says, new[key].says)


def _by_version(history: Sequence[Entry]) -> dict[tuple[str, int], Entry]:
    """By the version and how many entries of it stand before: a log may have several of one version."""
    found: dict[tuple[str, int], Entry] = {}
    for entry in history:
        found[entry.version, sum(version == entry.version for version, _ in found)] = entry
    return found


def _day(entry: Entry) -> str:
    return f"{entry.date.day} {entry.date:%B %Y}"


def term_changes(both: Versions) -> Changes:
    old, new = both.old.terms, both.new.terms
    was = {after: before for before, after in only_renamed(old, new).items()}
    for term in in_order(old, new):
        thing = Thing(part="terms", title=term)
        if term in was:
            yield from thing.called(was[term], term)
        elif term not in old:
            yield thing.change("new", f"New: {new[term]}", new=new[term])
        elif term in new:
            yield from thing.reworded("Its meaning", old[term], new[term])
        elif term not in was.values():
            yield thing.change("removed", "No longer explained.", old=old[term])
