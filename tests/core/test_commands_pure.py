"""`handrail check` and `handrail decide`, as they are called."""

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from handrail.command_line import main
from tests.core.runbook_text import SMALL, spoiled

ANSWERED_FIRST = """\
  size:
    inputs: [mrr]
    outputs: {size: {kind: choice, of: [small, =large]}}
    rules:
      - {when: ["< 1000"], then: [small]}
      - {when: ["[1000..2000)"], then: [=large]}
      - {when: [">= 3000"], then: [=large], note: Large.}
  care:
    inputs: [size, vertical]
    outputs: {level: {kind: text}, hours: {kind: number}}
    rules:
      - {when: [small, "-"], then: ["-none", -1.5]}
      - {when: ["=large", tax], then: [full, 8]}
"""


@pytest.fixture
def runbook(tmp_path: Path) -> Path:
    return written(tmp_path, spoiled(("decisions:\n", f"decisions:\n{ANSWERED_FIRST}")))


def written(folder: Path, text: str, name: str = "small.yaml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def lines(capsys: pytest.CaptureFixture[str]) -> tuple[list[str], list[str]]:
    said = capsys.readouterr()
    return said.out.splitlines(), said.err.splitlines()


# --------------------------------------------------------------------------------------------------------------- check


def test_check_of_a_good_runbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, SMALL)
    assert main(["check", str(path)]) == 0
    assert lines(capsys) == (["1 file checked: nothing is wrong."], [])


def test_check_shows_the_line_and_the_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, spoiled(("needs: [fill]", "needs: [fil]")))
    assert main(["check", str(path)]) == 1
    shown = "cceptance, raci: {lead: RA, pm: I}, needs: [fil], on_refuse: {reopen: [fill]}}"
    out, err = lines(capsys)
    told = "error: No step is called “fil”. Did you mean “fill”? There is: fill, accept, watch. [unknown-name]"
    assert out[0] == f"{path}:30:73: {told}"
    assert out[1].endswith(shown)
    assert out[2].index("^") == out[1].index("fil]")
    assert out[3:] == ["1 file checked: 1 error, 0 warnings."]
    assert err == []


def test_check_of_warnings_alone_succeeds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, spoiled(("[prepare, go live]", "[prepare, later, go live]")))
    assert main(["check", str(path)]) == 0
    assert lines(capsys)[0] == [
        f"{path}:1:1: warning: No step is in the stage “later”. Put a step into it, or take it out. [unused]",
        "    runbook: small",
        "    ^",
        "1 file checked: 0 errors, 1 warning.",
    ]


def test_check_of_unreadable_files_still_checks_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, missing = written(tmp_path, SMALL), tmp_path / "missing.yaml"
    assert main(["check", str(missing), str(good), str(tmp_path)]) == 2
    out, err = lines(capsys)
    assert out == ["3 files checked: 2 errors, 0 warnings."]
    assert err == [
        (
            f"{missing}: error: {missing} cannot be read: No such file or directory. "
            "Check its name and whether you may read it. [unreadable]"
        ),
        (
            f"{tmp_path}: error: {tmp_path} cannot be read: Is a directory. "
            "Check its name and whether you may read it. [unreadable]"
        ),
    ]


def test_check_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = written(tmp_path, SMALL), written(tmp_path, "runbook: a: b", "bad.yaml")
    assert main(["check", "--json", str(good), str(bad)]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "files": [
            {"file": str(good), "ok": True, "runbook": "small", "problems": []},
            {
                "file": str(bad),
                "ok": False,
                "runbook": None,
                "problems": [
                    {
                        "file": str(bad),
                        "line": 1,
                        "column": 11,
                        "severity": "error",
                        "code": "yaml-syntax",
                        "says": "A colon stands where no key can be.",
                        "mend": (
                            "Put quotes around a text that holds “: ”, "
                            "or begin the line in the same column as its neighbours."
                        ),
                    }
                ],
            },
        ]
    }


def test_check_prints_where_the_terminal_has_few_letters(tmp_path: Path) -> None:
    path = written(tmp_path, spoiled(("needs: [fill]", "needs: [fil]")))
    done = subprocess.run(
        [sys.executable, "-m", "handrail.command_line", "check", str(path)],
        env={"PYTHONIOENCODING": "ascii"},
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, b"")
    assert b"No step is called \\u201cfil\\u201d." in done.stdout


# -------------------------------------------------------------------------------------------------------------- decide


