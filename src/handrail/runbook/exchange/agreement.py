"""Whether the decisions of one file fit together, each of which was read by itself.

One rule: what is left can be asked. No decision waits for itself, what it looks at is there, and everybody who looks at
a piece of data takes it for the same.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from handrail.runbook.exchange.exchanged import Exchanged, Table, with_tested
from handrail.runbook.kinds import Date, Kind, Money, Number, Records, Several, YesNo
from handrail.runbook.model import Decision, Input
from handrail.runbook.reading.margin import did_you_mean


@dataclass(frozen=True, kw_only=True)
class Misfit:
    """Why the decision of that name cannot be asked."""

    decision: str
    code: str
    says: str
    mend: str


def misfits(tables: Mapping[str, Table]) -> list[Misfit]:
    decisions = {name: table.decision for name, table in tables.items()}
    return [*_circles(tables), *_shared_names(decisions), *_missing_outputs(decisions), *_unlike(decisions)]


def _shared_names(decisions: Mapping[str, Decision]) -> Iterator[Misfit]:
    for name, decision in decisions.items():
        columns = Counter(column.name for column in decision.inputs)
        for twice in (one for one, times in columns.items() if times > 1):
            says = f"“{twice}” is the name of two columns of “{name}”."
            yield Misfit(decision=name, code="name-taken", says=says, mend="Give one of the two another name.")


def _missing_outputs(decisions: Mapping[str, Decision]) -> Iterator[Misfit]:
    for name, column, _ in _columns(decisions):
        read = decisions.get(column.ref.name) if column.ref.source == "output" else None
        outputs = [output.name for output in read.outputs] if read else []
        if read and column.ref.part not in outputs:
            says = f"“{name}” looks at “{column.ref.part}” of “{read.name}”, which gives nothing of that name."
            yield Misfit(decision=name, code="unknown-name", says=says, mend=did_you_mean(column.ref.part, outputs))


def _unlike(decisions: Mapping[str, Decision]) -> Iterator[Misfit]:
    """A column in which every cell takes anything takes every kind too."""
    taken = {
        f"{name}.{output.name}": (_sort_of(decision.kind_of(output)), name)
        for name, decision in decisions.items()
        for output in decision.outputs
    }
    for name, column, is_tested in _columns(decisions):
        mine = _sort_of(column.kind)
        if is_tested:
            sort, by = taken.setdefault(str(column.ref), (mine, name))
            if sort != mine:
                says = f"“{column.name}” is {mine} in “{name}” and {sort} in “{by}”."
                yield Misfit(decision=name, code="unlike-kinds", says=says, mend="Let it be the same in both.")


def _columns(decisions: Mapping[str, Decision]) -> Iterator[tuple[str, Input, bool]]:
    return ((name, *each) for name, decision in decisions.items() for each in with_tested(decision))


def _sort_of(kind: Kind) -> str:
    match kind:
        case Number() | Money():
            return "a number"
        case Date():
            return "a date"
        case YesNo():
            return "yes or no"
        case Several() | Records():
            return "a list"
        case _:
            return "a text"


def _circles(tables: Mapping[str, Table]) -> Iterator[Misfit]:
    """The decisions that wait for their own answers, and those between two such circles."""
    exchanged = Exchanged(file="", tables=tables)
    reads = {name: {of for _, of in exchanged.reads(name)} for name in tables}
    circles = _untrimmed(reads) & _untrimmed(_turned(reads))
    for name in (name for name in reads if name in circles):
        says = f"“{name}” waits for its own answer."
        yield Misfit(decision=name, code="cycle", says=says, mend="Let one of the decisions look at something else.")


def _untrimmed(reads: Mapping[str, set[str]]) -> set[str]:
    """What is left when all that reads nothing is taken away, again and again."""
    left = {name: len(of) for name, of in reads.items()}
    readers = _turned(reads)
    ahead = [name for name, number in left.items() if not number]
    while ahead:
        name = ahead.pop()
        del left[name]
        for reader in readers[name]:
            left[reader] -= 1
            if not left[reader]:
                ahead.append(reader)
    return set(left)


def _turned(reads: Mapping[str, set[str]]) -> dict[str, set[str]]:
    """By whom each is read."""
    turned: dict[str, set[str]] = {name: set() for name in reads}
    for name, of in reads.items():
        for read in of:
            turned[read].add(name)
    return turned
