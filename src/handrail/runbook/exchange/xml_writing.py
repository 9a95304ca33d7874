"""XML as text, element by element.

One rule: whatever the texts hold, what is written is well-formed and says them again.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from xml.sax.saxutils import escape, quoteattr

_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


class Writing:
    def __init__(self) -> None:
        self._parts = [_DECLARATION]
        self._depth = 0

    @contextmanager
    def inside(self, name: str, **attributes: str) -> Iterator[None]:
        """What is written meanwhile stands in the element."""
        self._line(f"<{name}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def element(self, name: str, text: str = "", **attributes: str) -> None:
        start = f"<{name}{_attributes(attributes)}"
        self._line(f"{start}>{_escaped(text)}</{name}>" if text else f"{start}/>")

    def content(self) -> bytes:
        return "".join(self._parts).encode("utf-8")

    def _line(self, text: str) -> None:
        self._parts.append(f"{'  ' * self._depth}{text}\n")


def _attributes(attributes: Mapping[str, str]) -> str:
    """An underscore at the end sets a name apart from Python’s words, two stand for a colon; empty ones are left out."""
    named = ((name.rstrip("_").replace("__", ":"), text) for name, text in attributes.items())
    return "".join(f" {name}={quoteattr(_UNWRITABLE.sub('�', text))}" for name, text in named if text)


def _escaped(text: str) -> str:
    return escape(_UNWRITABLE.sub("�", text), {"\r": "&#13;"})
