"""A paper as a Word file: headings, tables whose heads repeat, the language and its direction.

One rule: it is made of Word's own styles, so that it can be gone on with there.
"""

from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import docx
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from handrail.desk.papers.paper import Look, Paper, addendum_words, plain
from handrail.handoff.document import Line, Part

SOFT = RGBColor(0x5A, 0x5A, 0x5A)
_LONGEST = 30_000  # of one paragraph; Word itself takes no more of a cell's words kindly


def docx_of(paper: Paper) -> bytes:
    file: Any = docx.Document()
    _set_up(file, paper)
    _head(file, paper)
    for part in paper.tree.parts:
        _part(file, paper, part)
    if paper.addenda:
        file.add_heading(paper.said("Addenda"), level=1)
        for one in paper.addenda:
            words(file.add_paragraph(), one.text)
            words(file.add_paragraph(), addendum_words(one), soft=True)
    if paper.digest:
        words(file.add_paragraph(), f"SHA-256 {paper.digest}", soft=True)
    if paper.is_right_to_left:
        _turn(file)
    out = BytesIO()
    file.save(out)
    return dateless(out)


def dateless(made: BytesIO) -> bytes:
    """The same words give the same bytes, whenever the file is made: so that it can be told by its digest."""
    out = BytesIO()
    with ZipFile(made) as old, ZipFile(out, "w", ZIP_DEFLATED) as new:
        for one in old.infolist():
            new.writestr(ZipInfo(one.filename), old.read(one), ZIP_DEFLATED)
    return out.getvalue()


def _set_up(file: Any, paper: Paper) -> None:
    core = file.core_properties
    core.title = f"{paper.tree.title} · {paper.tree.customer}"[:255]
    core.subject = paper.tree.runbook[:255]
    core.comments = f"SHA-256 {paper.digest}" if paper.digest else ""
    core.created = core.modified = paper.at.replace(tzinfo=None)
    dressed(file, paper.look, paper.language)
    words(file.sections[0].footer.paragraphs[0], f"{paper.tree.customer} · {paper.tree.title}", soft=True)


def dressed(file: Any, look: Look, language: str) -> None:
    """The size of its pages, its letters and colours, and the language that it is in."""
    file.core_properties.author = (look.company or "Handrail")[:255]
    file.core_properties.language = language
    section = file.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    normal = file.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10.5)
    tongue = OxmlElement("w:lang")
    tongue.set(qn("w:val"), language)
    tongue.set(qn("w:bidi"), language)
    normal.element.get_or_add_rPr().append(tongue)
    accent = RGBColor.from_string(look.accent.lstrip("#").upper())
    for name in ("Title", "Heading 1", "Heading 2"):
        file.styles[name].font.color.rgb = accent
        file.styles[name].font.name = "Calibri"


def add_logo(file: Any, look: Look) -> None:
    if look.logo:
        file.add_picture(BytesIO(look.logo), height=Cm(1.4))
        alt = file.inline_shapes[0]._inline.docPr
        alt.set("descr", look.company or "Logo")


def _head(file: Any, paper: Paper) -> None:
    add_logo(file, paper.look)
    words(file.add_paragraph(style="Title"), paper.tree.title)
    words(file.add_paragraph(style="Subtitle"), paper.tree.customer)
    seal = f" · {paper.seal}" if paper.seal else ""
    words(file.add_paragraph(), f"{paper.tree.runbook}{seal}", soft=True)
    if paper.tree.says:
        words(file.add_paragraph(), paper.tree.says)


def _part(file: Any, paper: Paper, part: Part) -> None:
    file.add_heading(plain(part.title), level=part.level)
    if part.says:
        words(file.add_paragraph(), part.says, soft=True)
    plain_lines: list[Line] = []
    for line in part.lines:
        if line.label and not line.heads:
            plain_lines.append(line)
            continue
        _answers(file, paper, plain_lines)
        plain_lines = []
        if line.label:
            words(file.add_paragraph(), line.label, bold=True)
            _rows(file, paper, line)
        else:
            words(file.add_paragraph(), line.value)
    _answers(file, paper, plain_lines)


def _answers(file: Any, paper: Paper, lines: list[Line]) -> None:
    """Lines without rows of their own, as a table of two columns."""
    if not lines:
        return
    table = _table(file, 2)
    for line in lines:
        label, told = table.add_row().cells
        words(label.paragraphs[0], line.label, soft=True)
        words(told.paragraphs[0], _told(paper, line))
        for note in line.notes:
            words(told.add_paragraph(), note, soft=True)
    for row in table.rows:
        row.cells[0].width, row.cells[1].width = Cm(5.5), Cm(11.5)
    file.add_paragraph()


def _told(paper: Paper, line: Line) -> str:
    match line.state:
        case "given":
            same = not line.link or line.link == line.value
            return line.value if same else f"{line.value} ({line.link})"
        case "not applicable":
            return f"{paper.said('Not applicable')}: {line.reason}"
        case "missing":
            owed = f", {paper.said('owed by')} {line.owed_by}" if line.owed_by else ""
            return f"{paper.said('Missing')}{owed}"


def _rows(file: Any, paper: Paper, line: Line) -> None:
    heads = ("☐", *line.heads) if paper.boxes else line.heads
    table = _table(file, len(heads))
    head = table.add_row()
    for cell, text in zip(head.cells, ("", *heads[1:]) if paper.boxes else heads, strict=True):
        words(cell.paragraphs[0], text, bold=True)
    repeats(head._tr)
    for row in line.rows:
        cells = table.add_row().cells
        texts = ("☐", *row) if paper.boxes else row
        for cell, text in zip(cells, texts, strict=False):
            words(cell.paragraphs[0], text)
    for note in line.notes:
        words(file.add_paragraph(), note, soft=True)
    file.add_paragraph()


def repeats(row: Any) -> None:
    """The row of heads stands on every page that its table reaches."""
    repeated = OxmlElement("w:tblHeader")
    repeated.set(qn("w:val"), "true")
    row.get_or_add_trPr().append(repeated)


def _table(file: Any, columns: int) -> Any:
    table = file.add_table(rows=0, cols=columns)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    return table


def words(paragraph: Any, text: str, *, soft: bool = False, bold: bool = False) -> None:
    """Line ends as such; XML takes no control characters."""
    run = paragraph.add_run(plain(text)[:_LONGEST])
    if bold:
        run.bold = True
    if soft:
        run.font.size, run.font.color.rgb = Pt(9), SOFT


def _turn(file: Any) -> None:
    """Every paragraph and table runs from right to left."""
    for paragraph in file.element.body.iter(qn("w:p")):
        properties = paragraph.get_or_add_pPr()
        properties.append(OxmlElement("w:bidi"))
    for run in file.element.body.iter(qn("w:r")):
        run.get_or_add_rPr().append(OxmlElement("w:rtl"))
    for table in file.element.body.iter(qn("w:tbl")):
        table.tblPr.append(OxmlElement("w:bidiVisual"))
