"""Files that people attach: hostile until proved otherwise, kept outside the web root, handed out as downloads only.

One rule: what a file is, is read from its bytes; its name is only words. And nobody opens what is still to be looked at
for viruses.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Any

import puremagic
from django.conf import settings
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile

from handrail.desk import models
from handrail.handoff.people import Person
from handrail.handoff.refusal import Mistake, Refused

LARGEST = 25 * 1024 * 1024
_MEGABYTE = 1024 * 1024

# What business documents are made of, by the endings that their bytes betray. Programs and pages are not among them.
_PLAIN = frozenset([".txt", ".csv", ".md", ".json", ".log", ".eml", ".ics"])
_ZIPPED = frozenset([".docx", ".xlsx", ".pptx", ".odt", ".ods", ".odp", ".vsdx", ".zip"])
_OLD_OFFICE = frozenset([".doc", ".xls", ".ppt", ".msg", ".mpp"])
_OTHERS = frozenset([".pdf", ".rtf", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".tif", ".tiff", ".heic"])
_RECORDED = frozenset([".mp4", ".mov", ".webm", ".m4a", ".mp3"])
ALLOWED = _PLAIN | _ZIPPED | _OLD_OFFICE | _OTHERS | _RECORDED


LOOSE_FOR = timedelta(days=1)
_AT_ONCE = 200


def keep(
    file: UploadedFile[bytes], handoff_id: int, *, by: Person | None, now: datetime, source: str = ""
) -> models.Upload | Refused:
    """Store the bytes. The row is there before them, as a loose one: the caller has it `bound` together with the event
    that speaks of it."""
    name = safe_name(file.name or "")
    refused = unwelcome(file, name)
    if refused is not None:
        return refused
    looked_at = bool(settings.SCAN_COMMAND)
    row = models.Upload.objects.create(
        key=secrets.token_hex(16),
        handoff_id=handoff_id,
        name=name,
        media_type="application/octet-stream",
        size=file.size or 0,
        sha256=_digest(file),
        by_id=by.id if by else None,
        source=source[:600],
        at=now,
        is_loose=True,
        scan=models.Upload.Scan.WAITING if looked_at else models.Upload.Scan.NONE,
        scan_at=now if looked_at else None,
    )
    kept_files().save(path_of(row.key), file)
    return row


def bound(row: models.Upload) -> None:
    """An event names it now."""
    models.Upload.objects.filter(pk=row.pk).update(is_loose=False)


def opened(row: models.Upload) -> Any:
    """Its bytes. Raises FileNotFoundError where they are gone."""
    return kept_files().open(path_of(row.key), "rb")


def not_to_be_opened(row: models.Upload) -> str:
    """Why nobody opens it; empty where everybody may who sees it."""
    match row.scan:
        case models.Upload.Scan.WAITING:
            return f"“{row.name}” is still being looked at for viruses. Try again in a moment."
        case models.Upload.Scan.INFECTED:
            return f"A virus was found in “{row.name}”. Nobody can open it."
        case _:
            return ""


def sweep(now: datetime) -> int:
    """Remove what no event names a day after it came: its bytes, and then its row; how many there were."""
    rows = list(models.Upload.objects.filter(is_loose=True, at__lt=now - LOOSE_FOR).order_by("at")[:_AT_ONCE])
    for row in rows:
        kept_files().delete(path_of(row.key))
        row.delete()
    return len(rows)


def kept_files() -> Storage:
    return storages["uploads"]


def path_of(key: str) -> str:
    """Keys are random hexadecimal: nothing that a person wrote becomes part of a path."""
    if not re.fullmatch(r"[0-9a-f]{32}", key):
        raise ValueError("Not the key of an upload.")
    return f"{key[:2]}/{key}"


def safe_name(name: str) -> str:
    """The last part of the name without anything that a file system or a header could take amiss."""
    last = re.split(r"[\\/]", name)[-1]
    clean = "".join(one for one in last if unicodedata.category(one)[0] != "C" and one not in '<>:"|?*').strip(" .")
    path = PurePath(clean or "file")
    return path.stem[:200] + path.suffix[:20]


def unwelcome(file: UploadedFile[bytes], name: str) -> Refused | None:
    if not file.size:
        return _refused("This file is empty. Choose another.")
    if file.size > LARGEST:
        size = file.size / _MEGABYTE
        return _refused(
            f"This file has {size:.1f} MB; at most {LARGEST // _MEGABYTE} MB are kept. Share a link instead."
        )
    ending = PurePath(name).suffix.lower()
    if ending not in ALLOWED:
        shown = ending or "without an ending"
        return _refused(f"Files {shown} are not kept here. Attach a document, picture, spreadsheet or archive.")
    if not _is_what_it_says(file, ending):
        return _refused(f"The content of “{name}” is not that of a {ending} file. Save it anew in its own program.")
    return None


def _is_what_it_says(file: UploadedFile[bytes], ending: str) -> bool:
    file.seek(0)
    head = bytes(file.read(8192))
    file.seek(0)
    if ending in _PLAIN:
        return b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    if ending in _ZIPPED:
        return head.startswith(b"PK\x03\x04")
    if ending in _OLD_OFFICE:
        return head.startswith(b"\xd0\xcf\x11\xe0")
    return ending in _endings_of(head)


def _endings_of(head: bytes) -> set[str]:
    """The endings that the first bytes speak for; a picture by either of its names."""
    try:
        found = {one.extension.lower() for one in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return set()
    alike = ({".jpg", ".jpeg", ".jfif"}, {".tif", ".tiff"}, {".mp4", ".m4a", ".mov", ".heic"})
    return found.union(*(group for group in alike if group & found))


def _digest(file: UploadedFile[bytes]) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _refused(says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="file", says=says),))
