"""Files that people attach: hostile until proved otherwise, kept outside the web root, handed out as downloads only.

One rule: what a file is, is read from its bytes; its name is only words.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import unicodedata
from datetime import datetime
from pathlib import Path, PurePath

import puremagic
from django.conf import settings
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


def keep(file: UploadedFile[bytes], handoff_id: int, *, by: Person, now: datetime) -> models.Upload | Refused:
    """Store the bytes and make the row (unsaved: the caller saves it together with the event that speaks of it)."""
    name = safe_name(file.name or "")
    refused = unwelcome(file, name)
    if refused is not None:
        return refused
    key = secrets.token_hex(16)
    digest = _write(file, path_of(key))
    return models.Upload(
        key=key,
        handoff_id=handoff_id,
        name=name,
        media_type="application/octet-stream",
        size=file.size or 0,
        sha256=digest,
        by_id=by.id,
        at=now,
    )


def path_of(key: str) -> Path:
    """Keys are random hexadecimal: nothing that a person wrote becomes part of a path."""
    if not re.fullmatch(r"[0-9a-f]{32}", key):
        raise ValueError("Not the key of an upload.")
    return Path(settings.MEDIA_ROOT) / key[:2] / key


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


def _write(file: UploadedFile[bytes], path: Path) -> str:
    """The bytes are on the disk before anything says that they are."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    digest = hashlib.sha256()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        for chunk in file.chunks():
            digest.update(chunk)
            out.write(chunk)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


def _refused(says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="file", says=says),))
