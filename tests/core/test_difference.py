"""The difference between two versions: whole sentences for every kind of change, none where nothing changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from handrail.runbook import model
from handrail.runbook.difference import HEADINGS, PARTS, difference, names_between
from handrail.runbook.difference.renaming import paired
from handrail.runbook.loading import load
from handrail.runbook.model import Runbook
from handrail.runbook.problem import Place
from handrail.runbook.reading import read
from tests.core.difference_text import EVERYTHING, Case, cases, changed, everything, runbook_of, told, with_word
from tests.thorough import every

SHIPPED = sorted((Path(__file__).parents[2] / "runbooks").glob("*.yaml"))
CASES = [*cases("cases_of_difference.txt"), *cases("cases_of_difference_of_steps.txt")]


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


def test_every_part_has_a_heading() -> None:
    assert tuple(HEADINGS) == PARTS


def _with_all_names_changed() -> Runbook:
    return runbook_of(EVERYTHING.replace("{title: ", "{title: New ").replace("    title: ", "    title: New "))


def test_any_part_may_be_missing() -> None:
    """Whatever line or block is taken out: where what is left can be read, it can be compared, and differs. Of the
    lines every third at each commit."""
    lines = EVERYTHING.splitlines(keepends=True)
    readable = 0
    for at, line in list(enumerate(lines))[:: every(3)]:
        depth = len(line) - len(line.lstrip())
        end = next((to for to in range(at + 1, len(lines)) if _depth(lines[to]) <= depth), len(lines))
        for text in {"".join(lines[:at] + lines[at + 1 :]), "".join(lines[:at] + lines[end:])}:
            other = read(text, "everything.yaml").runbook
            if other is not None and other != everything():
                readable += 1
                assert (difference(everything(), other) == ()) == (difference(other, everything()) == ())
    assert readable > 40


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip()) if line.strip() else 100


# ------------------------------------------------------------------------------------------------------------ titles

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
        ("go_live", "launch", "facts, Go-live: Now named “launch” in the file (was “go_live”)."),
        ("pm", "conductor", "roles, Project Manager: Now named “conductor” in the file (was “pm”)."),
        ("type", "sort", "decisions, Support: “Type”: Now named “sort” in the file (was “type”)."),
        ("software", "program", "forms, Summary: “Software”: Now named “program” in the file (was “software”)."),
        ("prepare", "get ready", "stages, get ready: Now called “get ready” (was “prepare”)."),
        ("name-csm", "choose", "steps, Name the manager: Now named “choose” in the file (was “name-csm”)."),
        ("quarter-start", "early", "windows, Start of a quarter: Now named “early” in the file (was “quarter-start”)."),
        ("open_fee", "rest_fee", "derived, Fee not yet sold: Now named “rest_fee” in the file (was “open_fee”)."),
    ],
)
def test_renamed_thing_is_told_once(before: str, after: str, says: str) -> None:
    assert told(everything(), with_word(before, after)) == (says,)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ((("  support:\n", "  help:\n"), ("support.type: ", "help.type: "), ("due: support.days", "due: help.days"),
          ("at_least: support.days", "at_least: help.days")),
         "decisions, Support: Now named “help” in the file (was “support”)."),
        ((("  summary:\n", "  card:\n"), ("form: summary", "form: card")),
         "forms, Summary: Now named “card” in the file (was “summary”)."),
        ((("  call:\n", "  ring:\n"), ("{call: again", "{ring: again"), (", call, papers]", ", ring, papers]"),
          ("[call.notes]", "[ring.notes]")),
         "steps, Call the client: Now named “ring” in the file (was “call”)."),
        ((("  over: {when: ", "  done with: {when: "),), "ends, done with: Now called “done with” (was “over”)."),
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
    of = "kind: list, of: {name: text, from: instant}, at_least: 1}"
    two = f"first: {{title: One, {of}\n  second: {{title: Two, {of}"
    assert told(everything(), changed((f"types: {{title: Types, {of}", two))) == (
        "facts, Types: No longer asked for.",
        "facts, One: New: list of name (text), from (instant), at least 1.",
        "facts, Two: New: list of name (text), from (instant), at least 1.",
    )
