"""Careful ways to spoil a text: YAML stays YAML and XML stays XML, but what they say is no longer sound.

One rule: only whole pieces are changed: a word of YAML or CSV, a text or a whole element of XML. So most of what is
made here is read to the end, and the checks, the answers and the comparisons behind the reading are reached.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from random import Random
from xml.sax.saxutils import escape

from tests.fuzz.rough import ODD_WORDS, WAYS, Way

_WORDS = re.compile(r"[\w.$-]+")
_TEXTS = re.compile(r'(?<=>)[^<>\n]+(?=<)|(?<==")[^"<>]*(?=")')
_NUMBERS = re.compile(r"\d+")
_ODD_NUMBERS = (
    "0", "1", "2", "5", "10", "32", "100", "9999", "10000", "20000", "999999", "-1", "0.1", "00", "1e3", "9" * 20,
    "9" * 400,
)  # fmt: skip
_ELEMENTS = re.compile(r"<([\w:]+)[^<>]*>[^<>]*</\1>|<[\w:]+[^<>]*/>")


def ways_for(text: str, other: str) -> Sequence[Way]:
    if _is_xml(text):
        return (*[_change_piece(_TEXTS, other)] * 3, _change_number, _drop_element, _swap_elements)
    return (*[_change_piece(_WORDS, other)] * 3, _change_number, _drop_line, _move_line)


def _is_xml(text: str) -> bool:
    return text.lstrip("\ufeff \r\n").startswith("<")


def _change_piece(pieces: re.Pattern[str], other: str) -> Way:
    """The way to put something else where one of the pieces stands: most often another piece."""

    def change(text: str, chance: Random) -> str:
        spans = [found.span() for found in pieces.finditer(text)]
        if not spans:
            return text
        first, last = chance.choice(spans)
        makers: Sequence[Callable[[], str]] = (
            lambda: text[slice(*chance.choice(spans))],
            lambda: _any_word(other, chance),
            lambda: chance.choice(ODD_WORDS),
            lambda: chance.choice(WAYS)(text[first:last], chance),
        )
        return text[:first] + _fitting(chance.choice(makers)(), text, chance) + text[last:]

    return change


def _any_word(text: str, chance: Random) -> str:
    at = chance.randrange(len(text) + 1)
    found = _WORDS.search(text, at) or _WORDS.search(text)
    return found[0] if found else ""


def _fitting(piece: str, text: str, chance: Random) -> str:
    """The piece in such a way that the form of the text can hold it."""
    if _is_xml(text):
        return escape(piece.replace("\x00", ""), {'"': "&quot;"}) if re.search('[<>"]', piece) else piece
    plain = _WORDS.fullmatch(piece) is not None and chance.random() < 0.9
    return piece if plain or not piece else json.dumps(piece, ensure_ascii=chance.random() < 0.5)


def _change_number(text: str, chance: Random) -> str:
    spans = [found.span() for found in _NUMBERS.finditer(text)]
    if not spans:
        return text
    first, last = chance.choice(spans)
    return text[:first] + chance.choice(_ODD_NUMBERS) + text[last:]


def _drop_element(text: str, chance: Random) -> str:
    spans = [found.span() for found in _ELEMENTS.finditer(text)]
    if not spans:
        return text
    first, last = chance.choice(spans)
    return text[:first] + chance.choice([0, 0, 2, 3]) * text[first:last] + text[last:]


def _swap_elements(text: str, chance: Random) -> str:
    spans = [found.span() for found in _ELEMENTS.finditer(text)]
    if len(spans) < 2:
        return text
    (first, first_end), (last, last_end) = sorted(chance.sample(spans, 2))
    return text[:first] + text[last:last_end] + text[first_end:last] + text[first:first_end] + text[last_end:]


def _drop_line(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    del lines[chance.randrange(len(lines))]
    return "".join(lines)


def _move_line(text: str, chance: Random) -> str:
    """To beside a line that is as far in."""
    lines = text.splitlines(keepends=True) or [""]
    line = chance.choice(lines)
    beside = [at for at, one in enumerate(lines) if _indent(one) == _indent(line)]
    lines.insert(chance.choice(beside), line)
    if chance.random() < 0.7:
        lines.remove(line)
    return "".join(lines)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
