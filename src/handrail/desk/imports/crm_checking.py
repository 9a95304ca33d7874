"""What each row of a CRM export asks for, and everything that is wrong or doubtful with it.

One rule: what is doubtful is imported and told. Only a row that cannot be told from others (no id, an id that a
different row has too, cells in the wrong columns) is refused, and counted with its amount.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from handrail.desk.imports.checking import LONGEST_KEY, ragged
from handrail.desk.imports.crm_cells import amount_of, day_of, is_end, yes_or_no
from handrail.desk.imports.crm_known import Accounts, Doubt, Owners
from handrail.desk.imports.file import Read, problem
from handrail.desk.imports.problem import Problem, listed, printable, quoted
from handrail.desk.imports.sheet import Row
from handrail.runbook.kinds import Unfit

_LONGEST = {"title": 300, "about": 200, "stage": 60, "context": 20_000}
_READERS: Mapping[str, Callable[[str], object]] = {
    "opened_on": day_of,
    "closed_on": day_of,
    "due_on": day_of,
    "amount": amount_of,
    "is_escalated": yes_or_no,
}


@dataclass(frozen=True, kw_only=True)
class WantedRecord:
    """A record as one row asks for it. `fields` are columns of `CrmRecord`, only what the row says; `data` the cells
    that mean nothing here, by header."""

    row: int
    key: str
    fields: Mapping[str, Any]
    account_words: str = ""
    owner_words: str = ""
    customer: int | None = None
    owner: int | None = None
    data: Mapping[str, str] = field(default_factory=dict)
    left_out: int = 0

    @property
    def amount(self) -> Decimal | None:
        found: Decimal | None = self.fields.get("amount")
        return found


@dataclass(kw_only=True)
class Checking:
    """One file on its way through; `slips` are names of products that look misspelt, by what is written."""

    read: Read
    sort: str
    accounts: Accounts
    owners: Owners
    slips: Mapping[str, str]
    products: frozenset[str]
    rows_of: Mapping[str, list[Row]]

    def row(self, row: Row) -> tuple[WantedRecord | None, list[Problem]]:
        if row.ragged:
            return None, [ragged(row, self.read.sheet)]
        refused = self._about_key(row)
        if refused is not None:
            return None, [refused]
        fields, lost = self._fields(row)
        account, owner = self.read.cell(row, "account")[:300], self.read.cell(row, "owner")[:300]
        customer, person = self._account(row, account), self._owner(row, owner)
        doubts = [one for one in (customer, person) if isinstance(one, Problem)]
        wanted = WantedRecord(
            row=row.number,
            key=self.read.cell(row, "key"),
            fields=fields,
            account_words=account,
            owner_words=owner,
            customer=self._taken(self.accounts, account),
            owner=self._taken(self.owners, owner),
            data=self._data(row, lost),
            left_out=len(lost),
        )
        return wanted, [*lost, *doubts, *self._about_product(row), *self._about_course(row, fields)]

    def _about_key(self, row: Row) -> Problem | None:
        key = self.read.cell(row, "key")
        if not key:
            return self._lost(row, "no-key", "The id is missing.", "Fill it in: by it the row is known again.")
        if len(key) > LONGEST_KEY:
            return self._lost(row, "too-long", f"The id is longer than {LONGEST_KEY} characters.", "Shorten it.")
        same = self.rows_of[key]
        if len(same) == 1 or (row is same[0] and all(one.cells == row.cells for one in same)):
            return None
        unit = self.read.sheet.unit
        if all(one.cells == row.cells for one in same):
            says = f"{unit.capitalize()} {same[0].number} says exactly the same, and is imported."
            return self._lost(row, "said-twice", says, "Nothing needs to be done.")
        others = listed(str(one.number) for one in same)
        says = f"The id {quoted(key)} stands in {unit}s {others}, and they do not say the same."
        return self._lost(row, "key-twice", says, "Keep the one that is right: Handrail cannot know which one is.")

    def _fields(self, row: Row) -> tuple[dict[str, Any], list[Problem]]:
        fields: dict[str, Any] = {}
        lost: list[Problem] = []
        for target in self.read.targets:
            text = self.read.cell(row, target.name)
            if not text or target.name in {"key", "account", "owner"}:
                continue
            value = _READERS[target.name](text) if target.name in _READERS else printable_text(target.name, text)
            if isinstance(value, Unfit):
                mend = "It is kept as it is written. Mend the cell and import the file again."
                lost.append(problem(self.read, row, target.name, "unfit", value.says, mend, "the cell"))
            else:
                fields[target.name] = value
        stage = fields.get("stage", "")
        ended = is_end(stage, self.read.settings.get("stages", {})) if stage else "closed_on" in fields
        return {**fields, "is_open": not ended}, lost

    def _data(self, row: Row, lost: list[Problem]) -> dict[str, str]:
        """What no column of a record holds: columns that mean nothing here, and cells that could not be read."""
        unread = {one.column for one in lost}
        cells = zip(self.read.sheet.headers, self.read.mapped, row.cells, strict=True)
        return {header: printable(text) for header, target, text in cells if text and (not target or header in unread)}

    def _account(self, row: Row, words: str) -> Problem | None:
        if self.read.column("account") is None:
            return None  # the file says so once
        if not words:
            mend = "Name it in the file, or leave it: it is found under what has no account."
            return self._doubt(row, "account", "no-account", "No account is named.", mend)
        return self._said(row, "account", self.accounts.find(words))

    def _owner(self, row: Row, words: str) -> Problem | None:
        if self.read.column("owner") is None:
            return None
        if not words:
            return self._doubt(row, "owner", "no-owner", "Nobody is named as its owner.", "Name somebody.")
        found = self.owners.find(words)
        if isinstance(found, Doubt) and found.code == "owner-left" and self._is_over(row):
            return None
        return self._said(row, "owner", found)

    def _is_over(self, row: Row) -> bool:
        stage = self.read.cell(row, "stage")
        return is_end(stage, self.read.settings.get("stages", {})) if stage else bool(self.read.cell(row, "closed_on"))

    def _said(self, row: Row, target: str, found: int | Doubt) -> Problem | None:
        if isinstance(found, int):
            return None
        return self._doubt(row, target, found.code, found.says, found.mend)

    @staticmethod
    def _taken(known: Accounts | Owners, words: str) -> int | None:
        found = known.find(words) if words else None
        return found.found if isinstance(found, Doubt) else found

    def _about_product(self, row: Row) -> Iterator[Problem]:
        written = self.read.cell(row, "about")
        if not written:
            return
        title = next(one.title for one in self.read.targets if one.name == "about").lower()
        meant = self.slips.get(written)
        if meant:
            says = f"{quoted(written)} may be misspelt: is it {quoted(meant)}?"
            yield self._doubt(row, "about", "misspelt", says, "It is kept as it is written.")
        elif self.products and self.sort == "opportunity" and written not in self.products:
            says = f"{quoted(written)} is no {title} that is known."
            yield self._doubt(row, "about", "unknown-product", says, "It is kept as it is written.")

    def _about_course(self, row: Row, fields: Mapping[str, Any]) -> Iterator[Problem]:
        """What a row says of itself that does not go together."""
        is_open, opened, closed = fields["is_open"], fields.get("opened_on"), fields.get("closed_on")
        stage, sale = fields.get("stage", ""), self.sort == "opportunity"
        if not stage and self.read.column("stage") is not None:
            taken = "open" if is_open else "closed, since it has the day"
            yield self._doubt(row, "stage", "no-stage", f"No stage is named: it is taken for {taken}.", "Name it.")
        if sale and not is_open and closed is None:
            says = f"It is closed ({stage}), but since when is not said."
            yield self._doubt(row, "closed_on", "closed-without-day", says, "Without it nobody knows how recent it is.")
        if sale and not is_open and "amount" not in fields:
            says = f"It is closed ({stage}), but its amount is not said."
            yield self._doubt(row, "amount", "closed-without-amount", says, "It adds nothing to any sum.")
        if is_open and closed is not None:
            says = f"It is open ({stage}), but has the day on which it was closed."
            mend = "Say below whether the stage is an end, or take the day out."
            yield self._doubt(row, "closed_on", "open-with-day", says, mend)
        if is_open and fields.get("amount"):
            says = f"It is open ({stage}), and its amount counts as what is hoped for, not as sold."
            yield self._doubt(row, "amount", "amount-on-open", says, "Nothing needs to be done where that is meant.")
        if isinstance(opened, date) and isinstance(closed, date) and closed < opened:
            says = f"It was closed on {closed}, before it was opened on {opened}."
            yield self._doubt(row, "closed_on", "closed-before-opened", says, "Both days are kept as they are written.")

    def _lost(self, row: Row, code: str, says: str, mend: str) -> Problem:
        return problem(self.read, row, "key", code, says, mend, "the row")

    def _doubt(self, row: Row, target: str, code: str, says: str, mend: str) -> Problem:
        return problem(self.read, row, target, code, says, mend, "nothing")


def printable_text(name: str, text: str) -> str | Unfit:
    """In one line, except for what is told at length."""
    kept = text.replace("\0", " ").strip() if name == "context" else printable(text, 10_000)
    most = _LONGEST[name]
    return kept if len(kept) <= most else Unfit(f"The text is longer than {most:,} characters.")


def rows_by_key(read: Read, rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if not row.ragged:
            found[read.cell(row, "key")].append(row)
    return found
