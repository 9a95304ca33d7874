"""The checks: what can be proved wrong about a runbook that could be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.runbook.checks import check
from handrail.runbook.loading import load
from handrail.runbook.reading import read
from tests.core.runbook_text import SMALL, Case, cases, spoiled


@pytest.mark.parametrize("case", cases("problems_of_checking.txt"), ids=lambda case: case.name)
def test_check_tells_every_problem(case: Case) -> None:
    assert [str(problem) for problem in load(case.text, "small.yaml").problems] == list(case.problems)


@pytest.mark.parametrize("case", cases("problems_of_ways.txt"), ids=lambda case: case.name)
def test_check_tells_what_is_proved_of_the_whole(case: Case) -> None:
    assert [str(problem) for problem in load(case.text, "small.yaml").problems] == list(case.problems)


def test_warnings_leave_the_runbook_usable() -> None:
    reading = load(spoiled(("[0..3000)", "[0..2000)")), "small.yaml")
    assert [problem.severity for problem in reading.problems] == ["warning"]
    assert reading.runbook is not None


def test_errors_of_checks_take_the_runbook_away() -> None:
    reading = load(spoiled(("raci: {pm: RA}, due", "raci: {pm: R}, due")), "small.yaml")
    assert [problem.severity for problem in reading.problems] == ["error"]
    assert reading.runbook is None


def test_every_cycle_is_told_once() -> None:
    text = spoiled(
        ("raci: {pm: RA}, due", "raci: {pm: RA}, needs: [accept], due"),
        ("    when: {support.type: transition}\n", "    when: {watch: done}\n"),
    )
    assert [(problem.where.line, problem.says) for problem in load(text, "small.yaml").problems] == [
        (27, "These wait for each other: “fill” waits for “accept”, “accept” waits for “fill”."),
        (31, "“watch” waits for itself."),
    ]


def test_long_chains_are_checked_without_recursion() -> None:
    """Of more steps than calls may stand within each other."""
    chain = "".join(
        f"  s{n}: {{stage: prepare, kind: task, raci: {{pm: RA}}, needs: [s{n + 1}]}}\n" for n in range(1200)
    )
    last = "  s1200: {stage: prepare, kind: task, raci: {pm: RA}}\n"
    assert load(spoiled(("steps:\n", f"steps:\n{chain}{last}")), "small.yaml").problems == ()
    back = last.replace("{pm: RA}", "{pm: RA}, needs: [s0]")
    problems = load(spoiled(("steps:\n", f"steps:\n{chain}{back}")), "small.yaml").problems
    assert [problem.code for problem in problems] == ["cycle"]


@given(st.permutations(["fill", "accept", "watch"]), st.sets(st.tuples(st.integers(0, 2), st.integers(0, 2))))
def test_needs_in_one_direction_have_no_cycle(order: list[str], pairs: set[tuple[int, int]]) -> None:
    needs = {name: [order[to] for start, to in pairs if order[start] == name and to < start] for name in order}
    text = spoiled(
        ("raci: {pm: RA}, due", f"raci: {{pm: RA}}, needs: [{', '.join(needs['fill'])}], due"),
        ("needs: [fill], on_refuse: {reopen: [fill]}", f"needs: [{', '.join(needs['accept'])}]"),
        ("    stage: go live\n", f"    stage: go live\n    needs: [{', '.join(needs['watch'])}]\n"),
    )
    runbook = read(text, "small.yaml").runbook
    assert runbook is not None
    assert [problem for problem in check(runbook) if problem.code == "cycle"] == []


def test_small_runbook_has_no_problems() -> None:
    assert load(SMALL, "small.yaml").problems == ()


CELLS = st.sampled_from(
    [
        "-",
        "tax",
        "not(tax)",
        "given",
        "missing",
        "> 9999-12-31",
        "< 0001-01-01",
        "[0..3)",
        "not(>= 0)",
        "< 0",
        "> 2024-01-01",
    ]
)


@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=4))
def test_any_table_that_can_be_read_can_be_checked(rows: list[tuple[str, str, str]]) -> None:
    rules = "".join(f'      - {{when: ["{one}", "{two}", "{three}"], then: [desk, 0]}}\n' for one, two, three in rows)
    head, _, rest = SMALL.partition("      - {when")
    tail = rest[rest.index("forms:\n") :]
    text = f"{head}{rules}{tail}".replace("[vertical, mrr]", "[vertical, mrr, go_live]")
    assert isinstance(load(text, "small.yaml").problems, tuple)
