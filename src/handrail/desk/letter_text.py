"""What a letter says, which is written in Markdown: as a page and as plain text.

One rule: no HTML that somebody wrote goes through; it is read as the text that it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

# Lines end where their author ended them. Links lead to the web or to a mailbox, whatever else they say.
_MARKDOWN = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable("image")
_MARKDOWN.validateLink = lambda url: url.lower().startswith(("https://", "http://", "mailto:", "tel:"))  # type: ignore[method-assign]


def as_html(body: str) -> SafeString:
    text: SafeString = mark_safe(_MARKDOWN.render(body))
    return text


def as_plain(body: str) -> str:
    """The words, with the marks that a reader of plain text knows."""
    return "\n".join(_lines(_MARKDOWN.parse(body))).strip()


def _lines(tokens: Iterable[Token]) -> Iterator[str]:
    marks: list[str] = []
    numbers: list[int] = []
    for token in tokens:
        match token.type:
            case "ordered_list_open":
                numbers.append(int(token.attrs.get("start", 1)))
            case "bullet_list_open":
                numbers.append(0)
            case "ordered_list_close" | "bullet_list_close":
                numbers.pop()
                yield from [] if numbers else [""]
            case "list_item_open":
                marks.append(f"{numbers[-1]}. " if numbers[-1] else "- ")
                numbers[-1] += 1 if numbers[-1] else 0
            case "list_item_close":
                marks.pop()
            case "blockquote_open":
                marks.append("> ")
            case "blockquote_close":
                marks.pop()
            case "hr":
                yield from ["* * *", ""]
            case "fence" | "code_block":
                yield from (f"    {line}" for line in token.content.splitlines())
                yield ""
            case "inline":
                yield from _marked(_inline(token.children or []), marks)
                yield from [] if numbers else [""]


def _marked(text: str, marks: list[str]) -> Iterator[str]:
    for number, line in enumerate(text.split("\n")):
        yield (
            "".join(
                mark if mark == "> " or (number == 0 and at == len(marks) - 1) else " " * len(mark)
                for at, mark in enumerate(marks)
            )
            + line
        )


def _inline(tokens: Iterable[Token]) -> str:
    said, links = "", []
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                said += "\n"
            case "link_open":
                links.append((len(said), str(token.attrs.get("href", ""))))
            case "link_close":
                begins, url = links.pop()
                said += "" if said[begins:] in {url, url.removeprefix("mailto:")} else f" ({url})"
            case _:
                said += token.content
    return said
