"""Decision tables as workbooks: what is told of one that cannot be read, and that nothing in it is a formula."""

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

import pytest
import xlsxwriter

from handrail.runbook.cells import Among
from handrail.runbook.exchange.asking import ExchangedInquiry
from handrail.runbook.exchange.loading import load_any
from handrail.runbook.exchange.sheet_reading import read_workbook
from handrail.runbook.exchange.sheet_writing import rows_of, write_workbook
from handrail.runbook.kinds import Number, Text, Unfit
from handrail.runbook.model import Decision, Input, Output, Ref, Rule
from handrail.runbook.reading import read
from tests.core.random_tables import NOWHERE
from tests.core.runbook_text import SMALL

SHEET: list[list[object]] = [
    ["decision", "support"],
    ["hit policy", "collect sum"],
    ["column", "input", "input", "output", "note"],
    ["name", "vertical", "since", "days"],
    ["kind", "kind: choice, of: [tax, utilities]", "date", "kind: number, whole: yes"],
    [1, "tax", "-", 30, "as agreed"],
    [],
    [2, "", date(2027, 3, 1), 60.0],
    [3, "not(tax)", datetime(2027, 3, 2), "90"],  # noqa: DTZ001 (a cell has no zone)
    ["otherwise", "", "", 0],
]


