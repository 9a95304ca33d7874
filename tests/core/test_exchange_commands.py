"""`handrail check`, `decide`, `export` and `convert` with DMN files and workbooks, as they are called."""

from pathlib import Path

import pytest

from handrail.command_line import main
from handrail.runbook.exchange.dmn import read_dmn
from handrail.runbook.exchange.sheet_reading import read_workbook
from handrail.runbook.reading import read
from tests.core.dmn_text import DMN, spoiled
from tests.core.runbook_text import SMALL

YOUNG = ["Applicant.age=24", "Legal age=18"]


@pytest.fixture
def dmn(tmp_path: Path) -> Path:
    file = tmp_path / "loans.dmn"
    file.write_text(DMN, encoding="utf-8")
    return file


@pytest.fixture
def small(tmp_path: Path) -> Path:
    file = tmp_path / "small.yaml"
    file.write_text(SMALL, encoding="utf-8")
    return file


def test_check_takes_a_dmn_file(dmn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dmn.write_bytes(spoiled(("<text>0.5</text>", "<text>abs(1)</text>")))
    assert main(["check", str(dmn)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        (
            f"{dmn}:38:28: error: “abs(1)” is not a value. "
            'Write one value: a text in quotes, a number, true, false or date("…"). [output]'
        ),
        '            <outputEntry><text>abs(1)</text></outputEntry><outputEntry><text>"Welcome"</text></outputEntry>',
        "                               ^",
        "1 file checked: 1 error, 0 warnings.",
    ]


@pytest.mark.parametrize("decision", ["Risk level", "Risk  level", "risk"])
def test_decide_names_the_decision_by_name_or_id(dmn: Path, decision: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(dmn), decision, *YOUNG]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "Risk level: high",
        f"  Rule 1 applies: Age is 24, Age compared with Legal age is above. ({dmn}:18)",
        "  Note: Young drivers.",
    ]


def test_decide_goes_through_the_decisions_underneath(dmn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(dmn), "Terms", *YOUNG, "Nick names=Bo"]) == 0
    assert capsys.readouterr().out.splitlines()[3:] == [
        "Terms:",
        "  rate: 1.50",
        "  greeting: Sorry, Bo",
        f"  Rule 1 applies: Risk level is high. ({dmn}:32)",
    ]


def test_decide_takes_rows(dmn: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = tmp_path / "rows.csv"
    rows.write_text("Applicant.age,Legal age\n24,18\n17,18\n24,\n", encoding="utf-8")
    assert main(["decide", str(dmn), "risk", "--csv", str(rows)]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "Applicant.age,Legal age,Risk level,rule,undecided",
        "24,18,high,1,",
        "17,18,low,,",
        "24,,,,Legal age is missing.",
    ]


def test_decide_tells_what_the_dmn_decision_does_not_know(dmn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(dmn), "Rate"]) == 2
    assert main(["decide", str(dmn), "risk", "age=1"]) == 2
    assert capsys.readouterr().err.splitlines() == [
        "No decision is called “Rate”. There is: risk, terms, Risk level, Terms.",
        "The decision does not look at “age”. There is: Applicant.age, Legal age.",
    ]


def test_decide_tells_why_a_decision_could_not_be_read(dmn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dmn.write_bytes(spoiled(("[Legal age..25)", "x + 1")))
    assert main(["decide", str(dmn), "risk", *YOUNG]) == 2
    assert capsys.readouterr().err.splitlines()[0] == (
        f"{dmn}:19:27: error: “x + 1” is not a unary test of S-FEEL over known names. Write S-FEEL unary tests: “-”, "
        "a value, a comparison, an interval, a list with commas, or “not(…)”. [cell]"
    )
    assert main(["decide", str(dmn), "terms", "Risk level=low"]) == 0


def test_export_writes_what_comes_back(small: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    made, sheet = tmp_path / "support.dmn", tmp_path / "support.xlsx"
    assert main(["export", str(small), "support", "--output", str(made)]) == 0
    assert main(["export", str(small), "support", "--output", str(sheet)]) == 0
    runbook = read(SMALL, "small.yaml").runbook
    assert runbook is not None
    for exchanged in (read_dmn(made.read_bytes(), ""), read_workbook(sheet.read_bytes(), "")):
        assert exchanged.tables["support"].decision == runbook.decisions["support"]
    assert capsys.readouterr().err.splitlines() == [
        "“mrr” is an amount in USD: other programs see a number.",
        "“days” is a whole number: other programs see a number.",
    ]


def test_export_refuses_what_it_does_not_know(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(small), "supports"]) == 2
    assert main(["export", str(small), "support", "--output", str(small / "x.dmn")]) == 1
    assert capsys.readouterr().err.splitlines() == [
        "No decision is called “supports”. Did you mean “support”? There is: support.",
        "“mrr” is an amount in USD: other programs see a number.",
        "“days” is a whole number: other programs see a number.",
        f"{small / 'x.dmn'} cannot be written: Not a directory.",
    ]


def test_convert_prints_what_a_runbook_would_say(dmn: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["convert", str(dmn)]) == 0
    told = capsys.readouterr()
    assert told.out.splitlines() == [
        "facts:",
        "  applicant_age: {title: Age, kind: number}",
        (
            "  applicant_age_compared_with_legal_age: "
            "{title: Age compared with Legal age, kind: choice, of: [below, equal, above]}"
        ),
        "decisions:",
        "  risk_level:",
        "    hit_policy: first",
        "    inputs: [applicant_age, applicant_age_compared_with_legal_age]",
        "    outputs:",
        "      risk_level: {kind: choice, of: [high, low]}",
        "    rules:",
        '      - {when: ["< 25", "equal, above"], then: [high], note: "Young drivers."}',
        "    otherwise: [low]",
        "  terms:",
        "    hit_policy: unique",
        "    inputs: [risk_level.risk_level]",
        "    outputs:",
        "      rate: {title: rate, kind: number}",
        "      greeting: {title: greeting, kind: text}",
        "    rules:",
        '      - {when: [high], then: [1.5, "Sorry, {Nick names}"]}',
        '      - {when: ["not(high)"], then: [0.5, Welcome]}',
    ]
    assert told.err.splitlines() == [
        "“Risk level” is called “risk_level”.",
        "“Terms” is called “terms”.",
        "“Applicant.age” is called “applicant_age”.",
        "“Applicant.age compared with Legal age” is called “applicant_age_compared_with_legal_age”.",
        (
            "“applicant_age_compared_with_legal_age” is a fact to be given: a runbook does not compare “Applicant.age” "
            "with “Legal age” itself."
        ),
        "Rule 1 of “Terms” gives a text as it is: nothing is put into “greeting”.",
    ]
