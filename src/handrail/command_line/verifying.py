"""`handrail verify`: of which kept document a file is, and whether both still are what they were.

One rule: it asks the digests alone; nothing in the file is believed.
"""

import hashlib
import sys
from pathlib import Path

from handrail.command_line.preparing import migrate, set_up_django

_AT_ONCE = 1024 * 1024


def verify(file: Path) -> int:
    """0 where the file is one that was kept or was made of one, 1 where it is not, 2 where it cannot be read."""
    try:
        digest = _digest_of(file)
    except (OSError, ValueError) as fault:
        print(f"{file} cannot be read: {getattr(fault, 'strerror', None) or fault}.", file=sys.stderr)
        return 2
    set_up_django()
    migrate()
    from handrail.desk.queries.document_files import origins_of

    found = origins_of(digest)
    for one in found:
        state = "genuine" if one.intact else "ALTERED: the kept document no longer has its digest"
        what = f"{one.kind} of “{one.title}” for {one.customer}"
        print(f"{file}: {state}. {what}, {one.act} by {one.by} on {one.at:%Y-%m-%d}.")
    if not found:
        print(f"{file}: nothing that is kept here has its digest, {digest}.")
    return 0 if found and all(one.intact for one in found) else 1


def _digest_of(file: Path) -> str:
    digest = hashlib.sha256()
    with file.open("rb") as opened:
        while chunk := opened.read(_AT_ONCE):
            digest.update(chunk)
    return digest.hexdigest()
