"""Random decision tables over every kind of column, and all the cases that tell them apart.

One rule: a grid holds a value of every class that the texts of its column can tell apart; so a table looked at on its
grid is the whole table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import strategies as st

from handrail.runbook.cells import Anything, Cell, Presence, matches, parse
from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Money,
    Number,
    PersonName,
    Scalar,
    Text,
    Unfit,
    YesNo,
)
from handrail.runbook.model import Decision, Input, Output, Ref, Rule
from handrail.runbook.problem import Place

Case = Mapping[str, Scalar | None]

NOWHERE = Place(file="")
_CHOICES = ("new", "known", "one, two")


@dataclass(frozen=True)
class Grid:
    """`ends` are what its cells are written with; `is_all` where `values` are every value that the kind has."""

    kind: Kind
    ends: tuple[str, ...]
    values: tuple[Scalar, ...]
    is_all: bool = False


def _numbers(first: str, step: str, count: int) -> tuple[Decimal, ...]:
    return tuple(Decimal(first) + Decimal(step) * at for at in range(count))


GRIDS = (
    Grid(Number(), ("0", "1", "2"), _numbers("-0.5", "0.5", 7)),
    Grid(Number(at_least=Decimal(0), at_most=Decimal("1.5")), ("0", "1", "1.5"), _numbers("0", "0.25", 7)),
    Grid(Number(whole=True, at_least=Decimal(0), at_most=Decimal(4)), ("0", "1", "3", "4"),
         _numbers("0", "1", 5), True),
    Grid(Number(whole=True), ("0", "1", "3"), _numbers("-1", "1", 6)),
    Grid(Money(currency="USD", at_least=Decimal(0), at_most=Decimal("0.04")), ("0", "0.01", "0.03"),
         _numbers("0", "0.01", 5), True),
    Grid(Money(currency="USD", at_least=Decimal(0)), ("0", "3000", "5000"),
         (Decimal(0), Decimal("0.01"), Decimal("2999.99"), Decimal(3000), Decimal("3000.01"), Decimal("4999.99"),
          Decimal(5000), Decimal("5000.01"))),
    Grid(Date(), ("2027-02-28", "2027-03-01", "2027-03-03"),
         tuple(date(2027, 2, 27) + timedelta(days=at) for at in range(6))),
    Grid(Instant(), ("2027-03-01T00:00:00Z", "2027-02-28T19:00:01-05:00", "2027-03-01T00:00:03Z"),
         tuple(datetime(2027, 2, 28, 23, 59, 59, tzinfo=UTC) + timedelta(seconds=at) for at in range(6))),
    Grid(Choice(of=_CHOICES), _CHOICES, _CHOICES, True),
    Grid(YesNo(), ("yes", "no"), (True, False), True),
    Grid(Text(), ("Iowa", "Ohio"), ("Iowa", "Ohio", "Utah")),
    Grid(PersonName(), ("paula@example.com", "Tomas"), ("paula@example.com", "Tomas", "Lena")),
)  # fmt: skip
WHOLE_GRIDS = tuple(grid for grid in GRIDS if grid.is_all)


@dataclass(frozen=True)
class RandomTable:
    decision: Decision
    grids: tuple[Grid, ...]

    def cases(self) -> list[Case]:
        """Every case of the grid; a missing value is a case of its own where the column asks for it."""
        names = [column.name for column in self.decision.inputs]
        lists = [
            (*grid.values, *((None,) if asks_presence(self.decision, at) else ())) for at, grid in enumerate(self.grids)
        ]
        return [dict(zip(names, values, strict=True)) for values in product(*lists)]


def asks_presence(decision: Decision, at: int) -> bool:
    return any(isinstance(rule.cells[at], Presence) for rule in decision.rules)


def fits(decision: Decision, rule: Rule, case: Case) -> bool | None:
    """The rule read cell by cell; None where that depends on a missing value."""
    said = [_holds(decision, at, rule.cells[at], case.get(column.name)) for at, column in enumerate(decision.inputs)]
    return False if False in said else None if None in said else True


def _holds(decision: Decision, at: int, cell: Cell, value: Scalar | None) -> bool | None:
    holds = matches(cell, value)
    return False if holds is None and asks_presence(decision, at) else holds


def looks_at(rule: Rule, at: int) -> bool:
    return not isinstance(rule.cells[at], Anything)


def _cell_texts(grid: Grid) -> st.SearchStrategy[str]:
    end = st.sampled_from(grid.ends)
    common = st.sampled_from(["-", "-", "given", "missing"])
    if isinstance(grid.kind, Choice | YesNo | Text | PersonName):
        quoted = end.map(lambda text: f'"{text}"' if "," in text else text)
        some = st.lists(quoted, min_size=1, max_size=2).map(", ".join)
        return st.one_of(common, end, some, some.map("not({})".format))
    between = st.tuples(st.sampled_from("[("), end, end, st.sampled_from(")]")).map("{0[0]}{0[1]}..{0[2]}{0[3]}".format)
    compared = st.tuples(st.sampled_from(["< ", "<= ", "> ", ">= ", ""]), end).map("".join)
    plain = st.one_of(compared, between)
    several = st.lists(plain, min_size=2, max_size=2).map(", ".join)
    return st.one_of(common, plain, plain, several, plain.map("not({})".format))


def _cells(grid: Grid) -> st.SearchStrategy[Cell]:
    def read(text: str) -> Cell | Unfit:
        return parse(text, grid.kind)

    return _cell_texts(grid).map(read).filter(lambda cell: not isinstance(cell, Unfit))  # type: ignore[return-value]


@st.composite
def tables(
    draw: st.DrawFn, grids: tuple[Grid, ...] = GRIDS, *, most_columns: int = 3, most_rules: int = 6
) -> RandomTable:
    columns = tuple(draw(st.lists(st.sampled_from(grids), min_size=1, max_size=most_columns)))
    rows = draw(st.lists(st.tuples(*(_cells(grid) for grid in columns)), min_size=1, max_size=most_rules))
    return RandomTable(decision_of([grid.kind for grid in columns], rows), columns)


def decision_of(kinds: list[Kind], rows: list[tuple[Cell, ...]]) -> Decision:
    """The table of those rows; rule n gives n."""
    inputs = tuple(
        Input(name=f"c{at}", title=f"C{at}", ref=Ref(source="fact", name=f"c{at}"), kind=kind)
        for at, kind in enumerate(kinds)
    )
    rules = tuple(
        Rule(number=number, cells=cells, outputs=(Decimal(number),), place=NOWHERE)
        for number, cells in enumerate(rows, start=1)
    )
    outputs = (Output(name="says", title="Says", kind=Number()),)
    return Decision(name="table", title="Table", inputs=inputs, outputs=outputs, rules=rules, place=NOWHERE)
