"""Reading a file of rows: every encoding, delimiter and fault that exports come with, and files that mean harm."""

import csv
import io
import zipfile
from collections.abc import Callable
from datetime import datetime

import pytest
import xlsxwriter
from hypothesis import example, given, settings
from hypothesis import strategies as st

from handrail.desk.imports import limits
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.sheet import Sheet, letter, read
from handrail.desk.imports.xlsx import text_of
from tests.thorough import examples

HEADER = "Account ID,Account name,MRR"


def sheet_of(content: bytes, title: str = "") -> Sheet:
    found = read(content, title)
    assert isinstance(found, Sheet), found
    return found


def refusal(content: bytes, title: str = "") -> Problem:
    found = read(content, title)
    assert isinstance(found, tuple), found
    assert [problem.loses for problem in found] == ["the file"]
    return found[0]


def rows(content: bytes) -> list[tuple[int, tuple[str, ...]]]:
    return [(row.number, row.cells) for row in sheet_of(content).rows]


# --- CSV --------------------------------------------------------------------------------------------------------------


def test_csv_rows_have_the_lines_on_which_they_begin() -> None:
    content = f'{HEADER}\nA-1,"Two\nlines",5\n\n , ,\nA-2,Plain,6'.encode()
    assert rows(content) == [(2, ("A-1", "Two\nlines", "5")), (6, ("A-2", "Plain", "6"))]
    assert sheet_of(content).headers == ("Account ID", "Account name", "MRR")
    assert sheet_of(content).unit == "line"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_is_read_in_the_encoding_it_has(encoding: str) -> None:
    sheet = sheet_of(f"{HEADER}\nA-1,Électricité 東京 🚰,5\n".encode(encoding))
    assert sheet.headers[0] == "Account ID"
    assert sheet.rows[0].cells == ("A-1", "Électricité 東京 🚰", "5")
    assert sheet.notes == ()


def test_csv_that_is_not_utf8_is_read_as_windows_and_says_so() -> None:
    sheet = sheet_of(f"{HEADER}\nA-1,Müller & Söhne – Köln,5\n".encode("cp1252"))
    assert sheet.rows[0].cells[1] == "Müller & Söhne – Köln"
    assert sheet.notes == (
        "The file is not UTF-8; it was read as Windows-1252. See that accented letters look right in the preview.",
    )


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_delimiter_is_the_one_that_parts_every_line_alike(delimiter: str) -> None:
    names = ["Smith, Jones; Partners", "a|b, c", "Tab\there; and, there"]
    lines = [delimiter.join(["Account ID", "Account name", "MRR"])]
    lines += [
        delimiter.join([f"A-{n}", f'"{name}"', "1,5"[: 1 if delimiter == "," else 3]]) for n, name in enumerate(names)
    ]
    sheet = sheet_of("\r\n".join(lines).encode())
    assert sheet.headers == ("Account ID", "Account name", "MRR")
    assert [row.cells[1] for row in sheet.rows] == names


def test_csv_line_that_names_the_delimiter_is_no_header() -> None:
    sheet = sheet_of(b"sep=;\r\nAccount ID;Account name\r\nA-1;Acme, Inc, Ltd, GmbH\r\n")
    assert sheet.headers == ("Account ID", "Account name")
    assert [(row.number, row.cells) for row in sheet.rows] == [(3, ("A-1", "Acme, Inc, Ltd, GmbH"))]


def test_csv_line_endings_of_every_system_are_understood() -> None:
    for ending in ("\n", "\r\n", "\r"):
        assert rows(ending.join([HEADER, "A-1,One,1", "A-2,Two,2"]).encode()) == [
            (2, ("A-1", "One", "1")),
            (3, ("A-2", "Two", "2")),
        ]


def test_empty_cells_at_the_end_of_every_line_are_no_column() -> None:
    assert rows(f"{HEADER}\nA-1,One,1,,\nA-2,Two,2,,\n".encode()) == [
        (2, ("A-1", "One", "1")),
        (3, ("A-2", "Two", "2")),
    ]
    assert sheet_of(f"{HEADER},,\nA-1,One,1,,\n".encode()).headers == ("Account ID", "Account name", "MRR")


def test_cells_too_many_or_too_few_stay_for_whoever_checks_the_row() -> None:
    content = f"{HEADER}\nA-1,Water, Sewer,1\nA-2,Two,2\nA-3,Three,3\nA-4\n".encode()
    assert rows(content)[0] == (2, ("A-1", "Water", "Sewer", "1"))
    assert rows(content)[-1] == (5, ("A-4",))


