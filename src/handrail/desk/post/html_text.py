"""The text of a mail that is written in HTML alone.

One rule: nothing of it is ever shown as HTML; what is not text is left out, what is quoted becomes lines that begin so.
"""

from html.parser import HTMLParser

_SILENT = frozenset(["script", "style", "head", "title", "template", "svg", "math", "noscript", "iframe", "object"])
_BREAKS = frozenset(
    ["br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "pre"]
)
_QUOTES = ("gmail_quote", "moz-cite-prefix", "yahoo_quoted", "divrplyfwdmsg", "appendonsend")
_VOID = frozenset(
    ["br", "hr", "img", "input", "meta", "link", "wbr", "area", "base", "col", "embed", "source", "track"]
)
_DEEPEST = 200


def text_of_html(html: str) -> str:
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._lines: list[list[str]] = [[]]
        self._quoted: list[bool] = [False]
        self._open: list[str] = []
        self._silent = 0
        self._quotes: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS or tag == "blockquote":
            self._break()
        if tag in _VOID or len(self._open) >= _DEEPEST:
            return
        self._open.append(tag)
        named = " ".join(value or "" for name, value in attrs if name in {"class", "id"}).lower()
        if tag == "blockquote" or any(one in named for one in _QUOTES):
            self._quotes.append(len(self._open))
            self._break()
        if tag in _SILENT:
            self._silent += 1

    def handle_endtag(self, tag: str) -> None:
        if tag not in self._open:
            return
        while self._open:
            last = self._open.pop()
            self._silent -= last in _SILENT
            if self._quotes and self._quotes[-1] > len(self._open):
                self._quotes.pop()
            if last == tag:
                break
        if tag in _BREAKS or tag == "blockquote":
            self._break()

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._quoted[-1] = bool(self._quotes)
            self._lines[-1].append(data)

    def _break(self) -> None:
        if self._lines[-1]:
            self._lines.append([])
            self._quoted.append(bool(self._quotes))

    def text(self) -> str:
        both = zip(self._lines, self._quoted, strict=True)
        words = ((" ".join("".join(parts).split()), quoted) for parts, quoted in both)
        return "\n".join(f"> {line}" if quoted else line for line, quoted in words if line)
