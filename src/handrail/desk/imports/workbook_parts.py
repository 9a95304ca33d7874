"""The parts of an XLSX file (a zip archive of XML), unpacked under limits and surveyed before calamine sees them.

One rule: sizes are measured, never believed. What an archive says about itself may be a lie; so each part is unpacked
here, counted, and packed anew without compression, and calamine opens that.
"""

import io
import posixpath
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers import expat

from handrail.desk.imports.limits import MOST_CELLS, MOST_PARTS, MOST_UNPACKED_BYTES
from handrail.desk.imports.problem import Problem
from handrail.runbook.exchange.worksheet_survey import Extent, Forbidden, Survey, copied_text, elements, local, survey

_WORKBOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,  # a compression that Python does not know
    RuntimeError,  # an encrypted part
    OSError,
    ValueError,
    OverflowError,
)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """`surveys` by the name of the part, `files` the part that holds each sheet, by the sheet's name."""

    content: Mapping[str, bytes]
    surveys: Mapping[str, Survey]
    files: Mapping[str, str]

    def extent_of(self, sheet: str) -> Extent:
        return self._survey(sheet).extent

    def errors_of(self, sheet: str) -> Mapping[tuple[int, int], str]:
        return self._survey(sheet).errors

    def _survey(self, sheet: str) -> Survey:
        return self.surveys.get(self.files.get(sheet, ""), Survey())

    def repacked(self) -> bytes:
        """Without the sheets that span too much, so that nothing can make calamine read one."""
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
            for name, content in self.content.items():
                if name not in self.surveys or self.surveys[name].extent.area <= MOST_CELLS:
                    archive.writestr(zipfile.ZipInfo(name), content)
        return packed.getvalue()


def unpack(content: bytes) -> Parts | Problem:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = _unpacked(archive)
    except _UNREADABLE as error:
        return _broken(str(error))
    if isinstance(unpacked, Problem):
        return unpacked
    if _WORKBOOK not in unpacked:
        return _no_workbook(unpacked)
    try:
        return _surveyed(unpacked)
    except (Forbidden, expat.ExpatError, ValueError, LookupError) as error:
        return _broken(str(error))


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes] | Problem:
    members = archive.infolist()
    if len(members) > MOST_PARTS:
        return _too_large()
    kept: dict[str, bytes] = {}
    left = MOST_UNPACKED_BYTES
    for member in members:
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue  # pictures, macros and the like
        with archive.open(member) as part:
            unpacked = part.read(left + 1)
        left -= len(unpacked)
        if left < 0:
            return _too_large()
        kept[member.filename] = unpacked
    return kept


def _no_workbook(parts: Mapping[str, bytes]) -> Problem:
    other = "an OpenDocument file" if "content.xml" in parts else "a zip archive, or a document of another program"
    return Problem(
        code="foreign",
        says=f"The file is {other}, not an .xlsx workbook.",
        mend="Open it in the spreadsheet program and save it as .xlsx or as CSV (UTF-8), then import that.",
        loses="the file",
    )


def _broken(why: str) -> Problem:
    return Problem(
        code="damaged",
        says=f"The spreadsheet is damaged or was cut off on its way ({why[:100]}).",
        mend="Open it in the spreadsheet program, save it again as .xlsx and import that.",
        loses="the file",
    )


def _too_large() -> Problem:
    return Problem(
        code="too-large",
        says=f"The spreadsheet unpacks to more than {MOST_UNPACKED_BYTES // 1024 // 1024} MB: nothing of it was read.",
        mend="Copy only the customers' rows into a new workbook and import that.",
        loses="the file",
    )


def _surveyed(parts: Mapping[str, bytes]) -> Parts | Problem:
    surveys = {name: survey(xml) for name, xml in parts.items()}  # whatever its name, it may be a sheet
    sheets = {name: one for name, one in surveys.items() if one is not None}
    if copied_text(parts, sheets.values()) > MOST_UNPACKED_BYTES:
        return _too_large()
    return Parts(content=parts, surveys=sheets, files=_files(parts))


def _files(parts: Mapping[str, bytes]) -> dict[str, str]:
    """Which part holds the sheet of a name."""
    targets = {
        attributes.get("Id", ""): posixpath.normpath(posixpath.join("/xl", attributes.get("Target", "")))[1:]
        for tag, attributes in elements(parts.get(_RELATIONS, b"<none/>"))
        if tag == "Relationship"
    }
    return {
        attributes.get("name", ""): targets.get(_relation(attributes), "")
        for tag, attributes in elements(parts[_WORKBOOK])
        if tag == "sheet"
    }


def _relation(attributes: Mapping[str, str]) -> str:
    """The attribute `r:id`, whatever its prefix."""
    return next((value for name, value in attributes.items() if ":" in name and local(name) == "id"), "")
