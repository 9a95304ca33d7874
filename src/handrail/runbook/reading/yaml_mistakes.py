"""What the YAML parser found wrong, in an author's words.

One rule: every mistake is told with its place and a way to mend it, whichever parser found it.
"""

from dataclasses import dataclass
from typing import Any

import yaml

from handrail.runbook.problem import Place
from handrail.runbook.reading.margin import Margin


@dataclass(frozen=True, kw_only=True)
class _Mistake:
    """`signs` are parts of the parser's own message, any of which tells this mistake.

    `at_opening` places it where the bracket or quotation mark was opened, not where the parser gave up.
    """

    signs: tuple[str, ...] = ()
    says: str
    mend: str
    at_opening: bool = False


_QUOTES = (
    "Put quotes around a text that holds “: ”, “ #” or brackets, or that begins with a sign such as > < * & ! % @."
)

_MISTAKES = (
    _Mistake(
        signs=("sequence entries are not allowed",),
        says="A dash stands where no list can begin.",
        mend="Begin the list on a line of its own, or put quotes around the dash.",
    ),
    _Mistake(
        signs=("mapping values are not allowed",),
        says="A colon stands where no key can be.",
        mend="Put quotes around a text that holds “: ”, or begin the line in the same column as its neighbours.",
    ),
    _Mistake(
        signs=("unexpected end of stream", "unexpected document"),
        says="A quotation mark is opened here and never closed.",
        mend="Close it with the same mark.",
        at_opening=True,
    ),
    _Mistake(
        signs=("expected ',' or",),
        says="The list or mapping in brackets that begins here is broken.",
        mend=f"Close its bracket, and put a comma between its parts. {_QUOTES}",
        at_opening=True,
    ),
    _Mistake(
        signs=("expected the node content", "expected node content"),
        says="A value is missing here, or begins with a sign that it cannot begin with.",
        mend=f"Write the value. {_QUOTES}",
    ),
    _Mistake(
        signs=("<block end>", "expected key", "expected '-' indicator", "<document start>"),
        says="This does not fit under the lines above it.",
        mend=f"Begin the line in the same column as its neighbours, and close quotes at the end of a text. {_QUOTES}",
    ),
    _Mistake(
        signs=("could not find expected ':'",),
        says="A key is not followed by its colon.",
        mend="Write “key: value” on one line, with a space after the colon.",
        at_opening=True,
    ),
    _Mistake(
        signs=("escape",),
        says="A backslash begins no known escape in this text in double quotes.",
        mend="Write the backslash twice, or use single quotes.",
    ),
    _Mistake(
        signs=("comment or line break", "chomping or indentation"),
        says="After | or > the text begins on the next line.",
        mend="Put the text on the next line, further in, or put quotes around all of it.",
    ),
    _Mistake(
        signs=("alphabetic or numeric character",),
        says="A value that begins with & or * is a YAML anchor or alias, and a runbook has none.",
        mend="Put quotes around the text.",
    ),
    _Mistake(
        signs=("nesting depth",),  # of newer parsers, which look far ahead
        says="Lists and mappings are nested too deep here.",
        mend="Check the brackets: no part of a runbook is nested that deep.",
    ),
    _Mistake(signs=("cannot start any token",), says="A value cannot begin with this character.", mend=_QUOTES),
)

_TAB = _Mistake(says="A tab stands here; YAML takes only spaces before a key or value.", mend="Use spaces instead.")


def tell_mistake(mistake: yaml.YAMLError, text: str, margin: Margin) -> None:
    mark: Any = getattr(mistake, "problem_mark", None)
    opening: Any = getattr(mistake, "context_mark", None) or mark
    message = getattr(mistake, "problem", None) or "it cannot be read"
    known = _known(message, _character(text, mark))
    at = opening if known.at_opening else mark
    where = Place(file=margin.file, line=at.line + 1, column=at.column + 1) if at else Place(file=margin.file)
    margin.error(where, "yaml-syntax", known.says, known.mend)


def _character(text: str, mark: Any) -> str:
    return text[mark.index : mark.index + 1] if mark else ""


def _known(message: str, character: str) -> _Mistake:
    if character == "\t":
        return _TAB
    found = (known for known in _MISTAKES if any(sign in message for sign in known.signs))
    return next(found, _Mistake(says=f"This is not YAML: {message}.", mend=_QUOTES))