def test_headers_repeated_or_empty_are_told_apart_by_their_letters() -> None:
    sheet = sheet_of(b"Name,ID,,name\nAcme,A-1,x,y\n")
    assert sheet.headers == ("Name (column A)", "ID", "(column C)", "name (column D)")
    assert sheet.notes == (
        "Columns with the same name (line 1) are told apart by their letters: Name (column A) and name (column D).",
        "Column C has no name (line 1).",
    )


def test_megabyte_in_one_cell_is_read() -> None:
    assert rows(f"{HEADER}\nA-1,{'x' * 1_000_000},5\n".encode())[0][1][1] == "x" * 1_000_000


FOREIGN = {
    "nothing": (b"", "The file is empty. Export it again and choose the new file."),
    "blank": (b"\n \n,,\n", "There is nothing in the file but blank rows. Export it again."),
    "header only": (
        b"Account ID,Account name\n\n",
        "The file names its columns but has no row below them. Export it with its rows.",
    ),
    "no header": (
        b"A-1,Acme,olga.lind@example.com\nA-2,Beta,olga.lind@example.com\n",
        (
            "The first line should name the columns, but “olga.lind@example.com” looks like a value. "
            "Put a row with the columns' names above the first customer."
        ),
    ),
    "one column": (
        b"Account ID\nA-1\nA-2\n",
        (
            "Every line of the file is one cell: no comma, semicolon, tab or vertical bar parts it into columns. "
            "Export it with a comma between the columns."
        ),
    ),
    "open quote": (
        b'Account ID,Account name\nA-1,Acme\nA-2,"Beta\nA-3,Gamma\n',
        (
            "On line 3 a quotation mark opens a cell (“Beta A-3,Gamma”) and is never closed. "
            "Close it, or write two of them where one is meant, and import the file again."
        ),
    ),
    "nul": (
        b"Account ID,Account name\nA-1,Ac\0me\n",
        (
            "The file holds NUL characters: it is not text, or it is UTF-16 without the mark that says so. "
            "Save it as CSV UTF-8, or as .xlsx, and import that."
        ),
    ),
    "pdf": (
        b"%PDF-1.7 ...",
        (
            "The file is a PDF document, not a table. "
            "Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8), then import that."
        ),
    ),
    "web page named .xls": (
        b"<html><table><tr><td>Account ID</td></tr></table></html>",
        (
            "The file is a web page or XML document, whatever its name says. "
            "Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8), then import that."
        ),
    ),
    "old format": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
        (
            "The file has the old format of Excel (.xls) or of another Office program. "
            "Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8), then import that."
        ),
    ),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        "The spreadsheet is protected with a password. Save a copy without the password, and import that.",
    ),
}


@pytest.mark.parametrize("name", FOREIGN)
def test_file_that_cannot_be_read_is_told_with_a_remedy(name: str) -> None:
    content, says = FOREIGN[name]
    assert str(refusal(content)) == says


def test_file_too_large_is_refused_before_it_is_read() -> None:
    assert str(refusal(b"a" * (limits.MOST_BYTES + 1))) == (
        "The file is larger than 20 MB, the most that is read. "
        "Leave out columns that are not needed, or split the file."
    )


def test_too_many_rows_and_columns_are_refused() -> None:
    many = "\n".join([HEADER, *(f"A-{n},N,1" for n in range(limits.MOST_ROWS + 1))])
    assert (
        str(refusal(many.encode())) == "The file has 50,001 rows; at most 50,000 are imported at once. Split the file."
    )
    wide = ",".join(f"c{n}" for n in range(201))
    assert str(refusal(f"{wide}\n{wide}\n".encode())) == (
        "The file has 201 columns; at most 200 are read. Leave out columns that are not needed."
    )


# --- XLSX -------------------------------------------------------------------------------------------------------------


def workbook(fill: Callable[[xlsxwriter.Workbook], object]) -> bytes:
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True}) as book:
        fill(book)
    return written.getvalue()


