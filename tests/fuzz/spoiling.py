"""The ways in which a file is spoiled: as lines, as words, as characters, as bytes, and inside a workbook.

One rule: all chance comes from the `Random` that is given, so that the same seed spoils the same file in the same way.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Sequence
from functools import partial
from random import Random

_Way = Callable[[str, Random], str]

ODD_WORDS = (
    "no", "yes", "1.10", "2024-08-01", "2024-02-30", "0000-00-00", "9999-12-31T23:59:60Z", "-", "not(", "[0..", "..",
    "&a ", "*a", "&a [*a]", "!!int ", "!x ", "|", ">-", "{", "}", "[", "]", "{}", "[]", ":", ": ", "- ", "? ", "\t",
    "\x00", "\ufeff", "\u2028", "\x85", "\u202e", "\U000e0001", "\ufffe", "\r", "\n", "é", "e\u0301", "𝔘", "٣", "½",
    "İ", "\ud800", '"', "'", "%", "#", "@", "`", "\\", "when", "then", "kind", "money", "list", "unique", "any",
    "priority", "collect sum", "collect", "rule order", "otherwise", "given", "missing", "---", "...", "<<", "<<: *a",
    "start", "5 working days before start", "999999999 working days after start", "per", "every", "of", "9" * 40,
    "9" * 5000, "-0", "1e400", "1e999999999", "-1e-999999999", "0x10", "1_000", "NaN", "-Infinity", "sNaN", "1,0,0",
    "<", ">", "</", "/>", "<text>", "</text>", "<rule/>", "<!--", "<![CDATA[", "]]>", "&amp;", "&#0;", "&lol;",
    '<!DOCTYPE a [<!ENTITY b "c">]>', "<?xml version='1.0' encoding='utf-16'?>", "date(", "date(\"2024-13-01\")",
    "duration(\"P1Y\")", "function(x) x", "null", "true", "=", "==", "= 1 =", "=1+1", '"",""', ",", ";",
)  # fmt: skip
_OPENINGS = ("[", "{", "{a: ", "- ", "? ", "<a>", "(", "not(", "((", '"', "if ", "-")
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "utf-7", "cp037", "shift-jis")
_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\x00", b"PK\x03\x04", b"<", b"\x1f\x8b")


def spoiled(content: bytes, other: bytes, chance: Random) -> bytes:
    """`content` with a few mistakes in it; some of them are pieces of `other`."""
    if content.startswith(b"PK") and chance.random() < 0.9:
        return _spoiled_inside(content, other, chance)
    return _spoiled_text(content, other, chance)


def spoiled_words(text: str, other: str, chance: Random) -> str:
    ways = (*_WAYS, partial(_put_piece, other))
    for _ in range(min(chance.randint(1, 6), chance.randint(1, 6))):
        text = chance.choice(ways)(text, chance)
    return text


def _spoiled_text(content: bytes, other: bytes, chance: Random) -> bytes:
    text = spoiled_words(content.decode("utf-8", "replace"), other.decode("utf-8", "replace"), chance)
    if chance.random() < 0.03:
        return text.encode(chance.choice(_ENCODINGS), "replace")
    raw = text.encode("utf-8", "surrogatepass")
    return _spoiled_bytes(raw, chance) if chance.random() < 0.1 else raw


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
    """One part of a workbook is spoiled, and the workbook packed again; one that cannot be unpacked is spoiled whole."""
    try:
        with zipfile.ZipFile(io.BytesIO(workbook)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except Exception:
        return _spoiled_text(workbook, other, chance)
    if not parts:
        return workbook
    likely = [name for name in parts if "sheet" in name or "haredStrings" in name or "workbook" in name]
    name = chance.choice(likely or list(parts))
    parts[name] = _spoiled_text(parts[name], other, chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", chance.choice([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])) as archive:
        for name, part in parts.items():
            if chance.random() > 0.005:
                archive.writestr(name, part)
    return packed.getvalue()


# ---------------------------------------------------------------------------------------------------------------- lines


def _lines(text: str, chance: Random) -> tuple[list[str], int]:
    """The lines, of which there is at least one, and the number of one of them."""
    lines = text.splitlines(keepends=True) or [""]
    return lines, chance.randrange(len(lines))


def _drop_lines(text: str, chance: Random) -> str:
    lines, at = _lines(text, chance)
    del lines[at : at + chance.choice([1, 1, 1, 2, 5])]
    return "".join(lines)


def _repeat_line(text: str, chance: Random) -> str:
    lines, at = _lines(text, chance)
    lines[at] *= _often(chance)
    return "".join(lines)


def _swap_lines(text: str, chance: Random) -> str:
    lines, first = _lines(text, chance)
    second = chance.randrange(len(lines))
    lines[first], lines[second] = lines[second], lines[first]
    return "".join(lines)


def _indent_line(text: str, chance: Random) -> str:
    lines, at = _lines(text, chance)
    lines[at] = chance.choice([" ", "  ", "    ", "\t"]) + lines[at] if chance.random() < 0.5 else lines[at].lstrip()
    return "".join(lines)


# ---------------------------------------------------------------------------------------------------------------- words


def _put_word(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(ODD_WORDS) + text[at:]


def _replace_word(text: str, chance: Random) -> str:
    words, at = _words(text, chance)
    words[at] = chance.choice(ODD_WORDS)
    return "".join(words)


def _swap_words(text: str, chance: Random) -> str:
    """Words with words, and what stands between words with what stands there."""
    words, first = _words(text, chance)
    second = chance.randrange(first % 2, len(words), 2)
    words[first], words[second] = words[second], words[first]
    return "".join(words)


def _repeat_word(text: str, chance: Random) -> str:
    words, at = _words(text, chance)
    words[at] *= _often(chance)
    return "".join(words)


def _words(text: str, chance: Random) -> tuple[list[str], int]:
    """Words and what stands between them, in turn, and the number of one of them."""
    words = re.split(r"(\W+)", text)
    return words, chance.randrange(len(words))


def _nest(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_OPENINGS) * (_often(chance) * 10) + text[at:]


def _put_piece(other: str, text: str, chance: Random) -> str:
    """A piece of the other text, sometimes in the place of as much of this one."""
    first = chance.randrange(len(other) + 1)
    piece = other[first : first + chance.choice([3, 10, 30, 100, 1000])]
    at = chance.randrange(len(text) + 1)
    return text[:at] + piece + text[at + chance.choice([0, len(piece)]) :]


# ----------------------------------------------------------------------------------------------------------- characters


def _drop_character(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + text[at + 1 :]


def _change_character(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chr(chance.randrange(chance.choice([128, 0x3000, 0x110000]))) + text[at + 1 :]


def _cut(text: str, chance: Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


def _often(chance: Random) -> int:
    """Mostly a few times; seldom so often that something without a bound would be noticed."""
    return chance.choice([2, 3, 20]) if chance.random() < 0.995 else 5_000


_WAYS: Sequence[_Way] = (
    _drop_lines, _repeat_line, _swap_lines, _indent_line, _put_word, _put_word, _replace_word, _replace_word,
    _swap_words, _swap_words, _swap_words, _repeat_word, _nest, _drop_character, _change_character, _cut,
)  # fmt: skip
