"""Writes docs/reference from the spec cases and from the code: `python docs/generate.py`, or `make docs`.

One rule: what stands in docs/reference is written here and nowhere else; with `--check` nothing is written, and the
exit status tells whether it would have been.
"""

import dataclasses
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
CASES = ROOT / "tests" / "spec" / "cases"
sys.path.insert(0, str(ROOT))

from handrail.handoff import commands, events  # noqa: E402 - the root comes first
from handrail.order.rules.listed import RULES  # noqa: E402
from handrail.order.rules.requirements import REQUIREMENTS  # noqa: E402
from handrail.order.rules.rule import Rule  # noqa: E402
from handrail.runbook.schema import schema_text  # noqa: E402
from tests.spec.office import HOLIDAYS  # noqa: E402

NOTICE = "<!-- Written by docs/generate.py from {source}. Change it there, then run `make docs`. -->"


def pages() -> dict[str, str]:
    """Every page, and the schema for editors, by the name of its file."""
    return {
        **{f"{folder.name}.md": _manual(folder) for folder in _manuals()},
        "commands-and-events.md": _commands(),
        "order-findings.md": _order_findings(),
        "runbook.schema.json": schema_text(),
    }


def _manuals() -> list[Path]:
    return sorted(folder for folder in CASES.iterdir() if (folder / "introduction.md").is_file())


def _manual(folder: Path) -> str:
    """The introduction, a table of contents, and the chapters in their order."""
    introduction = (folder / "introduction.md").read_text(encoding="utf-8").replace("{holidays}", _holidays())
    chapters = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("[0-9]*.md"))]
    headings = [heading for chapter in chapters for heading in _headings(chapter)]
    parts = [
        NOTICE.format(source=folder.relative_to(ROOT).as_posix()),
        _shown(introduction, deeper="").strip(),
        "\n".join(_contents(headings)),
        *(_shown(chapter, deeper="#").strip() for chapter in chapters),
    ]
    return "\n\n".join(parts) + "\n"


def _holidays() -> str:
    said = [f"{day.day} {day:%B %Y} ({name})" for day, name in HOLIDAYS.items()]
    return f"{', '.join(said[:-1])} and {said[-1]}"


def _headings(chapter: str) -> Iterator[tuple[int, str]]:
    """Level and words of each heading; what stands in a fence is no heading."""
    for line, fenced in _lines(chapter):
        found = None if fenced else re.fullmatch(r"(#+) (.+)", line)
        if found:
            yield len(found[1]), found[2]


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    fenced = False
    for line in text.splitlines():
        fence = line.startswith("```")
        yield line, fenced and not fence
        fenced ^= fence


def _contents(headings: list[tuple[int, str]]) -> Iterator[str]:
    anchors: dict[str, int] = {}
    for level, words in headings:
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        again = anchors.get(anchor, 0)
        anchors[anchor] = again + 1
        yield f"{'  ' * (level - 1)}- [{words}](#{anchor}{f'-{again}' if again else ''})"


def _shown(text: str, *, deeper: str) -> str:
    """Headings as much deeper, and fences named by what an editor can colour."""
    found = []
    for line, fenced in _lines(text):
        if line.startswith("#") and not fenced:
            found.append(f"{deeper}{line}")
        elif line.startswith("```"):
            found.append(" ".join(line.split(" ")[:1]))
        else:
            found.append(line)
    return "\n".join(found)


def _commands() -> str:
    parts = [
        NOTICE.format(source="src/handrail/handoff/commands.py and events.py"),
        "# Commands and events",
        "What can be asked of a handoff, and what is recorded of it. A command leads to events or is refused.",
        "## Commands",
        _prose(commands.__doc__),
        *(_described(kind) for kind in get_args(commands.Command)),
        "## Events",
        _prose(events.__doc__),
        *(_described(kind) for kind in (*get_args(events.Event), events.Answer, events.Recorded)),
    ]
    return "\n\n".join(parts) + "\n"


def _described(kind: type) -> str:
    """A heading, the docstring where somebody wrote one, and the fields."""
    own = kind.__doc__ if kind.__doc__ and not kind.__doc__.startswith(f"{kind.__name__}(") else ""
    rows = [f"| `{one.name}` | {_type(one)} | {_default(one)} |" for one in dataclasses.fields(kind)]
    table = "\n".join(["| Field | Kind | Where it is left out |", "| --- | --- | --- |", *rows]) if rows else ""
    return "\n\n".join(part for part in (f"### {kind.__name__}", _prose(own), table) if part)


def _prose(docstring: str | None) -> str:
    return " ".join((docstring or "").split())


def _type(one: "dataclasses.Field[object]") -> str:
    shown = one.type.__name__ if isinstance(one.type, type) and not get_args(one.type) else str(one.type)
    bare = re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", shown)
    return f"`{bare}`".replace("|", "\\|")


def _default(one: "dataclasses.Field[object]") -> str:
    if one.default_factory is not dataclasses.MISSING:
        return f"`{one.default_factory()!r}`"
    return "" if one.default is dataclasses.MISSING else f"`{one.default!r}`"


_SEVERITIES = {
    "error": "Errors: cannot be sold, whoever approves",
    "warning": "Warnings: sold with the approval of Finance, Customer Success and Sales",
    "notice": "Notices: to be known; they change no approval",
}


_OF_FINDINGS = (
    "An order is held against these rules whenever it is written: from the order, the catalogue and the customer "
    "alone, all of them at once. An order without errors and warnings is validated by Customer Success with one "
    "action. What is marked *outside* takes the order out of the catalogue."
)


def _order_findings() -> str:
    """The rules that an order is held against, by severity."""
    parts = [
        NOTICE.format(source="src/handrail/order/rules"),
        "# Findings of an order",
        _OF_FINDINGS,
        *(part for severity, title in _SEVERITIES.items() for part in _rules_of(severity, title)),
        "## Requirements that they serve",
        "\n".join(f"- **{number}** {says}." for number, says in REQUIREMENTS.items()),
    ]
    return "\n\n".join(parts) + "\n"


def _rules_of(severity: str, title: str) -> Iterator[str]:
    yield f"## {title}"
    rows = [_rule(rule) for rule in RULES if rule.severity == severity]
    yield "\n".join(["| Rule | What | What to do | Serves |", "|---|---|---|---|", *rows])


def _rule(rule: Rule) -> str:
    name = f"**{rule.title}**<br>`{rule.name}`" + ("<br>*outside*" if rule.outside else "")
    return f"| {name} | {rule.what} | {rule.remedy} | {rule.serves} |"


def main(arguments: list[str]) -> int:
    stale = [name for name, text in pages().items() if _standing(name) != text]
    strange = sorted({path.name for path in REFERENCE.glob("*.*")} - pages().keys())
    if "--check" in arguments:
        for name in (*stale, *strange):
            print(f"docs/reference/{name} is not what docs/generate.py gives. Run `make docs`.", file=sys.stderr)
        return 1 if stale or strange else 0
    REFERENCE.mkdir(exist_ok=True)
    for name in stale:
        (REFERENCE / name).write_text(pages()[name], encoding="utf-8")
    for name in strange:
        (REFERENCE / name).unlink()
    return 0


def _standing(name: str) -> str:
    path = REFERENCE / name
    return path.read_text(encoding="utf-8") if path.is_file() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