def test_decide_names_the_rule_and_the_boundary(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(runbook), "support", "vertical=tax", "mrr=$3,000"]) == 0
    assert lines(capsys) == (
        [
            "Support:",
            "  Type: transition",
            "  Days: 30",
            f"  Rule 2 applies: Vertical is tax, Mrr is 3,000 USD. ({runbook}:31)",
            "  Mrr is exactly 3,000 USD, where rule 2 begins and rule 1 ends: rule 2 was taken.",
        ],
        [],
    )


def test_decide_finds_what_it_needs_from_the_facts_underneath(
    runbook: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decide", str(runbook), "care", "--json", "mrr=3000.50", "vertical=tax"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "decision": "care",
        "outcome": "decided",
        "outputs": {"level": "full", "hours": 8},
        "rule": 2,
        "rules": [2],
        "place": f"{runbook}:23",
        "note": "",
        "boundary": [],
        "because": "Rule 2 applies: Size is =large, Vertical is tax.",
        "facts": {"mrr": 3000.5, "vertical": "tax"},
        "before": [
            {
                "decision": "size",
                "outcome": "decided",
                "outputs": {"size": "=large"},
                "rule": 3,
                "rules": [3],
                "place": f"{runbook}:17",
                "note": "Large.",
                "boundary": [],
                "because": "Rule 3 applies: Mrr is 3,000.50 USD.",
            }
        ],
    }


@pytest.mark.parametrize("name", ["size", "size.size"])
def test_decide_takes_an_input_as_it_is_given(runbook: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(runbook), "care", f"{name}=small", "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["outputs"], said["rule"], said["before"]) == ({"level": "-none", "hours": -1.5}, 1, [])
    assert said["facts"] == {"size.size": "small"}


def test_decide_tells_what_is_missing(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(runbook), "care", "vertical=tax"]) == 1
    assert lines(capsys) == (
        ["Size: undecided. Mrr is missing.", "Care: undecided. Size is missing. Size: Mrr is missing."],
        [],
    )


def test_decide_tells_a_gap(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["decide", str(runbook), "size", "mrr=2500", "--json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "decision": "size",
        "outcome": "undecided",
        "outputs": {},
        "rule": None,
        "rules": [],
        "place": None,
        "note": "",
        "boundary": [],
        "because": "No rule of the table covers this case: a person must decide, with a reason.",
        "facts": {"mrr": 2500},
        "before": [],
    }


def test_decide_tells_everything_unfit_at_once(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = ["mrr=much", "vertikal=tax", "tax", "mrr=5", "vertical="]
    assert main(["decide", str(runbook), "care", *given]) == 2
    assert lines(capsys) == (
        [],
        [
            "mrr: “much” is not a USD amount. Write it like 5000 or 5,000.00.",
            "The decision does not look at “vertikal”. Did you mean “vertical”? There is: size, vertical, mrr.",
            "“tax” gives nothing a value. Write it like name=value.",
            "“mrr” is given twice: mrr=much and mrr=5. Keep one.",
            "vertical: Nothing is written here.",
        ],
    )


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["sise"], "No decision is called “sise”. Did you mean “size”? There is: size, care, support."),
        (["size", "mrr=1", "--csv", "x.csv"], "“x.csv” gives the cases: take mrr=1 out."),
        (["size", "--json", "--csv", "x.csv"], "With --csv the answer is CSV: take --json out."),
        (["size", "--csv", "missing.csv"], "missing.csv cannot be read: No such file or directory."),
    ],
)
def test_decide_refuses_what_it_cannot_use(
    runbook: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["decide", str(runbook), *arguments]) == 2
    assert lines(capsys) == ([], [says])