def test_xlsx_cells_become_the_texts_that_kinds_read() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Accounts")
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_row(1, 1, ["Account ID", "MRR", "Sum", "Go-live", "At", "New", "Broken", "Zeros"])
        sheet.write_row(3, 1, ["A-1", 5000.0, 0.1 + 0.2])
        sheet.write_datetime(3, 4, datetime.fromisoformat("2027-03-01"), day)
        sheet.write_datetime(3, 5, datetime.fromisoformat("2027-03-01T14:05"), moment)
        sheet.write_boolean(3, 6, True)
        sheet.write_formula(3, 7, "=VLOOKUP(1,A1:A2,1)", value="#N/A")
        sheet.write_string(3, 8, "00123")

    sheet = sheet_of(workbook(fill))
    assert sheet.unit == "row"
    assert (sheet.letters[0], sheet.notes) == ("B", ())
    by_header = dict(zip(sheet.headers, sheet.rows[0].cells, strict=True))
    assert sheet.rows[0].number == 4
    assert by_header == {
        "Account ID": "A-1",
        "MRR": "5000",
        "Sum": "0.3",
        "Go-live": "2027-03-01",
        "At": "2027-03-01 14:05:00",
        "New": "yes",
        "Broken": "#N/A",
        "Zeros": "00123",
    }


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (4999.99, "4999.99"),
        (1999.9999999999998, "2000"),
        (1e20, "100000000000000000000"),
        (-0.5, "-0.5"),
        (float("nan"), "#NUM!"),
        (False, "no"),
        (datetime.fromisoformat("2027-03-01"), "2027-03-01"),
    ],
)
def test_number_and_date_have_no_noise(value: float | bool | datetime, text: str) -> None:
    assert text_of(value) == text


def test_xlsx_first_sheet_with_content_is_read_and_others_can_be_chosen() -> None:
    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Cover")
        hidden = book.add_worksheet("Lookups")
        hidden.write_row(0, 0, ["Code", "Word"])
        hidden.write_row(1, 0, ["1", "one"])
        hidden.hide()
        for name in ("East", "West"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["Account ID", "Account name"])
            sheet.write_row(1, 0, [f"{name}-1", name])

    content = workbook(fill)
    assert (sheet_of(content).title, sheet_of(content).others) == ("East", ("West", "Lookups"))
    assert sheet_of(content).notes == (
        "Read from the sheet “East”. There is more, which was not read, in: “West” and “Lookups”.",
    )
    assert sheet_of(content, "West").rows[0].cells == ("West-1", "West")
    assert str(refusal(content, "North")) == "The workbook has no sheet named “North”. Choose another file or sheet."


