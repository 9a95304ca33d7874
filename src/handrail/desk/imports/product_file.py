"""A file of products, by whose names misspelt ones are found out. One rule: a product is its name."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handrail.desk import models
from handrail.desk.imports.checking import Checked, Outcome, ragged
from handrail.desk.imports.file import Read, Step, problem
from handrail.desk.imports.plan import Change, Sort
from handrail.desk.imports.problem import Problem, printable, quoted
from handrail.desk.ownership import Occasion


@dataclass(frozen=True, kw_only=True)
class WantedProduct:
    """`data` has the other cells of its row, by header."""

    row: int
    name: str
    data: Mapping[str, str]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class ProductFile(Read):
    def outcomes(self) -> Iterator[Outcome]:
        times = Counter(self.cell(row, "name") for row in self.sheet.rows)
        for row in self.sheet.rows:
            name = printable(self.cell(row, "name"), 10_000)
            if row.ragged:
                yield None, [ragged(row, self.sheet)]
            elif not name or len(name) > 200:
                says = "The name is longer than 200 characters." if name else "The name is missing."
                yield None, [problem(self, row, "name", "no-name", says, "Mend it.", "the row")]
            elif times[self.cell(row, "name")] > 1:
                says = f"{quoted(name)} stands in several {self.sheet.unit}s."
                yield None, [problem(self, row, "name", "said-twice", says, "Keep one of them.", "the row")]
            else:
                others = zip(self.sheet.headers, self.mapped, row.cells, strict=True)
                data = {header: printable(cell) for header, target, cell in others if not target and cell}
                yield WantedProduct(row=row.number, name=name, data=data), []

    @property
    def ignored(self) -> tuple[str, ...]:
        return ()

    def checked(self) -> Checked:
        return self.gathered(self.outcomes())

    def steps(self, wanted: Sequence[Any]) -> Iterator[Step]:
        here = _standing(wanted)
        for one in wanted:
            row = here.get(one.name)
            changes = tuple(_changes(one, row.data if row else {}))
            sort: Sort = "new" if row is None else "changed" if changes else "same"
            yield Step(row=one.row, sort=sort, key="", name=one.name, changes=changes)

    def write(self, wanted: Sequence[WantedProduct], occasion: Occasion) -> tuple[list[Sort], list[Problem]]:
        steps, here = list(self.steps(wanted)), _standing(wanted)
        rows = [
            models.Product(
                name=one.name,
                data={**(here[one.name].data if one.name in here else {}), **one.data},
                source=occasion.source[:300],
                changed_at=occasion.now,
            )
            for one, step in zip(wanted, steps, strict=True)
            if step.sort != "same"
        ]
        models.Product.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["name"], update_fields=["data", "source", "changed_at"]
        )
        return [step.sort for step in steps], []

    def sums(self, checked: Checked) -> Mapping[str, str]:
        return {}


def _standing(wanted: Sequence[WantedProduct]) -> dict[str, models.Product]:
    return {row.name: row for row in models.Product.objects.filter(name__in=[one.name for one in wanted])}


def _changes(wanted: WantedProduct, before: Mapping[str, str]) -> Iterator[Change]:
    for header, cell in wanted.data.items():
        if before.get(header) != cell:
            yield Change(title=header, before=before.get(header, ""), after=cell)
