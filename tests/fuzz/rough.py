"""Rough ways to spoil a text: by lines, by words, by characters, minding nothing.

One rule: all chance comes from the `Random` that is given, so that the same seed spoils the same text in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from random import Random

Way = Callable[[str, Random], str]

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
    lines[at] *= often(chance)
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
    words[at] *= often(chance)
    return "".join(words)


def _words(text: str, chance: Random) -> tuple[list[str], int]:
    """Words and what stands between them, in turn, and the number of one of them."""
    words = re.split(r"(\W+)", text)
    return words, chance.randrange(len(words))


def _nest(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_OPENINGS) * (often(chance) * 10) + text[at:]


def put_piece(other: str, text: str, chance: Random) -> str:
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


def often(chance: Random) -> int:
    """Mostly a few times; seldom so often that something without a bound would be noticed."""
    return chance.choice([2, 3, 20]) if chance.random() < 0.995 else 5_000


WAYS: Sequence[Way] = (
    _drop_lines, _repeat_line, _swap_lines, _indent_line, _put_word, _put_word, _replace_word, _replace_word,
    _swap_words, _swap_words, _swap_words, _repeat_word, _nest, _drop_character, _change_character, _cut,
)  # fmt: skip
