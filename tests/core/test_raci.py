"""The RACI matrix: rows by stage, letters in the order of the roles, counts, and what is wrong with a row."""

from __future__ import annotations

from handrail.runbook.loading import load
from handrail.runbook.raci import Matrix, matrix
from tests.core.runbook_text import spoiled


def matrix_of(*changes: tuple[str, str]) -> Matrix:
    loaded = load(spoiled(*changes), "small.yaml")
    assert loaded.runbook is not None, loaded.problems
    return matrix(loaded.runbook)


def test_rows_stand_by_stage_with_letters_in_the_order_of_the_roles() -> None:
    found = matrix_of()
    assert [(stage, [(row.step.name, row.letters) for row in rows]) for stage, rows in found.rows] == [
        ("prepare", [("fill", (("R", "A"), ()))]),
        ("go live", [("accept", (("I",), ("R", "A"))), ("watch", (("R", "A"), ()))]),
    ]
    assert found.problems == 0


def test_each_role_is_counted_by_letter() -> None:
    assert [(one.title, dict(one.counts)) for one in matrix_of().columns] == [
        ("Project Manager", {"R": 2, "A": 2, "C": 0, "I": 1}),
        ("Client Services lead", {"R": 1, "A": 1, "C": 0, "I": 0}),
    ]


def test_row_without_exactly_one_who_answers_tells_so_and_how_to_mend_it() -> None:
    found = matrix_of(("raci: {lead: RA, pm: I}, needs", "raci: {lead: RA, pm: A}, meant: Both sign., needs"))
    problems = {row.step.name: [(one.says, one.mend) for one in row.problems] for _, rows in found.rows for row in rows}
    assert problems == {
        "fill": [],
        "accept": [
            (
                "For “accept” “lead” and “pm” answer (A). It is meant: Both sign.",
                "Take “meant” out once it is no longer so.",
            )
        ],
        "watch": [],
    }
    assert found.problems == 1
