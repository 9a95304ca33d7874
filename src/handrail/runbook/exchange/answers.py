"""What the rules of one DMN table give, and what it gives where no rule fits.

One rule: an output is a value, or texts put together; what would have to be computed is refused.
"""

from collections.abc import Sequence
from typing import TypeGuard

from handrail.runbook.exchange.cell_text import unfit_moment, unfit_value
from handrail.runbook.exchange.columns import Given, Scope, kind_of_values
from handrail.runbook.exchange.exchanged import Wording
from handrail.runbook.exchange.feel import Literal, Moment, Name, Operand, read_sum
from handrail.runbook.exchange.names import is_feel
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.xml_tree import Element
from handrail.runbook.kinds import Choice, Kind, Records, Scalar, Several, Text, Unfit, read_scalar, write_scalar
from handrail.runbook.model import Output

_IN_VALUES = 'Write one value: a text in quotes, a number, true, false or date("…").'


class Answers:
    """What the rules of a table give, and what it gives where no rule fits."""

    def __init__(self, table: Element, given: Sequence[Given], scope: Scope, notes: Notes) -> None:
        self._given = given
        self._notes = notes
        self._names = scope.names
        self._meanings = scope.meanings
        self.wordings: dict[tuple[int, str], Wording] = {}
        rows = [list(rule.all("outputEntry")) for rule in table.all("rule")]
        for rule, row in zip(table.all("rule"), rows, strict=True):
            if len(row) != len(given):
                says = f"The rule has {len(row)} output entries for {len(given)} outputs."
                notes.error(rule.place, "row-length", says, "A rule gives every output a value.")
        self._rows = [self._row(row, number) for number, row in enumerate(rows, start=1)]
        defaults = [column.element.one("defaultOutputEntry") for column in given]
        self._defaults = self._row([one for one in defaults if one], 0) if any(defaults) else []
        if 0 < len([one for one in defaults if one]) < len(given):
            says = "Only some of the outputs have a default; the answer where no rule fits must be whole."
            notes.error(table.place, "row-length", says, "Give every output a default, or none.")
        self.outputs: tuple[Output, ...] = tuple(self._output(at, column) for at, column in enumerate(given))

    def _output(self, at: int, column: Given) -> Output:
        values = [row[at] for row in [*self._rows, self._defaults] if at < len(row) and row[at] != ""]
        kind = column.kind or kind_of_values(values)
        if kind is None and values:
            says = f"The values of the output “{column.name}” are of several types."
            self._notes.error(
                column.element.place, "unknown-kind", says, "Give it values of one type, and name the type."
            )
        return Output(name=column.name, title=column.title, kind=kind or Text())

    def of(self, at: int) -> tuple[Scalar, ...]:
        """The outputs of the rule that stands at `at`, from 0."""
        return self._fitted(self._rows[at])

    def otherwise(self) -> tuple[Scalar, ...]:
        return self._fitted(self._defaults) if len(self._defaults) == len(self._given) else ()

    def _fitted(self, row: list[Scalar]) -> tuple[Scalar, ...]:
        padded = [*row, *[""] * len(self._given)]
        return tuple(padded[: len(self._given)])

    def _row(self, entries: list[Element], number: int) -> list[Scalar]:
        return [self._value(entry, column, number) for entry, column in zip(entries, self._given, strict=False)]

    def _value(self, entry: Element, column: Given, number: int) -> Scalar:
        parts = read_sum(entry.words(), self._names)
        if not is_feel(entry.get("expressionLanguage")):
            parts = Unfit(f"The output is written in {entry.get('expressionLanguage')}, not in FEEL.")
        if isinstance(parts, Unfit):
            return self._unfit(entry, parts)
        if len(parts) == 1 and isinstance(parts[0], Literal):
            return self._literal(entry, parts[0], column)
        if len(parts) == 1 and isinstance(parts[0], Moment):
            return self._unfit(entry, unfit_moment(parts[0], column.kind or Text()))
        return self._worded(entry, parts, column, number)

    def _literal(self, entry: Element, literal: Literal, column: Given) -> Scalar:
        if literal.value is None:
            return self._unfit(entry, Unfit("Null is no answer; leave the rule out, and the case is left to a person."))
        kind = column.kind or kind_of_values([literal.value])
        assert kind is not None  # every value has a kind
        checked = _of_kind(kind, literal.value)
        return self._unfit(entry, checked) if isinstance(checked, Unfit) else checked

    def _worded(self, entry: Element, parts: tuple[Operand, ...], column: Given, number: int) -> Scalar:
        wording = tuple(part for part in parts if self._is_textual(part))
        if len(wording) < len(parts) or not isinstance(column.kind, Text | None):
            return self._unfit(entry, Unfit("The output is computed; an output is a value, or texts joined with +."))
        self.wordings[number, column.name] = wording
        return "".join(f"{{{part.path}}}" if isinstance(part, Name) else str(part.value) for part in wording).strip()

    def _is_textual(self, part: Operand) -> TypeGuard[Literal | Name]:
        if isinstance(part, Name):
            known = self._meanings[part.path].type
            return isinstance(known.kind, Text | Choice) and not known.is_list
        return isinstance(part, Literal) and isinstance(part.value, str)

    def _unfit(self, entry: Element, unfit: Unfit) -> Scalar:
        self._notes.error(entry.words_place(), "output", unfit.says, _IN_VALUES)
        return ""


def _of_kind(kind: Kind, value: Scalar) -> Scalar | Unfit:
    """The value, as long as it is one of the kind: FEEL’s types are not turned into each other."""
    if isinstance(kind, Records | Several):
        return Unfit("A list is no output of a rule.")
    return unfit_value(value, kind) or read_scalar(kind, write_scalar(value))
