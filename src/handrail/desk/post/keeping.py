"""The bytes of mails that came in, in files beside the uploads.

One rule: they are on the disk before any row speaks of them; written twice, they are the same.
"""

import os
import re
from contextlib import suppress
from pathlib import Path

from django.conf import settings

LARGEST = 40 * 1024 * 1024


def keep(key: str, raw: bytes) -> None:
    path = _path_of(key)
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    with suppress(FileNotFoundError):  # of a process of that number that was killed
        part.unlink()
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(raw)
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)


def kept(key: str) -> bytes | None:
    """None where the file is gone."""
    try:
        return _path_of(key).read_bytes()
    except FileNotFoundError:
        return None


def _path_of(key: str) -> Path:
    if not re.fullmatch(r"[0-9a-f]{32}", key):
        raise ValueError("Not the key of a mail.")
    return Path(settings.MEDIA_ROOT) / "post" / key[:2] / key
