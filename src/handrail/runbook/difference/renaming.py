"""Finding out what has only been renamed: the same content, or the same title, under another name.

One rule: when in doubt, a thing is gone and another is new. A pair must be the only one that it could be.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from difflib import SequenceMatcher
from typing import Any

from handrail.runbook import model as m
from handrail.runbook.difference.names import GROUPS, NAMELESS, PARTS_OF, POINTS, SOURCES, Group, Names, rewritten

_ALIKE = 0.6
_MOST_PAIRS = 40_000  # that are looked at: 200 things that are gone, and 200 new ones

# For each thing, by group and name, the places that speak of it.
Uses = Mapping[tuple[Group, str], frozenset[str]]


def names_between(old: m.Runbook, new: m.Runbook) -> Names:
    """What is renamed from `old` to `new`. Each group is looked at with those before it rewritten already."""
    names = Names()
    for group in GROUPS:
        found: dict[str, Any] = {group: _stages(old, new) if group == "stages" else _things(group, old, new)}
        old, names = rewritten(old, replace(Names(), **found)), replace(names, **found)
        found = _parts(group, old, new)
        old, names = rewritten(old, replace(Names(), **found)), replace(names, **found)
    return names


def _things(group: Group, old: m.Runbook, new: m.Runbook) -> dict[str, str]:
    before, after = getattr(old, group), getattr(new, group)
    if not before.keys() - after.keys() or not after.keys() - before.keys():
        return {}
    used_before, used_after = _uses(old), _uses(new)

    def is_used_alike(one: str, other: str) -> bool:
        places = used_before.get((group, one), frozenset())
        return bool(places) and places == used_after.get((group, other), frozenset())

    return paired(before, after, is_used_alike)


def paired(
    old: Mapping[str, Any], new: Mapping[str, Any], is_used_alike: Callable[[str, str], bool] = lambda one, other: False
) -> dict[str, str]:
    """New names by old ones, of what is in one of the two only."""
    gone = {name: thing for name, thing in old.items() if name not in new}
    come = {name: thing for name, thing in new.items() if name not in old}
    found = _with_same_title(gone, come)
    gone = {name: thing for name, thing in gone.items() if name not in found}
    come = {name: thing for name, thing in come.items() if name not in found.values()}

    def is_same(one: Any, other: Any) -> bool:
        return is_same_content(one, other) and (is_said_alike(one, other) or is_used_alike(one.name, other.name))

    return {**found, **_unique_pairs(gone, come, is_same)}


def _with_same_title(gone: Mapping[str, Any], come: Mapping[str, Any]) -> dict[str, str]:
    firsts, seconds = (Counter(thing.title for thing in things.values()) for things in (gone, come))
    by_title = {thing.title: name for name, thing in come.items() if thing.title}
    return {
        name: by_title[thing.title]
        for name, thing in gone.items()
        if thing.title in by_title and firsts[thing.title] == seconds[thing.title] == 1
    }


def _unique_pairs(
    gone: Mapping[str, Any], come: Mapping[str, Any], are_one: Callable[[Any, Any], bool]
) -> dict[str, str]:
    """None where there are so many that nobody could say which became which."""
    if len(gone) * len(come) > _MOST_PAIRS:
        return {}
    pairs = [(one, other) for one in gone for other in come if are_one(gone[one], come[other])]
    firsts, seconds = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    return {one: other for one, other in pairs if firsts[one] == 1 and seconds[other] == 1}


def is_same_content(one: Any, other: Any) -> bool:
    return bool(replace(one, name=other.name, title=other.title) == other)


def is_said_alike(one: Any, other: Any) -> bool:
    if getattr(one, "says", "") and one.says == other.says:
        return True
    return SequenceMatcher(None, one.title.casefold(), other.title.casefold()).ratio() >= _ALIKE


def _stages(old: m.Runbook, new: m.Runbook) -> dict[str, str]:
    """A stage that has the same steps, by their names or their titles, is the same stage."""
    gone = {stage: _steps_of(old, stage) for stage in old.stages if stage not in new.stages}
    come = {stage: _steps_of(new, stage) for stage in new.stages if stage not in old.stages}
    return _unique_pairs(gone, come, lambda one, other: any(a == b and a for a, b in zip(one, other, strict=True)))


def _steps_of(runbook: m.Runbook, stage: str) -> tuple[frozenset[str], frozenset[str]]:
    """The names and the titles of the stage's steps."""
    steps = {name: step.title for name, step in runbook.steps.items() if step.stage == stage}
    return frozenset(steps.keys()), frozenset(steps.values())


def _parts(group: Group, old: m.Runbook, new: m.Runbook) -> dict[str, Any]:
    """The renamed parts of the decisions, forms or steps that are in both."""
    if group not in PARTS_OF:
        return {}
    before, after = getattr(old, group), getattr(new, group)
    found = {
        (name, one): other
        for name in before
        if name in after
        for one, other in paired(_named_parts(before[name]), _named_parts(after[name])).items()
    }
    return {PARTS_OF[group]: found} if found else {}


def _named_parts(thing: m.Decision | m.Form | m.Step) -> dict[str, Any]:
    match thing:
        case m.Decision(outputs=outputs):
            return {output.name: output for output in outputs}
        case m.Form(sections=sections):
            return {field.name: field for section in sections for field in section.fields}
        case m.Step(evidence=evidence):
            return {item.name: item for item in evidence}


def _uses(runbook: m.Runbook) -> Uses:
    found: dict[tuple[Group, str], set[str]] = {}
    for thing, place in _pointers(runbook, ""):
        found.setdefault(thing, set()).add(place)
    return {thing: frozenset(places) for thing, places in found.items()}


def _pointers(value: Any, place: str) -> Iterator[tuple[tuple[Group, str], str]]:
    match value:
        case m.Ref(source=source, name=name):
            yield (SOURCES[source], name), place
        case m.Anchor(source=source, name=name) if source in SOURCES:
            yield (SOURCES[source], name), place
        case Mapping():
            for key, one in value.items():
                yield from _pointers(one, f"{place}/{key}")
        case tuple():
            for one in value:
                yield from _pointers(one, place)
        case _ if is_dataclass(value) and not isinstance(value, (*NAMELESS, type)):
            for one in fields(value):
                yield from _pointers_of(value, one.name, f"{place}/{one.name}")


def _pointers_of(value: Any, field: str, place: str) -> Iterator[tuple[tuple[Group, str], str]]:
    inner = getattr(value, field)
    group = POINTS.get((type(value), field))
    if group is None:
        yield from _pointers(inner, place)
    elif isinstance(value, m.Runbook):
        yield from _pointers(inner, place)  # where a thing is declared it is not used
    elif field != "name":
        for name in [inner] if isinstance(inner, str) else inner or ():
            yield (group, name), place
