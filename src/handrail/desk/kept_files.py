"""Where uploads are kept on this machine's disk.

One rule: the bytes are on the disk, under their name, before anything says that they are.
"""

import os
from pathlib import Path
from typing import Any

from django.core.files.storage import FileSystemStorage


class KeptFiles(FileSystemStorage):
    def save(self, name: str | None, content: Any, max_length: int | None = None) -> str:
        kept = super().save(name, content, max_length)
        path = Path(self.path(kept))
        for one in (path, path.parent, path.parent.parent):
            _sync(one)
        return kept


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
