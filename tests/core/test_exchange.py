"""Decision tables out and back: DMN, workbooks, and the text of a runbook. A round trip changes nothing."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.runbook.cells import matches
from handrail.runbook.exchange.cell_text import cell_of, feel_of
from handrail.runbook.exchange.dmn import read_dmn
from handrail.runbook.exchange.dmn_writing import write_dmn
from handrail.runbook.exchange.exchanged import Table
from handrail.runbook.exchange.feel import Names, UnaryTests, read_tests
from handrail.runbook.exchange.kind_text import kind_of, text_of
from handrail.runbook.exchange.loading import load_any
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.sheet_reading import read_workbook
from handrail.runbook.exchange.sheet_writing import write_workbook
from handrail.runbook.exchange.yaml_writing import write_yaml
from handrail.runbook.kinds import Unfit
from handrail.runbook.model import Decision
from handrail.runbook.reading import read
from tests.core.random_decisions import decisions
from tests.core.random_tables import GRIDS, RandomTable, tables
from tests.thorough import examples

RUNBOOKS = sorted((Path(__file__).parents[2] / "runbooks").glob("*.yaml"))
REST = """
runbook: converted
version: "1"
roles: {pm: {}, im: {}, lead: {}}
stages: [all]
steps: {do: {kind: task, stage: all, raci: {pm: RA}}}
ends: {Done: {when: {do: done}}}
"""
THOROUGH = settings(max_examples=examples(50), deadline=None, suppress_health_check=[HealthCheck.too_slow])


@THOROUGH
@given(decisions())
def test_decision_comes_back_from_dmn_as_it_was(decision: Decision) -> None:
    exchanged = read_dmn(write_dmn((decision,), "model").content, "model.dmn")
    assert exchanged.problems == ()
    assert exchanged.tables[decision.name].decision == decision


@THOROUGH
@given(decisions())
def test_decision_comes_back_from_a_workbook_as_it_was(decision: Decision) -> None:
    written = write_workbook((decision,))
    assert not isinstance(written, Unfit)
    exchanged = read_workbook(written.content, "model.xlsx")
    assert exchanged.problems == ()
    assert exchanged.tables[decision.name].decision == decision


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(decisions())
def test_converted_decision_reads_as_it_was(decision: Decision) -> None:
    if any(column.ref.source != "fact" for column in decision.inputs):
        return  # what it looks at would have to be declared too
    runbook = read(REST + write_yaml([Table(id="", decision=decision)]).text, "converted.yaml").runbook
    assert runbook is not None
    assert runbook.decisions[decision.name] == decision


@pytest.mark.parametrize("file", RUNBOOKS, ids=lambda file: file.stem)
def test_decisions_of_shipped_runbooks_come_back_together(file: Path) -> None:
    runbook = read(file.read_bytes(), file.name).runbook
    assert runbook is not None
    decisions = tuple(runbook.decisions.values())
    exchanged = read_dmn(write_dmn(decisions, runbook.name).content, "model.dmn")
    assert {name: table.decision for name, table in exchanged.tables.items()} == dict(runbook.decisions)
    if decisions:
        workbook = write_workbook(decisions)
        assert not isinstance(workbook, Unfit)
        sheets = read_workbook(workbook.content, "model.xlsx")
        assert {name: table.decision for name, table in sheets.tables.items()} == dict(runbook.decisions)


@settings(deadline=None)
@given(tables(most_columns=1, most_rules=1))
def test_cell_means_the_same_in_feel(table: RandomTable) -> None:
    grid, rule = table.grids[0], table.decision.rules[0]
    tests = read_tests(feel_of(rule.cells[0], grid.kind), Names(()))
    assert isinstance(tests, UnaryTests)
    cell = cell_of(tests, grid.kind)
    assert not isinstance(cell, Unfit)
    for value in (*grid.values, None):
        assert matches(cell, value) == matches(rule.cells[0], value)


@given(decisions())
def test_kind_is_read_as_it_was_written(decision: Decision) -> None:
    notes = Notes("")
    kinds = [*(column.kind for column in decision.inputs), *(output.kind for output in decision.outputs)]
    for kind in kinds:
        assert kind_of(text_of(kind), "the column", notes) == kind
    assert notes.problems() == ()


@given(st.text('()[]<>=!,."-@19ae truelfnoxd\\', max_size=30))
def test_any_text_is_a_test_or_none(text: str) -> None:
    tests = read_tests(text, Names(("a", "a e", "x.a")))
    for grid in GRIDS:
        if isinstance(tests, UnaryTests) and "Name" not in repr(tests) and "Moment" not in repr(tests):
            assert cell_of(tests, grid.kind) is not None


@settings(max_examples=examples(150), deadline=None)
@given(st.sampled_from(["a.dmn", "a.xlsx"]), st.binary(max_size=60), st.integers(0, 8000), st.integers(0, 30))
def test_any_bytes_are_answered(file: str, inserted: bytes, at: int, cut: int) -> None:
    content = SOUND[file]
    reading = load_any(content[:at] + inserted + content[at + cut :], file)
    assert reading.runbook is not None or reading.problems


def _sound() -> dict[str, bytes]:
    runbook = read(RUNBOOKS[0].read_bytes(), RUNBOOKS[0].name).runbook
    assert runbook is not None
    written = write_workbook(tuple(runbook.decisions.values()))
    assert not isinstance(written, Unfit)
    return {"a.dmn": write_dmn(tuple(runbook.decisions.values()), "a").content, "a.xlsx": written.content}


SOUND = _sound()
