"""One change from a version of a runbook to another, and how the sentences about it are made.

One rule: a sentence is about the thing in its title and says what it is now; what it was stands behind, in brackets.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeVar, get_args

from handrail.runbook.difference.names import Names
from handrail.runbook.model import Runbook

Part = Literal[
    "about", "notes", "history", "terms", "facts", "derived", "roles", "contacts", "promises", "decisions", "sessions",
    "windows", "messages", "events", "stages", "steps", "forms", "documents", "milestones", "ends",
    "phases",
]  # fmt: skip
# `decides`: cases that a table decides differently, or that it decides all as before · `reworded`: the old and the new
# text stand in `old` and `new` alone; every other sentence is complete without them.
Sort = Literal["new", "removed", "renamed", "moved", "changed", "reworded", "decides"]

PARTS: tuple[Part, ...] = get_args(Part)
HEADINGS: Mapping[Part, str] = {
    "about": "The runbook",
    "notes": "Readings",
    "history": "Change log",
    "terms": "Terms",
    "facts": "Facts",
    "derived": "Derived facts",
    "roles": "Roles",
    "contacts": "Contacts",
    "promises": "Promises",
    "decisions": "Decisions",
    "sessions": "Sessions",
    "windows": "Windows",
    "messages": "Messages",
    "events": "Happenings",
    "stages": "Stages",
    "steps": "Steps",
    "forms": "Forms",
    "documents": "Documents",
    "milestones": "Milestones",
    "ends": "How it ends",
    "phases": "Phases",
}


@dataclass(frozen=True, kw_only=True)
class Change:
    """`title` is what people call the thing that changed, `name` what the file calls it."""

    part: Part
    title: str
    name: str = ""
    sort: Sort
    says: str
    old: str = ""
    new: str = ""


Changes = Iterator[Change]
Key = TypeVar("Key", bound=Hashable)


@dataclass(frozen=True, kw_only=True)
class Versions:
    """The two runbooks that are compared; what `names` lists goes in `old` by its new name already."""

    old: Runbook
    new: Runbook
    names: Names = field(default_factory=Names)


@dataclass(frozen=True, kw_only=True)
class Thing:
    """What sentences are about; `inside` names a part of it and goes before each of them."""

    part: Part
    title: str
    name: str = ""
    inside: str = ""

    def within(self, inside: str) -> "Thing":
        return Thing(part=self.part, title=self.title, name=self.name, inside=inside)

    def change(self, sort: Sort, says: str, old: str = "", new: str = "") -> Change:
        says = f"{self.inside}: {says}" if self.inside else says
        return Change(part=self.part, title=self.title, name=self.name, sort=sort, says=says, old=old, new=new)

    def turned(self, old: str, new: str, changed: str, gained: str = "", lost: str = "") -> Changes:
        """A sentence where a value is another one; `{old}` and `{new}` stand for the values, "" for having none."""
        if old != new:
            says = (gained if not old else lost if not new else changed) or changed
            yield self.change("changed", says.format(old=old or "nothing", new=new or "nothing"), old, new)

    def called(self, old: str, new: str) -> Changes:
        if old != new:
            says = f"Called “{old}” before." if self.inside else f"Now called “{new}” (was “{old}”)."
            yield self.change("renamed", says, old, new)

    def named(self, was: str, now: str, *, told: bool) -> Changes:
        """Another name in the file only; where the title changed along with it, that is `told`."""
        if was != now and not told:
            yield self.change("renamed", f"Now named “{now}” in the file (was “{was}”).", was, now)

    def reworded(self, what: str, old: str, new: str) -> Changes:
        if old != new:
            verb = "is new" if not old else "is gone" if not new else "is reworded"
            yield self.change("reworded", f"{what} {verb}.", old, new)

    def moved(self, what: str, old: Iterable[str], new: Iterable[str]) -> Changes:
        """Where those that stand in both stand in another order."""
        if is_reordered(old := list(old), new := list(new)):
            before, after = ", ".join(old), ", ".join(new)
            yield self.change("moved", f"{what} now stand in this order: {after}.", before, after)


def is_reordered(old: list[Key], new: list[Key]) -> bool:
    both = {*old} & {*new}
    return [one for one in old if one in both] != [one for one in new if one in both]


def in_order(old: Iterable[Key], new: Iterable[Key]) -> list[Key]:
    """The keys of both, as a reader of the new version meets them; what is gone stands where it stood."""
    in_new = dict.fromkeys(new)
    gone_after: dict[Key | None, list[Key]] = {}
    before: Key | None = None
    for key in dict.fromkeys(old):
        if key in in_new:
            before = key
        else:
            gone_after.setdefault(before, []).append(key)
    return [*gone_after.get(None, ()), *(one for key in in_new for one in (key, *gone_after.get(key, ())))]


def only_renamed(old: Mapping[Key, Hashable], new: Mapping[Key, Hashable]) -> dict[Key, Key]:
    """By its old key, the new one of each thing that is in both under different keys, and no other is like it."""
    gone = Counter(content for key, content in old.items() if key not in new)
    come = Counter(content for key, content in new.items() if key not in old)
    places = {content: key for key, content in new.items() if key not in old}
    alike = {content for content, count in gone.items() if count == come[content] == 1}
    return {key: places[content] for key, content in old.items() if key not in new and content in alike}


def quoted(text: str) -> str:
    return f"“{text}”" if text else ""
