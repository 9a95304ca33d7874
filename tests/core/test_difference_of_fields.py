"""No field of the model is left out: whatever differs is told, and what is renamed is renamed wherever it stands."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin, get_type_hints

import msgspec
import pytest

from handrail.runbook import model as m
from handrail.runbook.difference import Names, difference, names_between, names_of, plain_names, rewritten
from handrail.runbook.difference.names import GROUPS, PARTS_OF, POINTS, Group, PartGroup
from handrail.runbook.model import Anchor, Ref
from tests.core.difference_text import everything

# What may differ without a word, and why.
SILENT = {
    "Runbook.digest": "that of the text, not of what it says",
    "Rule.number": "its place; where that counts, `cases_of_difference.txt` shows it",
    "Anything.text": "as written",
    "Within.text": "as written",
    "Among.text": "as written",
    "Presence.text": "as written",
    "Timing.text": "as written",
    "Input.name": "as written",
    "Input.title": "that of what the column shows, told there",
    "Input.kind": "that of what the column shows, told there",
    "Test.kind": "that of what is tested, told there",
    "Write.kind": "that of what is written, told there",
    "Variable.kind": "that of what is filled in, told there",
    "Derived.kind": "that of what the derivation gives",
}
# What a thing is known by; it cannot be changed alone, `test_thing_renamed_wherever_it_stands_is_told_once` changes it.
NAMED = {f"{cls.__name__}.{field}" for cls, field in POINTS if field == "name"} | {"Field.name", "Output.name"}
# What points at something; the pointer is changed as a whole, at `Test.ref` and the like.
POINTING = {f"{cls.__name__}.{field.name}" for cls in (Ref, Anchor) for field in fields(cls)}
# As many as there are of something else.
COUNTED = {
    "Rule.cells", "Rule.outputs", "Decision.outputs", "Decision.otherwise", "DifferenceOf.of", "RatioOf.of",
    "DaysBetween.of", "Season.first", "Season.last",
}  # fmt: skip
# Every value that a runbook is made of.
PACKAGES = ("handrail.runbook.model", "handrail.runbook.kinds", "handrail.runbook.cells")
NOT_IN_A_RUNBOOK = {"Unfit", "Several"}


def parts_of_runbooks() -> Iterator[type]:
    for name, module in list(sys.modules.items()):
        if name.startswith(PACKAGES):
            for one in vars(module).values():
                if isinstance(one, type) and is_dataclass(one) and one.__module__ == name:
                    yield one


def mutations(value: Any, rebuilt: Any = lambda one: one) -> Iterator[tuple[str, Any]]:
    """Each field below `value` changed alone: its name and the whole with the change."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from mutations(one, lambda other, key=key: rebuilt({**value, key: other}))
    elif isinstance(value, tuple):
        for at, one in enumerate(value):
            yield from mutations(one, lambda other, at=at: rebuilt((*value[:at], other, *value[at + 1 :])))
    elif is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value))
        for one in fields(value):
            inner = getattr(value, one.name)
            label = f"{type(value).__name__}.{one.name}"

            def rebuild(other: Any, name: str = one.name) -> Any:
                return rebuilt(replace(value, **{name: other}))

            if one.compare and label not in SILENT.keys() | POINTING | NAMED:
                pointed = POINTS.get((type(value), one.name))
                found = others(inner, hints[one.name], one, label) if pointed is None else pointers(pointed, inner, one)
                yield from ((label, rebuild(other)) for other in found)
            if one.compare and label not in SILENT:
                yield from ((part, other) for name, other in mutations(inner, rebuild) for part in (name, label))


def pointers(group: Group, value: Any, field: Any) -> Iterator[Any]:
    """Other things of the group in the place of what is pointed at."""
    if not isinstance(value, str):
        yield from others(value, Any, field, "pointer")
    elif field.default not in {MISSING, value}:
        yield field.default
    names = [name for name in getattr(everything(), group) if name != value]
    yield from names if isinstance(value, str) else ()


def others(value: Any, hint: Any, field: Any, label: str) -> Iterator[Any]:
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    if label and default is not MISSING and value != default:
        yield default
    literals = [one for part in (hint, *get_args(hint)) if get_origin(part) is Literal for one in get_args(part)]
    match value:
        case bool():
            yield not value
        case int() | Decimal():
            yield value + 1
        case str() if literals:
            yield from (one for one in literals if one != value)
        case str() if value:
            yield f"{value} more"
        case date():
            yield value + timedelta(days=1)
        case time():
            yield value.replace(minute=15)
        case Ref():
            yield Ref(source="fact", name="seats")
        case Anchor():
            yield Anchor(source="start")
        case tuple() if value and label in COUNTED:
            last = next(others(value[-1], Any, field, ""), None)
            yield from () if last is None else ((*value[:-1], last),)
        case tuple() if value:
            yield value[1:]
        case frozenset() if value:
            yield frozenset([*value][1:]) if len(value) > 1 else frozenset([f"{one}!" for one in value])
        case Mapping() if value:
            yield dict([*value.items()][1:])


MUTATED = list(mutations(everything()))


