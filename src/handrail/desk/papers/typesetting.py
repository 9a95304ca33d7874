"""A paper as a PDF that programs reading aloud understand (PDF/UA-1), made by typst.

One rule: whatever a document holds, a page of the desk waits for it no longer, and the machine gives it no more, than
is said here.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

from handrail.desk.papers.paper import Paper, addendum_words, breakable, marked, plain, without_emoji
from handrail.handoff.document import Line, Part

_SECONDS = 40
_AT_ONCE = BoundedSemaphore(2)
_WAITS = 20
_LONGEST_LINK = 2000
_HERE = Path(__file__).parent


class Unprinted(Exception):
    """No file could be made; the words say why to whoever asked for it."""


def pdf_of(paper: Paper) -> bytes:
    with _made(paper, "pdf") as folder:
        return (folder / "made.pdf").read_bytes()


def pictures_of(paper: Paper) -> list[bytes]:
    """Each page as a PNG."""
    with _made(paper, "png") as folder:
        return [page.read_bytes() for page in sorted(folder.glob("made-*.png"))]


def _made(paper: Paper, made: str) -> AbstractContextManager[Path]:
    return typeset("page.typ", _data(paper), paper.look.logo, made)


@contextmanager
def typeset(page: str, data: Mapping[str, Any], logo: bytes, made: str) -> Iterator[Path]:
    """A folder with what was `made` (pdf, or png of each page) of the data, laid out as `page` says; it is there until
    it is looked at. Raises `Unprinted`."""
    if not _AT_ONCE.acquire(timeout=_WAITS):
        raise Unprinted("Other documents are being made just now. Try again in a minute.")
    try:
        with tempfile.TemporaryDirectory(prefix="handrail-paper-") as name:
            folder = Path(name)
            (folder / "page.typ").write_bytes((_HERE / page).read_bytes())
            (folder / "data.json").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
            if logo:
                (folder / "logo.png").write_bytes(logo)
            _run(folder, made)
            yield folder
    finally:
        _AT_ONCE.release()


def _run(folder: Path, made: str) -> None:
    command = [sys.executable, "-I", str(_HERE / "typeset.py"), str(folder), made]
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False, cwd=folder)
    except subprocess.TimeoutExpired:
        raise Unprinted("This document is too long to be made into a file here. Print the page instead.") from None
    if done.returncode != 0:
        fault = done.stderr.decode(errors="replace").strip().splitlines()
        raise Unprinted(f"The file could not be made: {fault[-1][:300] if fault else 'the program was stopped'}.")


# ---------------------------------------------------------------------------------------------------------- as data


def _data(paper: Paper) -> dict[str, Any]:
    tree, text = paper.tree, Texts(paper.is_right_to_left)
    words = ("Missing", "Not applicable", "owed by", "Addenda", "Page", "of")
    return {
        "title": text(tree.title),
        "customer": text(tree.customer),
        "runbook": text(tree.runbook),
        "says": text(tree.says),
        "company": text(paper.look.company),
        "accent": paper.look.accent,
        "logo": bool(paper.look.logo),
        "language": paper.language.partition("-")[0],
        "dir": "rtl" if paper.is_right_to_left else "ltr",
        "seal": text(paper.seal),
        "digest": paper.digest,
        "boxes": paper.boxes,
        "words": {word: paper.said(word) for word in words},
        "parts": [_part(part, text) for part in tree.parts],
        "addenda": [{"text": text(one.text), "by": text(addendum_words(one))} for one in paper.addenda],
    }


class Texts:
    """Texts as a page can show them."""

    def __init__(self, is_right_to_left: bool) -> None:
        self._is_right_to_left = is_right_to_left

    def __call__(self, text: str) -> str:
        clean = plain(text)
        shown = breakable(clean if _has_emoji() else without_emoji(clean))
        return "\n".join(map(marked, shown.split("\n"))) if self._is_right_to_left else shown


def _part(part: Part, text: Texts) -> dict[str, Any]:
    lines = [_line(line, text) for line in part.lines]
    return {"title": text(part.title), "says": text(part.says), "level": part.level, "lines": lines}


def _line(line: Line, text: Texts) -> dict[str, Any]:
    return {
        "label": text(line.label),
        "state": line.state,
        "value": text(line.value),
        "link": safe_link(line.link),
        "reason": text(line.reason),
        "owed_by": text(line.owed_by),
        "heads": [text(head) for head in line.heads],
        "weights": _weights(line),
        "rows": [[text(cell) for cell in row] for row in line.rows],
        "notes": [text(note) for note in line.notes],
    }


def safe_link(link: str) -> str:
    """Empty where it leads to no page, or is longer than a file takes."""
    return link if link.startswith(("https://", "http://")) and len(link) < _LONGEST_LINK else ""


def _weights(line: Line) -> list[int]:
    """How wide the columns are to one another, by what stands in them."""
    columns = zip(line.heads, *line.rows, strict=False) if line.rows else ((head,) for head in line.heads)
    return [8 + min(max(len(cell) for cell in column), 40) for column in columns]


@lru_cache(maxsize=1)
def _has_emoji() -> bool:
    """Whether the machine has a font for emoji; what is embedded has none."""
    import typst

    return any("emoji" in family.lower() for family in typst.Fonts().families())
