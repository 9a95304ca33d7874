"""The difference between two versions: whole sentences for every kind of change, none where nothing changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from handrail.runbook import cells, kinds, model
from handrail.runbook.difference import PARTS, difference, names_between
from handrail.runbook.difference.renaming import paired
from handrail.runbook.loading import load
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Place
from handrail.runbook.reading import read
from tests.core.difference_text import EVERYTHING, Case, cases, changed, everything, runbook_of, told, with_word

SHIPPED = sorted((Path(__file__).parents[2] / "runbooks").glob("*.yaml"))
CASES = cases("cases_of_difference.txt")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_change_is_told_in_the_readers_terms(case: Case) -> None:
    new = changed(*case.changes)
    assert told(everything(), new) == case.told
    if case.back:
        assert told(new, everything()) == case.back


@pytest.mark.parametrize(("number", "renamed"), [(200, 200), (201, 0)])
def test_renamed_things_are_looked_for_among_so_many(number: int, renamed: int) -> None:
    def roles(name: str) -> dict[str, model.Role]:
        return {
            f"{name}{at}": model.Role(name=f"{name}{at}", title="", says=f"{at}", place=Place(file=""))
            for at in range(number)
        }

    assert len(paired(roles("old"), roles("new"))) == renamed


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_runbook_is_the_same_as_itself(file: Path) -> None:
    one, other = (load(file.read_bytes(), file.name).runbook for _ in range(2))
    assert one is not None
    assert other is not None
    assert difference(one, other) == ()


def test_comments_spaces_and_spelling_are_no_change() -> None:
    text = EVERYTHING.replace('"[5000..20000]"', '"[ 5000 .. 20000 ]"').replace('"< 5000"', '"<5000"')
    text = text.replace('"close, plain"', '"plain, close"').replace(
        "    inputs: [care, mrr]", "    inputs:  [care, mrr]"
    )
    assert told(everything(), runbook_of(f"# Another comment.\n{text}")) == ()


def test_changes_stand_in_the_order_of_the_runbook() -> None:
    parts = [change.part for change in difference(everything(), _with_all_names_changed())]
    assert parts == sorted(parts, key=PARTS.index)


def _with_all_names_changed() -> Runbook:
    return runbook_of(EVERYTHING.replace("{title: ", "{title: New ").replace("    title: ", "    title: New "))


def test_any_part_may_be_missing() -> None:
    """Whatever line or block is taken out: where what is left can be read, it can be compared, and differs."""
    lines = EVERYTHING.splitlines(keepends=True)
    readable = 0
    for at, line in enumerate(lines):
        depth = len(line) - len(line.lstrip())
        end = next((to for to in range(at + 1, len(lines)) if _depth(lines[to]) <= depth), len(lines))
        for text in ("".join(lines[:at] + lines[at + 1 :]), "".join(lines[:at] + lines[end:])):
            other = read(text, "everything.yaml").runbook
            if other is not None and other != everything():
                readable += 1
                assert (difference(everything(), other) == ()) == (difference(other, everything()) == ())
    assert readable > 40


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 100


# -------------------------------------------------------------------------------------------------- nothing is left out

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
}
# What points at something by its name; it cannot be changed alone, `test_renamed_thing_is_told_once` changes it.
POINTING = {
    "Ref.source",
    "Ref.name",
    "Ref.part",
    "Anchor.source",
    "Anchor.name",
    "Input.ref",
    "Test.ref",
    "Timing.anchor",
}
NAMED = {f"{name}.name" for name in ("Fact", "Role", "Decision", "Form", "Step", "Field", "Output")}
OF_RUNBOOKS = [
    one
    for module in (model, kinds, cells)
    for one in vars(module).values()
    if isinstance(one, type) and is_dataclass(one) and one.__module__ == module.__name__
]
NOT_IN_A_RUNBOOK = {"Unfit", "Several"}
AS_MANY_AS_COLUMNS = {"Rule.cells", "Rule.outputs", "Decision.outputs", "Decision.otherwise"}


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
                yield from ((label, rebuild(other)) for other in others(inner, hints[one.name], one, label))
            if one.compare and label not in SILENT:
                yield from ((part, other) for name, other in mutations(inner, rebuild) for part in (name, label))


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
        case tuple() if value and label in AS_MANY_AS_COLUMNS:
            first = next(others(value[0], Any, field, ""), None)
            yield from () if first is None else ((first, *value[1:]),)
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
        for one in OF_RUNBOOKS
        if one.__name__ not in NOT_IN_A_RUNBOOK
        for field in fields(one)
        if field.compare
    }
    assert known - {label for label, _ in MUTATED} - SILENT.keys() - POINTING - NAMED == set()


TITLES = sorted(set(re.findall(r"title: ([^,}\n]+)", EVERYTHING)))


@pytest.mark.parametrize("title", TITLES)
def test_new_title_is_told_once_for_the_thing_that_has_it(title: str) -> None:
    """Whatever else speaks of the thing says nothing of its new title."""
    spoken = [f"title: {title}{end}" for end in (",", "}", "\n")]
    count = sum(EVERYTHING.count(one) for one in spoken)
    text = EVERYTHING
    for one in spoken:
        text = text.replace(one, one.replace(title, f"{title} (new)"))
    assert [change.sort for change in difference(everything(), runbook_of(text))] in (
        ["renamed"] * count,
        ["changed"],  # a section has no other name
    )


# ------------------------------------------------------------------------------------------------------------- renaming


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("mrr", "revenue", "facts, MRR: Now named “revenue” in the file (was “mrr”)."),
        ("go_live", "live", "facts, Go-live: Now named “live” in the file (was “go_live”)."),
        ("pm", "manager", "roles, Project Manager: Now named “manager” in the file (was “pm”)."),
        ("type", "sort", "decisions, Support: “Type”: Now named “sort” in the file (was “type”)."),
        ("software", "program", "forms, Summary: “Software”: Now named “program” in the file (was “software”)."),
        ("prepare", "get ready", "stages, get ready: Now called “get ready” (was “prepare”)."),
        ("over", "done with", "ends, done with: Now called “done with” (was “over”)."),
    ],
)
def test_renamed_thing_is_told_once(before: str, after: str, says: str) -> None:
    assert told(everything(), with_word(before, after)) == (says,)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ((("  support:\n", "  help:\n"), ("support.type: ", "help.type: "), ("due: support.days", "due: help.days")),
         "decisions, Support: Now named “help” in the file (was “support”)."),
        ((("  summary:\n", "  card:\n"), ("form: summary", "form: card")),
         "forms, Summary: Now named “card” in the file (was “summary”)."),
        ((("  call:\n", "  ring:\n"), ("{call: again", "{ring: again")),
         "steps, Call the client: Now named “ring” in the file (was “call”)."),
        ((("  fill: {", "  write: {"), ("after fill\n", "after write\n"), ("needs: [fill]", "needs: [write]"),
          ("reopen: [fill]", "reopen: [write]")),
         "steps, Fill in the summary: Now named “write” in the file (was “fill”)."),
        ((("  MRR: Monthly", "  Turnover: Monthly"),), "terms, Turnover: Now called “Turnover” (was “MRR”)."),
    ],
)  # fmt: skip
def test_thing_renamed_in_all_places_is_told_once(changes: tuple[tuple[str, str], ...], says: str) -> None:
    assert told(everything(), changed(*changes)) == (says,)


def test_thing_with_another_title_and_name_is_called_differently() -> None:
    new = runbook_of(EVERYTHING.replace("mrr: {title: MRR,", "revenue: {title: Revenue,").replace("mrr", "revenue"))
    assert told(everything(), new) == ("facts, Revenue: Now called “Revenue” (was “MRR”).",)
    assert names_between(everything(), new).facts == {"mrr": "revenue"}


def test_two_that_could_be_the_same_are_not_guessed() -> None:
    new = changed(
        (
            "signed_on: {title: Signed on, kind: date}",
            "first: {title: One, kind: date}\n  second: {title: Two, kind: date}",
        ),
        ("          signed_on: {shows: signed_on}\n", ""),
    )
    assert told(everything(), new) == (
        "facts, Signed on: No longer asked for.",
        "facts, One: New: date.",
        "facts, Two: New: date.",
        "forms, Summary: No longer asks for “Signed on”.",
    )
