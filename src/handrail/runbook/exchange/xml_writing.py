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
    def inside(self, tag: str, /, **attributes: str) -> Iterator[None]:
        """What is written meanwhile stands in the element."""
        self._line(f"<{tag}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{tag}>")

    def element(self, tag: str, text: str = "", /, **attributes: str) -> None:
        start = f"<{tag}{_attributes(attributes)}"
        self._line(f"{start}>{_escaped(text)}</{tag}>" if text else f"{start}/>")

    def content(self) -> bytes:
        return "".join(self._parts).encode("utf-8")

    def _line(self, text: str) -> None:
        self._parts.append(f"{'  ' * self._depth}{text}\n")


def _attributes(attributes: Mapping[str, str]) -> str:
    """Two underscores stand for a colon; one at the end sets a name apart from Python’s. Empty ones are left out."""
    named = ((name.rstrip("_").replace("__", ":"), text) for name, text in attributes.items())
    return "".join(f" {name}={quoteattr(_UNWRITABLE.sub('�', text))}" for name, text in named if text)


def _escaped(text: str) -> str:
    return escape(_UNWRITABLE.sub("�", text), {"\r": "&#13;"})
