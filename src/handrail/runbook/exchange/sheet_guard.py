"""Whether a workbook is small enough to be opened: room is made for every cell up to the last one, empty or not, and
for a copy of a shared text in every cell that names it.

One rule: what is measured is what the file holds, not what it says of itself; and only what was measured is opened.
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from xml.parsers import expat

from handrail.runbook.exchange import LARGEST_BYTES
from handrail.runbook.exchange.worksheet_survey import Extent, Forbidden, copied_text, survey
from handrail.runbook.kinds import Unfit

MOST_ROWS = 20_000
MOST_COLUMNS = 400
MOST_SHEETS = 100
LARGEST_PART = 50_000_000

_WORKBOOK = "xl/workbook.xml"
_UNREADABLE = (zipfile.BadZipFile, OSError, ValueError, EOFError, RuntimeError, NotImplementedError, zlib.error)
_LARGE = Unfit(f"Unpacked, the workbook is larger than {LARGEST_PART:,} bytes, the most that is read.")


def measured(content: bytes) -> bytes | Unfit:
    """The workbook packed anew, of nothing but the parts that were measured; or why it is not opened."""
    if len(content) > LARGEST_BYTES:
        return Unfit(f"The file is larger than {LARGEST_BYTES:,} bytes, the most that is read.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = _unpacked(archive)
    except _UNREADABLE:
        return Unfit("The file is no workbook: it cannot be unpacked.")
    if isinstance(parts, Unfit):
        return parts
    return _refusal(parts) or _packed(parts)


def _unpacked(archive: zipfile.ZipFile) -> dict[str, bytes] | Unfit:
    """The parts that are XML; pictures, macros and the like are left out."""
    parts: dict[str, bytes] = {}
    left = LARGEST_PART
    for part in archive.infolist():
        if not part.filename.lower().endswith((".xml", ".rels")):
            continue
        with archive.open(part) as opened:
            parts[part.filename] = opened.read(left + 1)
        left -= len(parts[part.filename])
        if left < 0:
            return _LARGE
    return parts


def _refusal(parts: Mapping[str, bytes]) -> Unfit | None:
    if _WORKBOOK not in parts:
        return Unfit("The file is no workbook: it is a zip archive, or a document of another program.")
    try:
        sheets = [one for xml in parts.values() if (one := survey(xml)) is not None]
        copied = copied_text(parts, sheets)
    except Forbidden:
        return Unfit("The workbook declares a document type, which no spreadsheet program writes.")
    except (expat.ExpatError, ValueError, LookupError) as fault:
        return Unfit(f"The workbook is damaged and cannot be read: {str(fault)[:100]}.")
    if len(sheets) > MOST_SHEETS:
        return Unfit(f"The workbook has {len(sheets)} sheets; at most {MOST_SHEETS} are read.")
    if copied > LARGEST_PART:
        return _LARGE
    return next((why for sheet in sheets if (why := _too_far(sheet.extent))), None)


def _too_far(extent: Extent) -> Unfit | None:
    if extent.rows <= MOST_ROWS and extent.columns <= MOST_COLUMNS:
        return None
    reach = f"row {extent.rows:,}, column {extent.columns:,}"
    return Unfit(f"A sheet reaches to {reach}; at most {MOST_ROWS:,} rows and {MOST_COLUMNS} columns are read.")


def _packed(parts: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()
