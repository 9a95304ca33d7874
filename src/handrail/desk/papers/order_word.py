"""An order as a Word file: the layout of the PDF, made of Word's own styles.

One rule: what is not approved says so at the head of every page.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

import docx
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, RGBColor

from handrail.desk.papers.order_sheet import OrderSheet, shorten
from handrail.desk.papers.word import add_logo, dateless, dressed, repeats, words
from handrail.order.paper import Fact, OrderPaper, PaperLine

_WARN = RGBColor(0x8A, 0x3B, 0x00)
_WIDTHS = (1.0, 6.6, 2.3, 2.3, 2.4, 2.4)  # of the columns of lines, in cm
# Word keeps when a file was made; of the same order it is always the same file.
_MADE_AT = datetime(2000, 1, 1)  # noqa: DTZ001


def order_docx(sheet: OrderSheet) -> bytes:
    paper = sheet.paper
    file: Any = docx.Document()
    _set_up(file, sheet)
    _head(file, sheet)
    file.add_heading(paper.words["terms"], level=1)
    _facts(file, _terms(paper))
    file.add_heading(paper.words["lines"], level=1)
    if paper.lines:
        _lines(file, paper)
        _totals(file, paper)
    else:
        words(file.add_paragraph(), paper.words["no_lines"], soft=True)
    _work(file, paper)
    file.add_heading(paper.words["invoice"], level=1)
    _facts(file, paper.invoice)
    words(file.add_paragraph(), " ".join(paper.closing), soft=True)
    _signatures(file, paper)
    if sheet.digest:
        words(file.add_paragraph(), f"SHA-256 {sheet.digest}", soft=True)
    out = BytesIO()
    file.save(out)
    return dateless(out)


def _set_up(file: Any, sheet: OrderSheet) -> None:
    paper, core = sheet.paper, file.core_properties
    core.title = f"{paper.title} {paper.number} · {paper.buyer}"[:255]
    core.subject = paper.mark
    core.comments = f"SHA-256 {sheet.digest}" if sheet.digest else ""
    core.created = core.modified = _MADE_AT
    dressed(file, sheet.look, paper.language)
    section = file.sections[0]
    words(section.footer.paragraphs[0], f"{shorten(paper.buyer)} · {paper.title} {paper.number}", soft=True)
    if paper.mark:
        _mark(section.header.paragraphs[0], paper.mark)


def _mark(paragraph: Any, text: str) -> None:
    words(paragraph, text, bold=True)
    paragraph.runs[0].font.color.rgb = _WARN


def _head(file: Any, sheet: OrderSheet) -> None:
    paper = sheet.paper
    add_logo(file, sheet.look)
    words(file.add_paragraph(style="Title"), f"{paper.title} {paper.number}")
    words(file.add_paragraph(style="Subtitle"), paper.buyer)
    if paper.mark:
        _mark(file.add_paragraph(), f"{paper.mark}. {paper.mark_says}")


def _terms(paper: OrderPaper) -> tuple[Fact, ...]:
    parties = ((paper.words["buyer"], paper.buyer), (paper.words["seller"], paper.seller))
    return (*(Fact(label=label, value=value) for label, value in parties if value), *paper.facts)


def _facts(file: Any, facts: Sequence[Fact]) -> None:
    table = _table(file, len(facts), (5.0, 12.0))
    for row, fact in zip(table, facts, strict=True):
        words(row[0].paragraphs[0], fact.label, soft=True)
        words(row[1].paragraphs[0], f"{fact.value} ({fact.link})" if fact.link else fact.value)


def _lines(file: Any, paper: OrderPaper) -> None:
    spread = [(line, below) for line in paper.lines for below in (False, True) if not below or line.thresholds]
    table = _table(file, len(spread) + 1, _WIDTHS)
    for cell, head in zip(table[0], paper.heads, strict=True):
        words(cell.paragraphs[0], head, bold=True)
    repeats(table[0][0]._tc.getparent())
    for cells, (line, below) in zip(table[1:], spread, strict=True):
        (_thresholds if below else _line)(cells, line)


def _line(cells: Sequence[Any], line: PaperLine) -> None:
    number, product, quantity, list_price, discount, price = (cell.paragraphs[0] for cell in cells)
    words(number, line.number, soft=True)
    words(product, line.title, bold=True)
    if line.description:
        words(cells[1].add_paragraph(), line.description)
    words(cells[1].add_paragraph(), "\n".join(filter(None, (line.sku, *line.notes, line.link))), soft=True)
    words(discount, line.discount)
    if line.percent:
        words(cells[4].add_paragraph(), line.percent, soft=True)
    words(quantity, line.quantity)
    words(list_price, line.list_price)
    words(price, line.price, bold=True)
    for cell in cells[2:]:
        _to_the_end(cell.paragraphs)


def _thresholds(cells: Sequence[Any], line: PaperLine) -> None:
    """Over all columns but the first; merging cells one by one is slow."""
    for gone in cells[2:]:
        gone._tc.getparent().remove(gone._tc)
    cells[1]._tc.grid_span = len(cells) - 1
    cells[1].width = Cm(sum(_WIDTHS[1:]))
    words(cells[1].paragraphs[0], f"{line.thresholds_title}. {line.thresholds_say}", soft=True)
    words(cells[1].add_paragraph(), "\n".join(f"{one.units}: {one.price}" for one in line.thresholds))


def _totals(file: Any, paper: OrderPaper) -> None:
    file.add_paragraph()
    table = _table(file, len(paper.totals), (11.0, 6.0))
    for at, (row, fact) in enumerate(zip(table, paper.totals, strict=True)):
        words(row[0].paragraphs[0], fact.label, bold=at == 2)
        words(row[1].paragraphs[0], fact.value, bold=at == 2)
        _to_the_end(row[1].paragraphs)


def _work(file: Any, paper: OrderPaper) -> None:
    if paper.work is None:
        return
    file.add_heading(paper.words["work"], level=1)
    words(file.add_paragraph(), paper.work.text)
    if paper.work.by:
        words(file.add_paragraph(), paper.work.by, soft=True)


def _signatures(file: Any, paper: OrderPaper) -> None:
    file.add_heading(paper.words["signatures"], level=1)
    table = _table(file, len(paper.fields) + 1, (8.5, 8.5))
    for cell, signer in zip(table[0], paper.signers, strict=True):
        words(cell.paragraphs[0], signer, bold=True)
    for row, field in zip(table[1:], paper.fields, strict=True):
        for cell in row:
            words(cell.paragraphs[0], f"{field}:", soft=True)


def _to_the_end(paragraphs: Iterable[Any]) -> None:
    for paragraph in paragraphs:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _table(file: Any, rows: int, widths: Sequence[float]) -> list[list[Any]]:
    """The cells by row; a table's own way to them counts all cells at each step, which takes minutes over 500 lines."""
    from docx.table import _Cell

    table = file.add_table(rows=rows, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    found = [[_Cell(tc, table) for tc in row.tc_lst] for row in table._tbl.tr_lst]
    for row in found:
        for cell, width in zip(row, widths, strict=True):
            cell.width = Cm(width)
    return found
