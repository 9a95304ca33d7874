"""The columns of one DMN table: what its inputs look at, and what its outputs give.

One rule: a type that the file does not say is taken from the values in the column, all of one kind.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from handrail.runbook.exchange.feel import Names
from handrail.runbook.exchange.names import is_feel, plain_name
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.own import own_kind, own_ref, own_text
from handrail.runbook.exchange.types import UNSAID, FeelType, Types
from handrail.runbook.exchange.xml_tree import Element
from handrail.runbook.kinds import Choice, Date, Instant, Kind, Number, Records, Scalar, Text, YesNo
from handrail.runbook.model import Ref
from handrail.runbook.reading.margin import quoted

_KEYWORDS = frozenset(
    ["and", "or", "in", "between", "if", "then", "else", "for", "some", "every", "return", "not", "function", "null"]
)


@dataclass(frozen=True, kw_only=True)
class Meaning:
    """What a name of the file stands for."""

    ref: Ref
    type: FeelType


@dataclass(frozen=True, kw_only=True)
class Scope:
    """Everything in the file that has a name."""

    meanings: Mapping[str, Meaning]
    names: Names


@dataclass(frozen=True, kw_only=True)
class Looked:
    """An input column as far as its head tells it: `path` is what it looks at."""

    name: str
    path: str
    title: str
    ref: Ref
    type: FeelType
    own_kind: Kind | None
    element: Element


def looked_at(element: Element, scope: Scope, types: Types, notes: Notes) -> Looked | None:
    """None where it looks at more than one piece of data, which is then told."""
    expression = element.one("inputExpression")
    path = plain_name(expression.words()) if expression else ""
    if expression is None or not is_feel(expression.get("expressionLanguage")) or not _is_name(path, scope):
        says = f"The column looks at {quoted(path)}, which is not the name of a piece of data."
        mend = "Let the table look at data; give what has to be computed as data of its own."
        notes.error(element.words_place() if not expression else expression.words_place(), "expression", says, mend)
        return None
    meaning = scope.meanings.get(path) or Meaning(ref=Ref(source="fact", name=path), type=UNSAID)
    said = types.named(expression.get("typeRef"), expression)
    found = types.limited(_nearer(said, meaning.type), element.one("inputValues"))
    name, ref = own_ref(element, path) or (path, meaning.ref)
    if found.is_list:
        says = f"“{path}” is a list; a table looks at single values."
        notes.error(element.place, "list-as-input", says, "Let the table look at something about the list.")
        return None
    return Looked(
        name=name,
        path=path,
        title=element.get("label") or path,
        ref=ref,
        type=found,
        own_kind=own_kind(element, found.kind),
        element=element,
    )


def _is_name(path: str, scope: Scope) -> bool:
    """A name of the file, or one that could be: readers often leave the input data out."""
    words = path.replace(".", " ").split()
    return path in scope.meanings or (
        bool(words) and all(word.isidentifier() for word in words) and not _KEYWORDS.intersection(words)
    )


def _nearer(said: FeelType, known: FeelType) -> FeelType:
    """The type at the column, unless what is known of the data tells more."""
    if said.is_unsaid or (isinstance(said.kind, Text) and isinstance(known.kind, Choice)):
        return known
    if isinstance(said.kind, Number) and isinstance(known.kind, Number):
        return known
    return said


def kind_of_values(values: Iterable[Scalar | None]) -> Kind | None:
    """The kind of all the values; None where they are of several, or there are none."""
    found = {_kind_of_value(value) for value in values if value is not None}
    return found.pop() if len(found) == 1 else None


def _kind_of_value(value: Scalar) -> Kind:
    match value:
        case bool():
            return YesNo()
        case Decimal():
            return Number()
        case datetime():
            return Instant()
        case date():
            return Date()
        case str():
            return Text()


@dataclass(frozen=True, kw_only=True)
class Given:
    """An output column as far as its head tells it; `kind` is None where the type is not said."""

    name: str
    title: str
    kind: Kind | None
    element: Element


def outputs_of(table: Element, decision: str, whole: FeelType, types: Types, notes: Notes) -> tuple[Given, ...]:
    """`whole` is the type of the decision's answer, which may tell those of its outputs."""
    elements = list(table.all("output"))
    return tuple(_given(one, decision, len(elements) == 1, whole, types, notes) for one in elements)


def _given(element: Element, decision: str, alone: bool, whole: FeelType, types: Types, notes: Notes) -> Given:
    name = own_text(element, "name") or plain_name(element.get("name")) or (decision if alone else "")
    if not name:
        notes.error(element.place, "missing-name", "An output among several has no name.", "Give it one.")
    said = types.named(element.get("typeRef"), element)
    part = whole if alone and not whole.components else whole.components.get(name, UNSAID)
    found = types.limited(_nearer(said, part), element.one("outputValues"))
    kind = own_kind(element, found.kind) or found.kind
    if (kind is None and not found.is_unsaid) or isinstance(kind, Records):
        says = f"The output “{name}” is of a type that no output of a table is here: {found.moment or 'a structure'}."
        notes.error(element.place, "unknown-kind", says, "Give a text, number, date, date and time or yes/no.")
    return Given(name=name, title=element.get("label") or name, kind=kind, element=element)
