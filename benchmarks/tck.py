"""The public DMN TCK (github.com/dmn-tck/tck) through Handrail: `make tck TCK=folder`, a checkout of it.

One rule: a case is passed only where the answer is the expected one, value for value; what is not read counts as such.

The suite is not part of this project. What is counted: every decision of a file that is a table, case by case; and of
the folders that test FEEL's operators, each test that has the form of a cell, `value in tests`, `value = value` and
`value between value and value` among them.
"""

import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from handrail.runbook.cells import matches
from handrail.runbook.exchange.asking import ExchangedInquiry
from handrail.runbook.exchange.cell_text import cell_of
from handrail.runbook.exchange.columns import kind_of_values
from handrail.runbook.exchange.dmn import read_dmn
from handrail.runbook.exchange.exchanged import Exchanged
from handrail.runbook.exchange.feel import Compared, Literal, Names, UnaryTests, read_tests
from handrail.runbook.kinds import Date, Kind, Unfit, YesNo, read_scalar
from handrail.runbook.tables.deciding import Decided

TABLES = (
    "0004", "0005", "0006", "0007", "0010", "0108", "0109", "0110", "0111", "0112", "0113", "0114", "0115", "0116",
    "0117", "0118", "0119",
)  # fmt: skip
MORE_TABLES = ("0017", "0036", "0039")
OPERATORS = ("0072-feel-in", "0071-feel-between", "0068-feel-equality", "1130-feel-interval")

_TC = "{http://www.omg.org/spec/DMN/20160719/testcase}"
_XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def main() -> int:
    if len(sys.argv) != 2 or not (Path(sys.argv[1]) / "TestCases").is_dir():
        print("Name a checkout of github.com/dmn-tck/tck: python benchmarks/tck.py FOLDER", file=sys.stderr)
        return 2
    cases = Path(sys.argv[1]) / "TestCases"
    failed = _tables(cases / "compliance-level-2", TABLES) + _tables(cases / "compliance-level-3", MORE_TABLES)
    for folder in OPERATORS:
        failed += _operators(cases / "compliance-level-3" / folder)
    return 1 if failed else 0


# -------------------------------------------------------------------------------------------------------------- tables


@dataclass(frozen=True)
class Case:
    name: str
    known: Mapping[str, Any]
    expected: Mapping[str, Any]  # by decision


def _tables(level: Path, folders: tuple[str, ...]) -> int:
    passed = total = results = 0
    for folder in (one for start in folders for one in sorted(level.glob(f"{start}-*"))):
        exchanged = read_dmn((folder / f"{folder.name}.dmn").read_bytes(), folder.name)
        for problem in exchanged.problems:
            print(f"  {problem}")
        for case in _cases(folder):
            wrong = [line for name, want in case.expected.items() for line in _wrong(exchanged, name, case, want)]
            print(*(f"  {folder.name} {case.name}: {line}" for line in wrong), sep="\n", end="\n" if wrong else "")
            total, passed, results = total + 1, passed + (not wrong), results + len(case.expected)
    print(f"{level.name}: {passed} of {total} cases of {len(folders)} folders pass ({results} results).")
    return total - passed


def _wrong(exchanged: Exchanged, name: str, case: Case, want: Any) -> Iterator[str]:
    if name not in exchanged.tables:
        yield f"“{name}” was not read"
        return
    outcome = ExchangedInquiry(exchanged, name).ask(case.known)[-1].outcome
    got = _as_dmn(exchanged, name, outcome) if isinstance(outcome, Decided) else None
    if got != want:
        yield f"“{name}” is {got!r}, expected {want!r}"


def _as_dmn(exchanged: Exchanged, name: str, outcome: Decided) -> Any:
    """The answer as DMN gives it: one value, a context of several, or a list of either."""
    outputs, decision = outcome.outputs, exchanged.tables[name].decision
    if len(outputs) == 1:
        value = next(iter(outputs.values()))
        return list(value) if isinstance(value, tuple) else value
    if decision.gives_lists:
        return [dict(zip(outputs, row, strict=True)) for row in zip(*outputs.values(), strict=True)]
    return dict(outputs)


