"""The rules of one DMN table, and the columns that they come to.

One rule: first every cell is read, then the columns are made; for what a column is can depend on its cells.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from handrail.runbook.cells import Among, Anything, Cell
from handrail.runbook.exchange.cell_text import cell_of, kept
from handrail.runbook.exchange.columns import Looked, Scope, kind_of_values
from handrail.runbook.exchange.comparisons import Asked, Comparison, comparison_of, taken_apart, words_for
from handrail.runbook.exchange.feel import Between, Literal, UnaryTests, read_tests
from handrail.runbook.exchange.names import is_feel
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.own import own_text
from handrail.runbook.exchange.types import UNSAID, FeelType
from handrail.runbook.exchange.xml_tree import Element
from handrail.runbook.kinds import Kind, Scalar, Text, Unfit
from handrail.runbook.model import Input, Ref

_ANYTHING = UnaryTests()
_IN_TESTS = "Write S-FEEL unary tests: “-”, a value, a comparison, an interval, a list with commas, or “not(…)”."


@dataclass(frozen=True, kw_only=True)
class _Entry:
    """A cell as far as it is read without its column’s kind."""

    element: Element
    tests: UnaryTests = _ANYTHING
    asked: Asked = ()


@dataclass(kw_only=True)
class _Columns:
    """What one input of the file becomes: a column of its own, those of comparisons, or both."""

    looked: Looked
    entries: list[_Entry]
    kind: Kind | None = None
    comparisons: dict[str, Comparison] = field(default_factory=dict)


class Rows:
    """The rules of `table`; `inputs` and `cells` stand in the same order."""

    def __init__(self, table: Element, looked: Sequence[Looked], scope: Scope, notes: Notes) -> None:
        self._meanings = scope.meanings
        self._notes = notes
        self._names = scope.names
        self._elements = tuple(table.all("rule"))
        read = [self._entries(rule, len(looked)) for rule in self._elements]
        self._columns = [
            _Columns(looked=column, entries=[entries[at] for entries in read]) for at, column in enumerate(looked)
        ]
        for column in self._columns:
            self._find_kind(column)
            self._find_comparisons(column)

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(one for column in self._columns for one in column.comparisons.values())

    def inputs(self) -> tuple[Input, ...]:
        return tuple(one for column in self._columns for one in self._inputs(column))

    def cells(self, at: int) -> tuple[Cell, ...]:
        """Of the rule that stands at `at`, from 0."""
        return tuple(cell for column in self._columns for cell in self._cells(column, column.entries[at]))

    # -------------------------------------------------------------------------------------------------- reading entries

    def _entries(self, rule: Element, width: int) -> list[_Entry]:
        elements = list(rule.all("inputEntry"))
        if len(elements) != width:
            says = f"The rule has {len(elements)} input entries for {width} inputs."
            self._notes.error(rule.place, "row-length", says, "Write one for each input; “-” for anything.")
        entries = [self._entry(element) for element in elements[:width]]
        return [*entries, *[_Entry(element=rule)] * (width - len(entries))]

    def _entry(self, element: Element) -> _Entry:
        text = element.words()
        tests = read_tests(text, self._names)
        if not is_feel(element.get("expressionLanguage")):
            tests = Unfit(f"The cell is written in {element.get('expressionLanguage')}, not in FEEL.")
        parts = tests if isinstance(tests, Unfit) else taken_apart(tests)
        if isinstance(parts, Unfit):
            self._tell(element, parts)
            return _Entry(element=element)
        return _Entry(element=element, tests=parts[0], asked=parts[1])

    def _tell(self, element: Element, unfit: Unfit) -> None:
        self._notes.error(element.words_place(), "cell", unfit.says, _IN_TESTS)

    # --------------------------------------------------------------------------------------------------- making columns

    def _find_kind(self, column: _Columns) -> None:
        looked = column.looked
        column.kind = looked.own_kind or looked.type.kind
        if column.kind is None and looked.type.is_unsaid:
            column.kind = kind_of_values(value for entry in column.entries for value in _values(entry.tests))
            asks_no_other = not any(entry.asked for entry in column.entries)
            column.kind = column.kind or (Text() if asks_no_other else None)

    def _find_comparisons(self, column: _Columns) -> None:
        looked = column.looked
        left = FeelType(kind=column.kind) if looked.type.is_unsaid else looked.type
        for entry in column.entries:
            for path, _ in entry.asked:
                meaning = self._meanings.get(path)
                found = comparison_of(looked.path, left, path, meaning.type if meaning else UNSAID)
                if isinstance(found, Unfit):
                    self._tell(entry.element, found)
                else:
                    column.comparisons[path] = found

    def _stands(self, column: _Columns) -> bool:
        """Whether the column itself is looked at, not only what it is compared with."""
        return not column.comparisons or any(entry.tests.tests for entry in column.entries)

    def _inputs(self, column: _Columns) -> Iterator[Input]:
        looked = column.looked
        if self._stands(column):
            if column.kind is None:
                held = "texts, numbers, dates, dates and times or yes/no"
                says = f"“{looked.path}” is {_unheld(looked.type)}; a column holds {held}."
                mend = "Compare it with other data of its type, or let the table look at something else."
                self._notes.error(looked.element.place, "unknown-kind", says, mend)
            yield Input(name=looked.name, title=looked.title, ref=looked.ref, kind=column.kind or Text())
        for one in column.comparisons.values():
            title = f"{looked.title} compared with {one.right}"
            yield Input(name=one.name, title=title, ref=Ref(source="fact", name=one.name), kind=one.kind)

    def _cells(self, column: _Columns, entry: _Entry) -> Iterator[Cell]:
        if self._stands(column):
            yield self._own_cell(entry, column.kind)
        for path, comparison in column.comparisons.items():
            signs = [sign for asked, sign in entry.asked if asked == path]
            yield self._compared(entry, comparison, signs) if signs else Anything()

    def _own_cell(self, entry: _Entry, kind: Kind | None) -> Cell:
        if kind is None:
            return Anything()
        cell = cell_of(entry.tests, kind)
        if isinstance(cell, Unfit):
            self._tell(entry.element, cell)
            return Anything()
        own = own_text(entry.element, "cell")
        return kept(cell, own, kind) if own else cell

    def _compared(self, entry: _Entry, comparison: Comparison, signs: list[str]) -> Cell:
        words = words_for(comparison, signs)
        if isinstance(words, Unfit):
            self._tell(entry.element, words)
            return Anything()
        return Among(frozenset(words), False, ", ".join(words))


def _values(tests: UnaryTests) -> Iterator[Scalar | None]:
    for test in tests.tests:
        operands = (test.low, test.high) if isinstance(test, Between) else (test.operand,)
        yield from (operand.value for operand in operands if isinstance(operand, Literal))


def _unheld(found: FeelType) -> str:
    return f"a {found.moment}" if found.moment else "a structure"