@pytest.mark.parametrize("label", sorted({label for label, _ in MUTATED}))
def test_every_field_that_differs_is_told(label: str) -> None:
    """In both directions. Some change may mean nothing, as that of the unit of days that are not given."""
    others = [other for name, other in MUTATED if name == label]
    assert any(difference(everything(), other) for other in others)
    assert any(difference(other, everything()) for other in others)


def test_every_field_of_the_model_was_changed() -> None:
    """A new field has to be said in everything.yaml, and to have words in runbook/difference."""
    known = {
        f"{one.__name__}.{field.name}"
        for one in parts_of_runbooks()
        if one.__name__ not in NOT_IN_A_RUNBOOK
        for field in fields(one)
        if field.compare
    }
    assert known - {label for label, _ in MUTATED} - SILENT.keys() - POINTING - NAMED == set()


# ------------------------------------------------------------------------------------------------------------- renaming

WHOLES: dict[PartGroup, Group] = {inner: group for group, inner in PARTS_OF.items()}
OTHER = "another_name"


def renamings() -> Iterator[tuple[str, Names]]:
    """Each thing, and each part of one, renamed alone."""
    book = everything()
    for group in GROUPS:
        for name in getattr(book, group):
            yield f"{group} {name}", Names(**{group: {name: OTHER}})
    for inner, group in WHOLES.items():
        for name, thing in getattr(book, group).items():
            for part in named_parts(thing):
                yield f"{inner} {name}.{part}", Names(**{inner: {(name, part): OTHER}})  # type: ignore[arg-type]


def named_parts(thing: Any) -> list[str]:
    match thing:
        case m.Form(sections=sections):
            return [field.name for section in sections for field in section.fields]
        case m.Decision(outputs=outputs):
            return [output.name for output in outputs]
        case _:
            return [item.name for item in thing.evidence]


RENAMINGS = dict(renamings())


@pytest.mark.parametrize("named", RENAMINGS)
def test_thing_renamed_wherever_it_stands_is_told_once(named: str) -> None:
    names = RENAMINGS[named]
    new = rewritten(everything(), names)
    assert names_between(everything(), new) == names
    [change] = difference(everything(), new)
    assert change.sort == "renamed"
    if not named.startswith("stages"):
        old = named.split()[1].split(".")[-1]
        assert change.says.endswith(f"Now named “{OTHER}” in the file (was “{old}”).")


# Words, values, and what the language names.
NO_NAMES = {
    f"{cls.__name__}.{field.name}"
    for cls in parts_of_runbooks()
    for field in fields(cls)
    if field.name in {"title", "says", "text", "note", "subject", "body", "kind", "version", "source", "unit", "check"}
} | {
    "Runbook.name", "Runbook.terms", "Runbook.notes", "Input.name", "Rule.outputs", "Decision.otherwise",
    "Among.values", "End.name",
}  # fmt: skip


def test_all_that_is_renamed_at_once_is_found() -> None:
    """Each thing is known by its title, whatever it speaks of goes by."""
    book = everything()
    groups = {group: {name: f"{name}-now" for name in getattr(book, group)} for group in GROUPS}
    inner = {
        part: {
            (f"{name}-now", one): f"{one}-now"
            for name, thing in getattr(book, group).items()
            for one in named_parts(thing)
        }
        for part, group in WHOLES.items()
    }
    names = Names(**groups, **inner)  # type: ignore[arg-type]
    assert names_between(book, rewritten(book, names)) == names
    assert names_of(plain_names(names)) == names


def names_in(value: Any) -> Iterator[str]:
    """Everything in a runbook that could be the name of something else in it, and is not words or a value."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from (key, *names_in(one))
    elif isinstance(value, tuple):
        for one in value:
            yield from names_in(one)
    elif isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for one in fields(value):
            if f"{type(value).__name__}.{one.name}" not in NO_NAMES:
                yield from names_in(getattr(value, one.name))


# By name, all that it may mean: one name can be that of a fact and of a role.
MEANINGS: dict[str, list[str]] = {}
for _named in RENAMINGS:
    MEANINGS.setdefault(_named.split(" ", 1)[1].split(".")[-1], []).append(_named)


@pytest.mark.parametrize("named", [meanings[0] for meanings in MEANINGS.values() if len(meanings) == 1])
def test_renamed_thing_stands_nowhere_by_its_old_name(named: str) -> None:
    old = named.split(" ", 1)[1].split(".")[-1]
    assert old in {*names_in(everything())}
    assert old not in {*names_in(rewritten(everything(), RENAMINGS[named]))}


@pytest.mark.parametrize("named", RENAMINGS)
def test_names_can_be_written_down(named: str) -> None:
    names = RENAMINGS[named]
    sent = msgspec.json.encode(plain_names(names))
    assert names_of(msgspec.json.decode(sent, type=dict[str, dict[str, str]])) == names


def test_names_are_written_by_group_and_a_part_with_what_it_stands_in() -> None:
    names = Names(facts={"mrr": "revenue"}, outputs={("support", "days"): "length"}, evidence={("sign", "deed"): "act"})
    plain = {"facts": {"mrr": "revenue"}, "outputs": {"support.days": "length"}, "evidence": {"sign.deed": "act"}}
    assert plain_names(names) == plain
    assert plain_names(Names()) == {}
    assert names_of({}) == Names()
