"""Spoiling a file: its text, carefully or roughly; its bytes; and, of a workbook, the parts inside.

One rule: all chance comes from the `Random` that is given, so that the same seed spoils the same file in the same way.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from functools import partial
from random import Random

from tests.fuzz.careful import ways_for
from tests.fuzz.rough import WAYS, Way, put_piece

_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7", "cp037", "shift-jis")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00", b"PK\x03\x04", b"<", b"\x1f\x8b")


def spoiled(content: bytes, other: bytes, chance: Random) -> bytes:
    """`content` with a few mistakes in it; some of them are pieces of `other`."""
    if content.startswith(b"PK") and chance.random() < 0.95:
        return _spoiled_inside(content, other, chance)
    return _spoiled_text(content, other, chance)


def spoiled_words(text: str, other: str, chance: Random) -> str:
    """Most often with a single mistake: of several, the first keeps the others from being met."""
    careful = chance.random() < 0.65
    ways: Sequence[Way] = ways_for(text, other) if careful else (*WAYS, partial(put_piece, other))
    for _ in range(chance.choice([1, 1, 1, 2, 4, 8 if careful else 3])):
        text = chance.choice(ways)(text, chance)
    return text


def _spoiled_text(content: bytes, other: bytes, chance: Random) -> bytes:
    text = spoiled_words(content.decode("utf-8", "replace"), other.decode("utf-8", "replace"), chance)
    if chance.random() < 0.02:
        return text.encode(chance.choice(_ENCODINGS), "replace")
    raw = text.encode("utf-8", "surrogatepass")
    return _spoiled_bytes(raw, chance) if chance.random() < 0.05 else raw


def _spoiled_bytes(raw: bytes, chance: Random) -> bytes:
    match chance.randrange(4):
        case 0:
            return chance.choice(_MARKS) + raw
        case 1:
            at = chance.randrange(len(raw) + 1)
            return raw[:at] + chance.randbytes(chance.choice([1, 1, 2, 8])) + raw[at + chance.choice([0, 1]) :]
        case 2:
            return raw[: chance.randrange(len(raw) + 1)]
        case _:
            first, last = sorted((chance.randrange(len(raw) + 1), chance.randrange(len(raw) + 1)))
            return raw[:last] + raw[first:]


def _spoiled_inside(workbook: bytes, other: bytes, chance: Random) -> bytes:
    """One part is spoiled, and the workbook packed again; one that cannot be unpacked is spoiled whole."""
    parts = _unpacked(workbook)
    if not parts:
        return _spoiled_text(workbook, other, chance)
    likely = [name for name in parts if name.endswith(("Strings.xml", "workbook.xml")) or "/sheet" in name]
    name = chance.choice(likely if likely and chance.random() < 0.9 else list(parts))
    inside = _unpacked(other).get(name, other)
    parts[name] = _spoiled_text(parts[name], inside, chance)
    if chance.random() < 0.02:
        del parts[chance.choice(list(parts))]
    return _packed(parts, chance)


def _unpacked(workbook: bytes) -> dict[str, bytes]:
    """Nothing where it cannot be unpacked, for whatever reason."""
    try:
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return {}


def _packed(parts: dict[str, bytes], chance: Random) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()
