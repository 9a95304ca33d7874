"""An empty file to fill in, with the right headers for a runbook. One rule: importing it needs no choice of columns."""

import csv
import io

import xlsxwriter

from handrail.desk.imports.mapping import Target


def as_csv(known: tuple[Target, ...]) -> bytes:
    """With the mark by which spreadsheet programs know UTF-8."""
    written = io.StringIO()
    csv.writer(written).writerow([target.title for target in known])
    return b"\xef\xbb\xbf" + written.getvalue().encode()


def as_xlsx(known: tuple[Target, ...], title: str = "Customers") -> bytes:
    """Columns of text, so that ids keep their zeros; each header has a note on what its cells hold."""
    written = io.BytesIO()
    with xlsxwriter.Workbook(written, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        heading = workbook.add_format({"bold": True, "bottom": 1, "num_format": "@"})
        text = workbook.add_format({"num_format": "@"})
        sheet = workbook.add_worksheet(title)
        sheet.freeze_panes(1, 0)
        for column, target in enumerate(known):
            sheet.set_column(column, column, max(14, len(target.title) + 4), text)
            sheet.write_string(0, column, target.title, heading)
            sheet.write_comment(0, column, f"{target.says}{', required' if target.required else ''}")
    return written.getvalue()
