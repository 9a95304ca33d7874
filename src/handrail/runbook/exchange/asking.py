"""Asking a decision of a DMN file: comparisons are found first, wordings are put together last.

One rule: as for runbooks, what is given counts as it is given; only what is not given is decided.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import TopologicalSorter

from handrail.runbook.exchange.exchanged import Exchanged, Table, Wording
from handrail.runbook.exchange.feel import Name
from handrail.runbook.exchange.moments import EXAMPLES, ordered
from handrail.runbook.exchange.types import UNSAID, FeelType
from handrail.runbook.inquiry import Answer, Askable, Inquiry, Known, answer_of
from handrail.runbook.kinds import Kind, Scalar, Several, Text, Unfit, read
from handrail.runbook.tables.deciding import Decided, Undecided
from handrail.runbook.tables.deciding import Table as Compiled

_Given = Scalar | tuple[Scalar, ...]


@dataclass(frozen=True, kw_only=True)
class FeelAskable(Askable):
    """Something of a FEEL type: perhaps a list, or of a type that only compares."""

    type: FeelType

    def read(self, text: str) -> _Given | Unfit:
        if self.type.moment and not self.type.is_list and ordered(self.type.moment, text) is None:
            return Unfit(f"“{text[:60]}” is not a {self.type.moment}. Write it like {EXAMPLES[self.type.moment]}.")
        return read(self.kind, text)  # type: ignore[return-value]


class ExchangedInquiry(Inquiry):
    """A decision of a DMN file made ready for asking."""

    def __init__(self, exchanged: Exchanged, decision: str) -> None:
        self._order = _in_order(exchanged, decision)
        self._exchanged = exchanged
        runbook = exchanged.runbook_for(self._order)
        super().__init__(runbook, decision)
        self._tables = {name: Compiled(runbook.decisions[name]) for name in self._order}

    @property
    def tables(self) -> None:
        """Comparisons and wordings go into an answer too."""

    @property
    def askable(self) -> Mapping[str, Askable]:
        found: dict[str, Askable] = {}
        for name in reversed(self._order):
            table = self._exchanged.tables[name]
            for asked_name, asked in self._asked(table):
                found.setdefault(asked_name, asked)
                found.setdefault(asked.key, asked)
        return found

    def _asked(self, table: Table) -> Iterator[tuple[str, Askable]]:
        compared = {comparison.name for comparison in table.comparisons}
        for column in self._tables[table.decision.name].decision.inputs:
            if column.name not in compared:
                yield column.name, Askable(key=str(column.ref), title=column.title, kind=column.kind)
        for path in table.paths:
            said = self._exchanged.data.get(path, UNSAID)
            found = _type_in(table, path) if said.is_unsaid else said
            key = self._exchanged.key_of(path)
            yield path, FeelAskable(key=key, title=path, kind=_kind_of(found), type=found)

    def ask(self, known: Known) -> tuple[Answer, ...]:
        found: dict[str, Answer] = {}
        needed = self._needed(known)
        for name in self._order:
            if name in needed:
                table = self._exchanged.tables[name]
                whole = {**known, **dict(self._compared(table, known, found))}
                answer = self._worded(table, answer_of(self._tables[name], whole, found), known, found)
                found[name] = self._told(table, answer, known, found)
        return tuple(found.values())

    def _needed(self, known: Known) -> set[str]:
        needed: set[str] = set()
        ahead = [self.decision.name]
        while ahead:
            name = ahead.pop()
            if name not in needed:
                needed.add(name)
                ahead += [of for key, of in self._exchanged.reads(name) if key not in known]
        return needed

    def _compared(self, table: Table, known: Known, found: Mapping[str, Answer]) -> Iterator[tuple[str, str]]:
        for one in table.comparisons:
            outcome = one.outcome(self._value_at(one.left, known, found), self._value_at(one.right, known, found))
            if outcome is not None:
                yield one.name, outcome

    def _value_at(self, path: str, known: Known, found: Mapping[str, Answer]) -> _Given | None:
        key = self._exchanged.key_of(path)
        if key in known or path not in self._exchanged.answers:
            return known.get(key)
        decision, output = self._exchanged.answers[path]
        outcome = found[decision].outcome if decision in found else None
        return outcome.outputs[output] if isinstance(outcome, Decided) else None

    def _told(self, table: Table, answer: Answer, known: Known, found: Mapping[str, Answer]) -> Answer:
        """Where a comparison is missing, what it is that it misses."""
        outcome = answer.outcome
        missing = set(outcome.missing) if isinstance(outcome, Undecided) else set()
        compared = [one for one in table.comparisons if one.name in missing]
        if not compared or not isinstance(outcome, Undecided):
            return answer
        paths = dict.fromkeys(path for one in compared for path in (one.left, one.right))
        wanted = [path for path in paths if self._value_at(path, known, found) is None]
        names = [name for name in outcome.missing if name not in {one.name for one in compared}]
        which = [*names, *wanted] if wanted else [one.name for one in compared]
        says = f"{', '.join(dict.fromkeys(which))} {'is' if len(which) == 1 else 'are'} missing."
        return replace(answer, outcome=replace(outcome, missing=tuple(which), says=says), because=says)

    def _worded(self, table: Table, answer: Answer, known: Known, found: Mapping[str, Answer]) -> Answer:
        """The answer with its wordings put together; undecided where one speaks of what is missing."""
        if not table.wordings or not isinstance(answer.outcome, Decided):
            return answer
        outputs = dict(answer.outcome.outputs)
        numbers = [rule.number for rule in answer.outcome.rules] or [0]
        for name, value in outputs.items():
            wordings = [table.wordings.get((number, name)) for number in numbers]
            values = list(value) if isinstance(value, tuple) else [value]
            for at, wording in enumerate(wordings[: len(values)]):
                text = self._put_together(wording, known, found) if wording else values[at]
                if text is None:
                    says = f"The answer “{values[at]}” speaks of what is missing."
                    return replace(answer, outcome=Undecided(missing=(), rules=tuple(numbers), says=says), because=says)
                values[at] = text
            outputs[name] = tuple(values) if isinstance(value, tuple) else values[0]
        return replace(answer, outcome=replace(answer.outcome, outputs=outputs))

    def _put_together(self, wording: Wording, known: Known, found: Mapping[str, Answer]) -> str | None:
        parts = [self._value_at(part.path, known, found) if isinstance(part, Name) else part.value for part in wording]
        return "".join(str(part) for part in parts) if None not in parts else None


def _in_order(exchanged: Exchanged, decision: str) -> tuple[str, ...]:
    """The decision and all that it rests on, each after those that it reads."""
    reads: dict[str, list[str]] = {}
    ahead = [decision]
    while ahead:
        name = ahead.pop()
        if name not in reads:
            reads[name] = [of for _, of in exchanged.reads(name)]
            ahead += reads[name]
    return tuple(TopologicalSorter(reads).static_order())


def _type_in(table: Table, path: str) -> FeelType:
    """The type that the comparisons give to what the file gives none."""
    for one in table.comparisons:
        if path == one.left or (path == one.right and one.how != "membership"):
            return one.type
        if path == one.right:
            return replace(one.type, is_list=True)
    return UNSAID


def _kind_of(found: FeelType) -> Kind:
    """A moment is only compared, and kept as its text."""
    kind = Text() if found.moment else found.kind or Text()
    return Several(of=kind) if found.is_list else kind  # type: ignore[arg-type]