def workbook(*sheets: list[list[object]], changes: Mapping[str, object] | None = None) -> bytes:
    """The `changes` are made in the last of the sheets."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"default_date_format": "yyyy-mm-dd"})
    for rows in sheets:
        sheet = book.add_worksheet()
        for at, row in enumerate(rows):
            sheet.write_row(at, 0, row)
    for cell, value in (changes or {}).items():
        sheet.write(cell, value)
    book.close()
    return buffer.getvalue()


def support() -> Decision:
    runbook = read(SMALL, "small.yaml").runbook
    assert runbook is not None
    return runbook.decisions["support"]


def test_sheet_filled_by_hand_is_read() -> None:
    exchanged = read_workbook(workbook(SHEET), "x.xlsx")
    assert exchanged.problems == ()
    decision = exchanged.tables["support"].decision
    assert list(rows_of(decision)) == [
        ("decision", "support"),
        ("title", "Support"),
        ("hit policy", "collect sum"),
        ("column", "input", "input", "output", "note"),
        ("name", "vertical", "since", "days"),
        ("heading", "Vertical", "Since", "Days"),
        ("looks at", "fact vertical", "fact since"),
        ("kind", "kind: choice, of: [tax, utilities]", "kind: date", "kind: number, whole: yes"),
        ("1", "tax", "-", "30", "as agreed"),
        ("2", "-", "2027-03-01", "60", ""),
        ("3", "not(tax)", "2027-03-02", "90", ""),
        ("otherwise", "", "", "0"),
    ]


@pytest.mark.parametrize(
    ("cell", "value", "problem"),
    [
        (
            "B6",
            "taxes",
            (
                "6:2: error: In B6 of the sheet “Sheet1”: “taxes” is not one of tax, utilities. "
                "Write “-” for anything. [cell]"
            ),
        ),
        (
            "D8",
            60.5,
            (
                "8:4: error: In D8 of the sheet “Sheet1”: 60.5 has more decimals than a whole number takes: "
                "write a whole number. A rule gives every output a value. [output]"
            ),
        ),
        (
            "D10",
            " ",
            (
                "10:4: error: In D10 of the sheet “Sheet1”: Nothing is written here. "
                "A rule gives every output a value. [output]"
            ),
        ),
        (
            "A9",
            4,
            (
                "9:1: error: In A9 of the sheet “Sheet1”: The rule is numbered 4 and is rule 3. "
                "Rules count from 1, in their order. [rule-number]"
            ),
        ),
        (
            "A2",
            "policy",
            (
                "2:1: error: In A2 of the sheet “Sheet1”: “policy” does not say what this row is. "
                "Did you mean “hit policy”? There is: decision, title, hit policy, says, asked by, "
                "approved by, column, name, heading, looks at, kind, otherwise. [unknown-word]"
            ),
        ),
        (
            "B2",
            "best",
            (
                "2:2: error: In B2 of the sheet “Sheet1”: “best” is not a hit policy. There is: unique, first, "
                "any, priority, rule order, output order, collect, collect sum, collect min, collect max, "
                "collect count. [hit-policy]"
            ),
        ),
        (
            "C3",
            "inputs",
            (
                "3:3: error: In C3 of the sheet “Sheet1”: “inputs” does not say what this column is. "
                "Write input, output or note. [unknown-word]"
            ),
        ),
        (
            "C4",
            "vertical",
            (
                "4:2: error: In B4 of the sheet “Sheet1”: “vertical” is the name of two columns. "
                "Give it a name of its own. [name-taken]"
            ),
        ),
        (
            "C5",
            "day",
            (
                "5:3: error: In C5 of the sheet “Sheet1”: “day” is not a kind that the column “since” can have. "
                "There is: text, number, money, date, instant, yes/no, choice, link, person, list. "
                "[unknown-kind]"
            ),
        ),
    ],
)
def test_mistake_is_told_with_sheet_and_cell(cell: str, value: object, problem: str) -> None:
    problems = read_workbook(workbook(SHEET, changes={cell: value}), "x.xlsx").problems
    assert [str(one) for one in problems][:1] == [f"x.xlsx:{problem}"]


def test_nothing_written_is_a_formula() -> None:
    kind = Text()
    ref = Ref(source="fact", name="=1+1")
    decision = Decision(
        name="=1+1",
        title="@SUM(A1)",
        inputs=(Input(name="=1+1", title="+1", ref=ref, kind=kind),),
        outputs=(Output(name="-1", title="http://example.com", kind=kind),),
        rules=(
            Rule(
                number=1,
                cells=(Among(frozenset({"=1+1"}), False, '"=1+1"'),),
                outputs=("=HYPERLINK(1)",),
                note="=cmd|' /C calc'!A0",
                place=NOWHERE,
            ),
        ),
        place=NOWHERE,
    )
    written = write_workbook((decision,))
    assert not isinstance(written, Unfit)
    with zipfile.ZipFile(io.BytesIO(written.content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert re.findall(r"<f>|<hyperlink", sheet) == []
    assert read_workbook(written.content, "x.xlsx").tables["=1+1"].decision == decision


SIZE: list[list[object]] = [
    ["decision", "size"],
    ["column", "input", "output"],
    ["name", "mrr", "size"],
    ["kind", "number", "text"],
    [1, "[0..5)", "small"],
]
CARE: list[list[object]] = [
    ["decision", "care"],
    ["column", "input", "input", "output"],
    ["name", "size", "mrr", "level"],
    ["looks at", "output size · size", "", ""],
    ["kind", "text", "number", "text"],
    [1, "small", "-", "full"],
]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"B5": "number", "B6": "5"},
            "“size” is a number in “care” and a text in “size”. Let it be the same in both. [unlike-kinds]",
        ),
        (
            {"B4": "output size · sise"},
            (
                "“care” looks at “sise” of “size”, which gives nothing of that name. "
                "Did you mean “size”? There is: size. [unknown-name]"
            ),
        ),
        (
            {"B4": "output care · level"},
            "“care” waits for its own answer. Let one of the decisions look at something else. [cycle]",
        ),
    ],
)
def test_decision_that_does_not_fit_the_others_is_told(changes: dict[str, object], says: str) -> None:
    exchanged = read_workbook(workbook(SIZE, CARE, changes=changes), "x.xlsx")
    assert list(exchanged.tables) == ["size"]
    assert [str(problem) for problem in exchanged.problems] == [f"x.xlsx:1:1: error: {says}"]
    assert exchanged.unread == {"care": exchanged.problems}


def test_column_that_takes_anything_takes_the_kind_of_the_others() -> None:
    exchanged = read_workbook(workbook(SIZE, CARE, changes={"C5": "date"}), "x.xlsx")
    assert exchanged.problems == ()
    assert ExchangedInquiry(exchanged, "care").askable["mrr"].kind == Number()


def test_sheets_beside_decisions_are_said_to_be_left() -> None:
    problems = read_workbook(workbook([["Notes", "of ours"]]), "x.xlsx").problems
    assert [str(problem) for problem in problems] == [
        "x.xlsx: warning: The sheet “Sheet1” holds no decision. Nothing is read there. [not-kept]"
    ]


def repacked(content: bytes, part: str, change: tuple[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as archive, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in archive.namelist():
            text = archive.read(name).decode()
            made.writestr(name, text.replace(*change) if name == part else text)
    return out.getvalue()


def zipped(**parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in parts.items():
            made.writestr(name, text)
    return out.getvalue()


FIRST = "xl/worksheets/sheet1.xml"
SHARED = "xl/sharedStrings.xml"
COPY = '<c t="s"><v>0</v></c>'
TOO_FAR = "at most 20,000 rows and 400 columns are read."
TOO_LARGE = "Unpacked, the workbook is larger than 50,000,000 bytes, the most that is read."


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"PK\x03\x04nothing", "The file is no workbook: it cannot be unpacked."),
        (
            zipped(**{"content.xml": "<office/>"}),
            "The file is no workbook: it is a zip archive, or a document of another program.",
        ),
        (
            repacked(workbook(SHEET), FIRST, ('r="A9"', 'r="XFD9"')),
            f"A sheet reaches to row 10, column 16,384; {TOO_FAR}",
        ),
        (
            repacked(workbook(SHEET), FIRST, ('r="A9"', 'r="A1048576"')),
            f"A sheet reaches to row 1,048,576, column 5; {TOO_FAR}",
        ),
        (
            repacked(workbook(SHEET), FIRST, ('r="A9"', 'r="A99999999999"')),
            f"A sheet reaches to row 99,999,999,999, column 5; {TOO_FAR}",
        ),
        (
            repacked(workbook(SHEET), FIRST, ('<c r="A9"', '<c x=\'> r="A9"\' r="A1048576"')),
            f"A sheet reaches to row 1,048,576, column 5; {TOO_FAR}",
        ),
        (
            repacked(workbook(SHEET), FIRST, ('r="A9"', 'r="?9"')),
            "The workbook is damaged and cannot be read: ?9 is not the place of a cell.",
        ),
        (repacked(workbook(SHEET), FIRST, ("<sheetData>", "<sheetData>" + " " * 50_000_000)), TOO_LARGE),
        (
            repacked(
                repacked(workbook(SHEET), SHARED, ("<t>decision</t>", f"<t>{'x' * 30_000}</t>")),
                FIRST,
                ("<sheetData>", f"<sheetData><row>{COPY * 2_000}</row>"),
            ),
            TOO_LARGE,
        ),
        (
            repacked(workbook(SHEET), FIRST, ("<worksheet", "<!DOCTYPE a><worksheet")),
            "The workbook declares a document type, which no spreadsheet program writes.",
        ),
    ],
    ids=["zip", "other", "column", "row", "overflow", "hidden", "place", "bomb", "copies", "doctype"],
)
def test_hostile_workbook_is_answered(content: bytes, says: str) -> None:
    assert [str(problem) for problem in load_any(content, "x.xlsx").problems] == [
        f"x.xlsx: error: {says} Save it again as an .xlsx file. [not-a-workbook]"
    ]


def test_text_longer_than_a_cell_is_refused() -> None:
    assert write_workbook((replace(support(), title="x" * 40_000),)) == Unfit(
        f"“{'x' * 60}…” has 40,000 characters; a cell of a workbook holds 32,767."
    )
