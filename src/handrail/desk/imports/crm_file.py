"""A file of CRM records: opportunities, cases, tasks, meetings, sequences or pending items.

One rule: the rows and the sum of their amounts are those imported and those refused, to the cent.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from typing import Any

from handrail.desk import credits, models
from handrail.desk.imports.checking import Checked, Outcome
from handrail.desk.imports.contents import CONTENTS
from handrail.desk.imports.crm_cells import amount_of, is_end
from handrail.desk.imports.crm_checking import Checking, WantedRecord, rows_by_key
from handrail.desk.imports.crm_known import Accounts, Owners
from handrail.desk.imports.crm_standing import Planned, changes_of, compare, standing_of
from handrail.desk.imports.crm_standing import write as write_rows
from handrail.desk.imports.directory import Directory
from handrail.desk.imports.doubts import slips
from handrail.desk.imports.file import Read, Step
from handrail.desk.imports.plan import CHUNK, Change, Sort, chunks
from handrail.desk.imports.problem import Problem, listed
from handrail.desk.ownership import Occasion
from handrail.runbook.kinds import Unfit

_AT_ONCE = 2_000  # rows whose accounts are looked up together


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A stage that the file names, how often, and whether it is taken for an end."""

    name: str
    count: int
    is_closed: bool


@dataclass(frozen=True, kw_only=True)
class RecordFile(Read):
    sort: str
    people: Directory

    @property
    def ignored(self) -> tuple[str, ...]:
        """What means nothing here is kept with the record all the same."""
        return ()

    @property
    def notes(self) -> tuple[str, ...]:
        many = CONTENTS[self.sort].many
        without = [one for one in ("account", "owner") if self.column(one) is None]
        told = [f"No column names the {one}: these {many} are kept without one." for one in without]
        others = [header for header, target in zip(self.sheet.headers, self.mapped, strict=True) if not target]
        kept = [f"Kept as they are written, under their headers: {listed(others)}."] if others else []
        return (*told, *kept)

    def outcomes(self) -> Iterator[Outcome]:
        products = frozenset(models.Product.objects.values_list("name", flat=True)) if self._is_sale else frozenset()
        about = self.column("about")
        values = () if about is None else (row.cells[about] for row in self.sheet.rows if not row.ragged)
        checking = Checking(
            read=self,
            sort=self.sort,
            accounts=Accounts(),
            owners=Owners(people=self.people),
            slips=slips(values, sorted(products)),
            products=products,
            rows_of=rows_by_key(self, self.sheet.rows),
        )
        for some in chunks(self.sheet.rows, _AT_ONCE):
            checking.accounts.learn(self.cell(row, "account")[:300] for row in some)
            yield from (checking.row(row) for row in some)

    def checked(self) -> Checked:
        return self.gathered(self.outcomes())

    @property
    def _is_sale(self) -> bool:
        return self.sort == models.CrmRecord.Sort.OPPORTUNITY

    def stages(self) -> tuple[Stage, ...]:
        """Those that the file names, the most frequent first."""
        column = self.column("stage")
        if column is None:
            return ()
        counts = Counter(row.cells[column] for row in self.sheet.rows if not row.ragged and row.cells[column])
        chosen = self.settings.get("stages", {})
        return tuple(
            Stage(name=name, count=count, is_closed=is_end(name, chosen)) for name, count in counts.most_common(40)
        )

    def steps(self, wanted: Sequence[Any]) -> Iterator[Step]:
        people = {one.id: one.name for one in self.people.by_email.values()}
        for chunk in chunks(wanted, CHUNK):
            standing = standing_of(self.sort, (one.key for one in chunk))
            plans = [compare(one, standing.get(one.key)) for one in chunk]
            names = {"owner_id": people, "customer_id": _names_of(plans, standing)}
            for plan in plans:
                yield self._step(plan, standing.get(plan.wanted.key), names)

    def _step(self, plan: Planned, row: models.CrmRecord | None, names: Mapping[str, Mapping[int, str]]) -> Step:
        one = plan.wanted
        title = one.fields.get("title") or (row.title if row else "") or one.fields.get("about", "")
        return Step(
            row=one.row,
            sort=plan.sort,
            key=one.key,
            name=title or CONTENTS[self.sort].one.capitalize(),
            left_out=one.left_out,
            later=partial(self._told, plan, row, names),
        )

    def _told(
        self, plan: Planned, row: models.CrmRecord | None, names: Mapping[str, Mapping[int, str]]
    ) -> tuple[Change, ...]:
        return tuple(changes_of(plan, row, names, {one.name: one.title for one in self.targets}))

    def write(self, wanted: Sequence[WantedRecord], occasion: Occasion) -> tuple[list[Sort], list[Problem]]:
        wanted = _whose_accounts_stay(wanted)
        standing = standing_of(self.sort, (one.key for one in wanted), locked=True)
        plans = [compare(one, standing.get(one.key)) for one in wanted]
        touched = [plan for plan in plans if plan.sort != "same"]
        if touched:
            write_rows(self.sort, touched, standing, occasion.source, occasion.now)
        owned = [plan.wanted.key for plan in touched if "owner_id" in plan.changed]
        if owned and self._is_sale:
            credits.follow(owned, source=occasion.source, now=occasion.now)
        return [plan.sort for plan in plans], []

    def sums(self, checked: Checked) -> Mapping[str, str]:
        column = self.column("amount")
        if column is None:
            return {}
        taken = {one.row for one in checked.wanted}
        imported, refused = Decimal("0.00"), Decimal("0.00")
        for row in self.sheet.rows:
            amount = amount_of(row.cells[column]) if not row.ragged and row.cells[column] else Decimal(0)
            if isinstance(amount, Unfit):
                continue
            if row.number in taken:
                imported += amount
            else:
                refused += amount
        return {"file": str(imported + refused), "imported": _sum_of(checked.wanted), "refused": str(refused)}


def _sum_of(wanted: Sequence[WantedRecord]) -> str:
    """Of what is written, and not of what the file says."""
    return str(sum((one.amount for one in wanted if one.amount is not None), Decimal("0.00")))


def _names_of(plans: Sequence[Planned], standing: Mapping[str, models.CrmRecord]) -> dict[int, str]:
    ids = {plan.changed["customer_id"] for plan in plans if "customer_id" in plan.changed}
    ids |= {row.customer_id for row in standing.values() if row.customer_id is not None}
    return dict(models.Customer.objects.filter(pk__in=ids).values_list("pk", "name"))


def _whose_accounts_stay(wanted: Sequence[WantedRecord]) -> list[WantedRecord]:
    """An account or person that was there when the file was checked may be gone since."""
    customers = {one.customer for one in wanted if one.customer is not None}
    here = set(models.Customer.objects.filter(pk__in=customers).values_list("pk", flat=True))
    return [one if one.customer in here or one.customer is None else replace(one, customer=None) for one in wanted]
