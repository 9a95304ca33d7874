"""Text in a drawing, which breaks no lines by itself: how wide a text is, and where it is broken.

One rule: a text is taken to be a little wider than any common font sets it, so that it stays inside its box.
"""

from collections.abc import Iterator

_NARROW, _WIDE = "iIljtf.,:;'’|!()[] ", "mwMW@%—"
_OF_THE_SIZE = {"narrow": 0.36, "wide": 0.92, "capital": 0.7, "other": 0.58}


def width_of(text: str, size: float) -> float:
    """In the unit of the size."""
    return size * sum(map(_share, text))


def _share(letter: str) -> float:
    if letter in _NARROW:
        return _OF_THE_SIZE["narrow"]
    if letter in _WIDE or ord(letter) > 0x2E7F:  # the scripts of East Asia are as wide as high
        return _OF_THE_SIZE["wide"]
    return _OF_THE_SIZE["capital" if letter.isupper() else "other"]


def lines_of(text: str, width: float, size: float, most: int) -> tuple[str, ...]:
    """No more than `most` lines; the last one ends in … where something is left out."""
    lines = list(_broken(text, width, size))
    if len(lines) <= most:
        return tuple(lines)
    return (*lines[: most - 1], _cut(" ".join(lines[most - 1 :]), width, size))


def _broken(text: str, width: float, size: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size) > width:
            yield line
            longer = word
        while width_of(longer, size) > width and len(longer) > 1:  # a word that no line holds is broken anywhere
            fits = _fitting(longer, width, size)
            yield longer[:fits]
            longer = longer[fits:]
        line = longer
    if line:
        yield line


def _cut(text: str, width: float, size: float) -> str:
    fits = _fitting(text, width - width_of("…", size), size)
    return f"{text[:fits].rstrip()}…"


def _fitting(text: str, width: float, size: float) -> int:
    """How many letters of it fit, one at least."""
    at, taken = 0, 0.0
    while at < len(text) and taken + size * _share(text[at]) <= width:
        taken += size * _share(text[at])
        at += 1
    return max(at, 1)
