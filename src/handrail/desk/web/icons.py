"""The icons of lucide, as elements of a page.

One rule: all are read at once. Its own reader opens the archive anew for each, and the first pages of a server, which
have a hundred icons that nobody has seen yet, would be seconds late.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from zipfile import ZipFile

_SIZED = re.compile(r'\b(width|height)="24"')


class NoSuchIcon(Exception):
    pass


def drawn(name: str, size: int) -> str:
    """Of so many pixels, hidden from screen readers. Raises NoSuchIcon."""
    text = icons().get(name)
    if text is None:
        raise NoSuchIcon(f"Lucide has no icon “{name}”.")
    head, _, rest = text.partition(">")
    sized = _SIZED.sub(rf'\1="{size}"', head)
    return f'{sized} aria-hidden="true" focusable="false">{rest}'


@lru_cache(maxsize=1)
def icons() -> Mapping[str, str]:
    """By name, without what stands in them only for a file of its own."""
    with (files("lucide") / "lucide.zip").open("rb") as archive, ZipFile(archive) as every:
        return {one.removesuffix(".svg"): _as_element(every.read(one).decode()) for one in every.namelist()}


def _as_element(text: str) -> str:
    in_lines = (line.strip() for line in text[text.index("<svg") :].splitlines())
    return " ".join(in_lines).replace('xmlns="http://www.w3.org/2000/svg" ', "").replace(" >", ">").replace("> <", "><")