def test_decide_tells_the_problems_of_the_runbook(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = written(tmp_path, "[]")
    assert main(["decide", str(path), "size", "mrr=1"]) == 2
    assert lines(capsys) == (
        [],
        [
            (
                f"{path}:1:1: error: The file does not hold a mapping. "
                "Begin it with “runbook: name-of-the-runbook”, one key a line. [not-a-mapping]"
            ),
            "    []",
            "    ^",
        ],
    )


def test_words_that_no_command_knows_are_refused(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["decide", str(runbook), "size", "--jason", "mrr=1"])
    assert left.value.code == 2
    assert "unrecognized arguments: --jason" in capsys.readouterr().err


# ----------------------------------------------------------------------------------------------------------------- csv


def decided_rows(
    runbook: Path, decision: str, text: str, capsys: pytest.CaptureFixture[str]
) -> tuple[int, list[list[str]], list[str]]:
    source = written(runbook.parent, text, "cases.csv")
    code = main(["decide", str(runbook), decision, "--csv", str(source)])
    said = capsys.readouterr()
    return code, list(csv.reader(io.StringIO(said.out))), said.err.replace(str(source), "cases.csv").splitlines()


def test_rows_are_decided_and_none_is_lost(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = '\ufeffcustomer,mrr,vertical\n=A,"$3,500",tax\n\nB,,tax\nC,much,\nD,10\nE,2500,tax,x\nF,500,\n'
    code, rows, err = decided_rows(runbook, "care", text, capsys)
    assert code == 1
    assert rows == [
        ["customer", "mrr", "vertical", "level", "hours", "rule", "undecided"],
        ["=A", "$3,500", "tax", "full", "8", "2", ""],
        ["B", "", "tax", "", "", "", "Size is missing. Size: Mrr is missing."],
        ["C", "much", "", "", "", "", "mrr: “much” is not a USD amount. Write it like 5000 or 5,000.00."],
        ["D", "10", "", "", "", "", "The row has 2 cells and the header 3."],
        ["E", "2500", "tax", "", "", "", "The row has 4 cells and the header 3; left out: “x”."],
        ["F", "500", "", "'-none", "-1.5", "1", ""],
    ]
    assert err == [
        "cases.csv:5: mrr: “much” is not a USD amount. Write it like 5000 or 5,000.00.",
        "cases.csv:6: The row has 2 cells and the header 3.",
        "cases.csv:7: The row has 4 cells and the header 3; left out: “x”.",
    ]


def test_text_that_looks_like_a_formula_is_kept_text(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, _ = decided_rows(runbook, "size", "mrr\n3000\n", capsys)
    assert (code, rows) == (0, [["mrr", "size", "rule", "undecided"], ["3000", "'=large", "3", ""]])


def test_added_columns_keep_clear_of_those_that_are_there(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, _ = decided_rows(runbook, "support", "mrr,vertical,rule,type\n10,tax,a,b\n", capsys)
    assert code == 0
    assert rows == [
        ["mrr", "vertical", "rule", "type", "support.type", "days", "support.rule", "undecided"],
        ["10", "tax", "a", "b", "desk", "0", "1", ""],
    ]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "cases.csv:1: No column is named like something that the decision looks at: mrr."),
        ("a,b\n", "cases.csv:1: No column is named like something that the decision looks at: mrr."),
        ("mrr,mrr\n1,2\n", "cases.csv:1: “mrr” has two columns. Take one of them out."),
        ('mrr\n"1\n', "cases.csv:2: This is not CSV: unexpected end of data. Nothing after it was read."),
    ],
)
def test_csv_that_cannot_be_used_is_told(
    runbook: Path, text: str, says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, _, err = decided_rows(runbook, "size", text, capsys)
    assert (code, err) == (2, [says])


def test_csv_in_another_encoding_is_told(runbook: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = runbook.parent / "cases.csv"
    source.write_bytes(b"mrr,name\n1,caf\xe9\n")
    assert main(["decide", str(runbook), "size", "--csv", str(source)]) == 2
    assert lines(capsys)[1] == [f"{source} is not UTF-8 text (it holds the byte 0xE9). Save it in UTF-8."]


def test_rows_by_the_thousands_are_answered_as_one_by_one(runbook: Path) -> None:
    some = ['A,"$3,500",tax,', "B,,tax,", "C,much,,", "D,10", "E,2500,tax,,x", "F,500,,", "", "G,1,,large", "H,,,small"]
    text = "\n".join(["customer,mrr,vertical,size", *some * 2500, '"'])
    source = written(runbook.parent, text, "cases.csv")
    by_thousands = decided_by_command(runbook, "care", str(source), b"")
    one_by_one = decided_by_command(runbook, "care", "-", text.encode())
    assert by_thousands == (2, one_by_one[1], one_by_one[2].replace("standard input:", f"{source}:"))
    assert by_thousands[1].count("\n") == 1 + 8 * 2500


def decided_by_command(runbook: Path, decision: str, source: str, given: bytes) -> tuple[int, str, str]:
    command = [sys.executable, "-m", "handrail.command_line", "decide", str(runbook), decision, "--csv", source]
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_rows_may_come_from_standard_input(runbook: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "handrail.command_line", "decide", str(runbook), "size", "--csv", "-"],
        input=b"mrr\n5\nx\n",
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout.decode().splitlines()[:2] == ["mrr,size,rule,undecided", "5,small,1,"]
    assert done.stderr.decode().splitlines() == [
        "standard input:3: mrr: “x” is not a USD amount. Write it like 5000 or 5,000.00."
    ]
