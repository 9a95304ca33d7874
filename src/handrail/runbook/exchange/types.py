"""FEEL's types, as a DMN file declares them, and the kinds that hold their values.

One rule: a type that no kind holds is kept by its name; what can be done with it is told where it is used.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from handrail.runbook.exchange.feel import Between, Compared, Literal, Names, UnaryTests, read_tests
from handrail.runbook.exchange.moments import TYPES as MOMENT_TYPES
from handrail.runbook.exchange.names import plain_name
from handrail.runbook.exchange.notes import Notes
from handrail.runbook.exchange.xml_tree import Element
from handrail.runbook.kinds import Choice, Date, Instant, Kind, Number, Text, Unfit, YesNo

_KINDS: Mapping[str, Kind] = {
    "string": Text(),
    "number": Number(),
    "double": Number(),
    "decimal": Number(),
    "float": Number(),
    "integer": Number(whole=True),
    "long": Number(whole=True),
    "boolean": YesNo(),
    "date": Date(),
}  # fmt: skip
_INSTANT = "date and time"
_DEEPEST = 12
_MOST_PATHS = 2_000


@dataclass(frozen=True, kw_only=True)
class FeelType:
    """`kind` is None where none holds its values: a `moment` (time, duration), a structure with `components`, or a type
    that is not said. A date and time is a moment too: FEEL compares also such as name no offset, and no kind
    holds those."""

    kind: Kind | None = None
    moment: str = ""
    is_list: bool = False
    components: Mapping[str, "FeelType"] = field(default_factory=dict)

    @property
    def is_unsaid(self) -> bool:
        return self.kind is None and not self.moment and not self.components


UNSAID = FeelType()


class Types:
    """The types of a file: FEEL's own, and those that its item definitions declare."""

    def __init__(self, root: Element, notes: Notes) -> None:
        self._notes = notes
        self._declared = {plain_name(item.get("name")): item for item in root.all("itemDefinition")}
        self._known: dict[str, FeelType] = {}

    def named(self, name: str, where: Element) -> FeelType:
        """The type called `name`, as the element `where` refers to it."""
        return self._named(plain_name(name), where, 0)

    def _named(self, name: str, where: Element, depth: int) -> FeelType:
        bare = name.rpartition(":")[2] if name not in self._declared else name
        if bare in self._declared:
            if bare not in self._known and depth < _DEEPEST:
                self._known[bare] = self._item(self._declared[bare], depth + 1)
            return self._known.get(bare, UNSAID)
        if bare in _KINDS:
            return FeelType(kind=_KINDS[bare])
        if bare.casefold() in MOMENT_TYPES:
            moment = MOMENT_TYPES[bare.casefold()]
            return FeelType(kind=Instant() if moment == _INSTANT else None, moment=moment)
        if bare not in {"", "Any"}:
            says = f"No type is called “{bare}”."
            self._notes.error(where.place, "unknown-type", says, "Declare it as an item definition, or name another.")
        return UNSAID

    def _item(self, item: Element, depth: int) -> FeelType:
        if depth > _DEEPEST:
            return UNSAID
        components = {plain_name(part.get("name")): self._item(part, depth + 1) for part in item.all("itemComponent")}
        base = FeelType(components=components) if components else self._named(_type_name(item), item, depth)
        limited = self.limited(base, item.one("allowedValues"))
        return replace(limited, is_list=True) if item.get("isCollection") == "true" else limited

    def limited(self, base: FeelType, values: Element | None) -> FeelType:
        """The type with only those values: a choice of texts, or a number between bounds."""
        if values is None or not values.words():
            return base
        tests = read_tests(values.words(), Names(()))
        limits = None if isinstance(tests, Unfit) else _limits(base.kind, tests)
        if limits is None:
            says = (
                f"The values allowed here, {values.words()[:80]}, are not kept: they are no list of texts and no range."
            )
            self._notes.warning(values.words_place(), "not-kept", says, "Nothing is refused because of them.")
            return base
        return replace(base, kind=limits)


def _type_name(item: Element) -> str:
    """An element of its own since DMN 1.1; some writers use the attribute."""
    return item.words("typeRef") or item.get("typeRef")


def _limits(kind: Kind | None, tests: UnaryTests) -> Kind | None:
    if tests.negated:
        return None
    texts = [test.operand.value for test in tests.tests if _is_value(test)]  # type: ignore[union-attr]
    if kind is None or isinstance(kind, Text | Choice):
        words = [text for text in texts if isinstance(text, str) and text == text.strip() != ""]
        return Choice(of=tuple(dict.fromkeys(words))) if words and len(words) == len(tests.tests) else None
    if isinstance(kind, YesNo):
        return kind if set(texts) == {True, False} else None
    if isinstance(kind, Number) and len(tests.tests) == 1:
        return _bounded(kind, tests.tests[0])
    return None


def _is_value(test: Compared | Between) -> bool:
    return isinstance(test, Compared) and test.sign == "=" and isinstance(test.operand, Literal)


def _bounded(kind: Number, test: Compared | Between) -> Kind | None:
    match test:
        case Between(Literal(Decimal() as low), True, Literal(Decimal() as high), True) if low <= high:
            return replace(kind, at_least=low, at_most=high)
        case Compared(">=", Literal(Decimal() as low)):
            return replace(kind, at_least=low)
        case Compared("<=", Literal(Decimal() as high)):
            return replace(kind, at_most=high)
        case _:
            return None


def paths(name: str, of: FeelType) -> Iterator[tuple[str, FeelType]]:
    """The name itself, and each part of a structure by its path: `Applicant.age`."""
    ahead = [(name, of)]
    for _ in range(_MOST_PATHS):
        if not ahead:
            return
        path, found = ahead.pop()
        yield path, found
        if not found.is_list:
            ahead += [(f"{path}.{part}", inner) for part, inner in found.components.items()]