def test_xlsx_without_any_content_is_told() -> None:
    assert str(refusal(workbook(lambda book: book.add_worksheet()))) == (
        "Every sheet of the workbook is empty. Choose another file or sheet."
    )


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
)
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def archive(sheet: str, **parts: str) -> bytes:
    """A workbook with one sheet, `S`, whose XML is given."""
    whole = {
        "_rels/.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns:r="{RELATIONS}"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets>'
        "</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" '
        'Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
        **{name.replace("__", "/") + ".xml": content for name, content in parts.items()},
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in whole.items():
            packed.writestr(name, content)
    return written.getvalue()


def test_zip_bomb_is_refused_by_what_it_unpacks_to() -> None:
    assert str(refusal(archive(SHEET.format(" " * (limits.MOST_UNPACKED_BYTES + 1))))) == (
        "The spreadsheet unpacks to more than 200 MB: nothing of it was read. "
        "Copy only the customers' rows into a new workbook and import that."
    )


def test_size_that_an_archive_lies_about_is_measured() -> None:
    honest = archive(SHEET.format(" " * 1_000_000))
    assert len(honest) < 10_000
    lying = honest.replace((1_000_000 + len(SHEET) - 2).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert lying != honest
    assert refusal(lying).code == "damaged"


def test_xml_bomb_is_refused() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]>' + SHEET.format('<row r="1"><c r="A1"><v>&e9;</v></c></row>')
    assert str(refusal(archive(bomb))) == (
        "The spreadsheet is damaged or was cut off on its way (it declares a document type). "
        "Open it in the spreadsheet program, save it again as .xlsx and import that."
    )


def test_sheet_that_spans_too_much_is_refused_before_room_is_made_for_it() -> None:
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert str(refusal(archive(SHEET.format(corners)))) == (
        "The sheet “S” spans 1,048,576 rows and 16,384 columns: too many cells to read. "
        "Delete what stands far below or to the right of the customers, or copy them into a new workbook."
    )


def test_sheet_under_a_name_of_another_kind_is_measured_too() -> None:
    corners = SHEET.format('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    relations = f'<Relationships><Relationship Id="r1" Type="{RELATIONS}/worksheet" Target="worksheets/s.rels"/>'
    written = io.BytesIO(archive(SHEET.format("")))
    with zipfile.ZipFile(written) as packed:
        parts = {name: packed.read(name).decode() for name in packed.namelist()}
    parts["xl/_rels/workbook.xml.rels"] = relations + "</Relationships>"
    parts["xl/worksheets/s.rels"] = corners
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    assert refusal(written.getvalue()).code == "too-large"


def test_shared_text_used_a_million_times_is_refused() -> None:
    shared = f"<sst><si><t>{'x' * 1_000_000}</t></si></sst>"
    cells = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>00</v></c></row>' for n in range(1, 300))
    assert refusal(archive(SHEET.format(cells), xl__sharedStrings=shared)).code == "too-large"


def test_formats_far_away_do_not_count() -> None:
    cells = (
        '<row r="1"><c r="A1" t="inlineStr"><is><t>Account ID</t></is></c></row><row r="2"><c r="A2"><v>7</v></c></row>'
        '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    assert sheet_of(archive(SHEET.format(cells))).rows[0].cells == ("7",)


@pytest.mark.parametrize("content", [b"PK\x03\x04", b"PK\x03\x04" + bytes(100), archive(SHEET.format("<row>"))])
def test_broken_workbook_is_told(content: bytes) -> None:
    assert refusal(content).code == "damaged"


def test_zip_of_something_else_is_told() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as packed:
        packed.writestr("content.xml", "<office:document-content/>")
    assert str(refusal(written.getvalue())) == (
        "The file is an OpenDocument file, not an .xlsx workbook. "
        "Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8), then import that."
    )


# --- anything ---------------------------------------------------------------------------------------------------------


def _table(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet()
    for row in range(5):
        sheet.write_row(row, 0, ["Account ID", "Account name", row, 1.5])


WHOLE = workbook(_table)


def is_answer(found: Sheet | tuple[Problem, ...]) -> bool:
    if isinstance(found, Sheet):
        return bool(found.headers and found.rows) and len(set(found.headers)) == len(found.headers)
    return len(found) > 0 and all(problem.says and problem.mend for problem in found)


@given(st.binary() | st.text(alphabet=st.sampled_from("ab1,;\t|\"'\n\r é\ufeff\0=")).map(str.encode))
@example(b'"')
@example(b"\xef\xbb\xbf")
@example(b"\xff\xfe")
@example(b"sep=")
def test_any_bytes_give_a_sheet_or_problems(content: bytes) -> None:
    assert is_answer(read(content))


@settings(max_examples=examples(75), deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=6), st.booleans())
def test_any_damage_to_a_workbook_gives_a_sheet_or_problems(at: int, damage: bytes, cut: bool) -> None:
    damaged = WHOLE[:at] + damage + (b"" if cut else WHOLE[at + len(damage) :])
    assert is_answer(read(damaged))


ROWS = ["<row>", "</row>", '<row r="{n}">']
CELLS = ['<c r="B{n}">', '<c t="s">', '<c t="e">', '<c t="b">', '<c t="d">', '<c r="{n}"/>', "</c>"]
VALUES = ["<v>", "</v>", "{n}", "#N/A", "<is><t>", "</t></is>", "<v>1e999</v>", "_x0000_"]
PIECES = st.sampled_from(ROWS + CELLS + VALUES)


@settings(max_examples=examples(75), deadline=None)
@given(st.lists(st.tuples(PIECES, st.integers(-1, 99_999)), max_size=12))
def test_any_worksheet_gives_a_sheet_or_problems(pieces: list[tuple[str, int]]) -> None:
    inside = "".join(piece.replace("{n}", str(number)) for piece, number in pieces)
    assert is_answer(read(archive(SHEET.format(inside))))


@given(
    st.lists(
        st.lists(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc"))), min_size=2, max_size=4), min_size=1
    )
)
def test_what_csv_writes_is_what_is_read(written: list[list[str]]) -> None:
    out = io.StringIO()
    csv.writer(out).writerows([["Account ID", "Account name"], *(row[:2] for row in written)])
    expected = [tuple(cell.strip() for cell in row[:2]) for row in written]
    expected = [cells for cells in expected if any(cells)]
    found = read(out.getvalue().encode())
    cells = [row.cells for row in found.rows] if isinstance(found, Sheet) else []
    assert cells == expected


@pytest.mark.parametrize(("column", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ"), (702, "AAA")])
def test_letter_is_what_a_spreadsheet_shows(column: int, letters: str) -> None:
    assert letter(column) == letters