def _cases(folder: Path) -> Iterator[Case]:
    for file in sorted(folder.glob("*.xml")):
        for case in ElementTree.parse(file).getroot().iter(f"{_TC}testCase"):
            known = {key: value for node in case.findall(f"{_TC}inputNode") for key, value in _known(node)}
            nodes = case.findall(f"{_TC}resultNode")
            expected = {node.get("name", ""): _value(node.find(f"{_TC}expected")) for node in nodes}
            yield Case(case.get("id", ""), known, expected)


def _known(node: ElementTree.Element) -> Iterator[tuple[str, Any]]:
    value = _value(node)
    ahead = [(node.get("name", ""), value)]
    while ahead:
        path, found = ahead.pop()
        if isinstance(found, dict):
            ahead += [(f"{path}.{part}", inner) for part, inner in found.items()]
        elif found is not None:
            yield path, tuple(found) if isinstance(found, list) else found


def _value(node: ElementTree.Element | None) -> Any:
    if node is None:
        return None
    if (items := node.find(f"{_TC}list")) is not None:
        return [_value(item) for item in items.findall(f"{_TC}item")]
    if components := node.findall(f"{_TC}component"):
        return {component.get("name", ""): _value(component) for component in components}
    value = node.find(f"{_TC}value")
    if value is None or value.get(f"{_XSI}nil") == "true":
        return None
    return _scalar(value.get(f"{_XSI}type", "xsd:string").rpartition(":")[2], value.text or "")


def _scalar(type_name: str, text: str) -> Any:
    if type_name in {"decimal", "double", "integer", "int", "float"}:
        return Decimal(text)
    kinds: dict[str, Kind] = {"boolean": YesNo(), "date": Date()}
    return read_scalar(kinds[type_name], text) if type_name in kinds else text


# ----------------------------------------------------------------------------------------------------------- operators

_IN = re.compile(r"(.+?)\s+in\s+(.+)", re.DOTALL)
_BETWEEN = re.compile(r"(.+?)\s+between\s+(.+?)\s+and\s+(.+)", re.DOTALL)
_EQUAL = re.compile(r"([^=!<>]+?)\s*(=|!=)\s*([^=!<>]+)", re.DOTALL)


def _operators(folder: Path) -> int:
    expected = {name: want for case in _cases(folder) for name, want in case.expected.items()}
    counted: Counter[str] = Counter()
    for decision in ElementTree.parse(next(folder.glob("*.dmn"))).getroot().iter():
        name = decision.get("name", "")
        if not decision.tag.endswith("}decision") or name not in expected:
            continue
        text = "".join(node.text or "" for node in decision.iter() if node.tag.endswith("}text")).strip()
        answer = _tested(text)
        outcome = answer if isinstance(answer, str) else "passed" if answer == expected[name] else "failed"
        counted[outcome] += 1
        if outcome == "failed":
            print(f"  {folder.name} {name}: {text} is {answer}, expected {expected[name]}")
    others = ", ".join(f"{number} {what}" for what, number in counted.items() if what not in {"passed", "failed"})
    held = counted["passed"] + counted["failed"]
    print(
        f"{folder.name}: {counted['passed']} of {held} that a cell can hold pass" + (f" ({others})." if others else ".")
    )
    return counted["failed"]


def _tested(text: str) -> bool | str:
    """Whether the value passes the tests; or why a cell does not hold them."""
    if found := _BETWEEN.fullmatch(text):
        value, tests = found[1], f"[{found[2]}..{found[3]}]"
    elif found := _IN.fullmatch(text):
        value, tests = found[1], found[2]
    elif found := _EQUAL.fullmatch(text):
        value, tests = found[1], f"{found[2]} {found[3]}"
    else:
        return "of another form"
    left, right = read_tests(value, Names(())), read_tests(tests, Names(()))
    match left:
        case UnaryTests((Compared("=", Literal(known)),)) if known is not None:
            kind = kind_of_values([known])
        case _:
            return "of another type"
    cell = Unfit("") if isinstance(right, Unfit) or kind is None else cell_of(right, kind)
    return "refused" if isinstance(cell, Unfit) else bool(matches(cell, known))


if __name__ == "__main__":
    sys.exit(main())
