"""What a spreadsheet says, held against what is known: rows that can be taken, and every mistake with its remedy.

One rule: a row with a mistake about the account or who gets it is not taken; one about anything else loses its cell.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from handrail.desk import models
from handrail.desk.folding import sort_words
from handrail.desk.imports.directory import Entry
from handrail.desk.imports.mapping import NOTHING
from handrail.desk.imports.problem import Loses, Problem, listed, printable, quoted
from handrail.desk.imports.sheet import Row, Sheet
from handrail.desk.transfers.sheet.columns import EMAIL, ID, MRR, NAME, NEW, TITLES, meanings
from handrail.desk.transfers.sheet.known import Account, Known, known_of

_EMAIL = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]+")
_IN_BRACKETS = re.compile(r".*<([^<>]+)>")
_MONEY_SIGNS = re.compile(r"[\s$€£,’']|USD")
_LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class Good:
    """A row that can be taken: `cells` are what it says, by the column's name; `is_owned` is whether the account itself
    is the giver's."""

    number: int
    account: Account
    giver: int | None
    is_owned: bool
    receiver: int | None
    cells: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Difference:
    row: int
    account: str
    column: str
    here: str
    known: str


@dataclass(kw_only=True)
class Checked:
    rows: int = 0
    good: list[Good] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    differences: list[Difference] = field(default_factory=list)


def check(sheet: Sheet, transfer: models.Transfer) -> Checked:
    """The transfer is held, and so are the accounts of the sheet from here on."""
    mapped = meanings(sheet.headers)
    told = [(row, {} if row.ragged else _cells(row, mapped)) for row in sheet.rows]
    known = known_of(transfer, (one.get(ID, "") for _, one in told), (one.get(NAME, "") for _, one in told))
    checked, seen = Checked(rows=len(told)), dict[int, int]()
    headers = dict(_headers(sheet, mapped))
    for row, cells in told:
        one = _Row(number=row.number, cells=cells, transfer=transfer, known=known, headers=headers)
        problems = [one.ragged()] if row.ragged else list(one.problems(seen))
        checked.problems += problems
        if not any(problem.loses == "the row" for problem in problems):
            checked.good.append(one.good())
            checked.differences += one.differences()
    return checked


def _cells(row: Row, mapped: tuple[str, ...]) -> dict[str, str]:
    pairs = zip(mapped, row.cells, strict=True)
    return {name: printable(cell, _LONGEST) for name, cell in pairs if name != NOTHING}


def _headers(sheet: Sheet, mapped: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    yield from ((name, header) for name, header in zip(mapped, sheet.headers, strict=True) if name != NOTHING)


@dataclass(frozen=True, kw_only=True)
class _Row:
    number: int
    cells: Mapping[str, str]
    transfer: models.Transfer
    known: Known
    headers: Mapping[str, str]

    def ragged(self) -> Problem:
        mend = "See whether a cell is missing, or a separator stands in a cell without quotes."
        return Problem(
            row=self.number, code="ragged", says="The row has more or fewer cells.", mend=mend, loses="the row"
        )

    def problems(self, seen: dict[int, int]) -> Iterator[Problem]:
        if self.account is None:
            yield self._unknown()
        else:
            yield from self._about_account(self.account, seen)
        yield from self._about_new()
        yield from self._about_email()
        yield from self._about_mrr()

    def good(self) -> Good:
        account = self.account
        assert account is not None  # a row without one is never good
        found = self._receiver()
        owns = self.transfer.giver_id is None or account.owner == self.transfer.giver_id
        return Good(
            number=self.number,
            account=account,
            giver=account.owner if owns else self.transfer.giver_id,
            is_owned=owns,
            receiver=found if isinstance(found, int) else None,
            cells={name: cell for name, cell in self.cells.items() if cell},
        )

    def differences(self) -> Iterator[Difference]:
        """From what is known, where the sheet says anything; how much it pays is told as a problem."""
        account = self.account
        assert account is not None
        for name, cell in self.cells.items():
            known = self.known.facts.get((account.id, name), "")
            if name in {ID, NAME, NEW, MRR} or not cell or not known or _same(cell, known):
                continue
            yield Difference(row=self.number, account=account.name, column=TITLES[name], here=cell, known=known)

    @property
    def account(self) -> Account | None:
        return self.known.accounts.get(self.cells.get(ID, ""))

    def _problem(self, name: str, code: str, says: str, mend: str, loses: Loses = "the row") -> Problem:
        column, value = self.headers.get(name, TITLES[name]), self.cells.get(name, "")
        return Problem(row=self.number, column=column, value=value, code=code, says=says, mend=mend, loses=loses)

    def _unknown(self) -> Problem:
        written, name = self.cells.get(ID, ""), self.cells.get(NAME, "")
        alike = self.known.keys_by_name.get(sort_words(name), ()) if name else ()
        if alike:
            mend = f"{quoted(name)} has the id {listed(alike[:3], 'or')}."
        else:
            mend = "Copy the id from the CRM, or have CS Operations import the account first."
        if not written:
            return self._problem(ID, "no-id", "The row has no account id.", mend)
        return self._problem(ID, "unknown-account", f"No account here has the id {quoted(written)}.", mend)

    def _about_account(self, account: Account, seen: dict[int, int]) -> Iterator[Problem]:
        name, first = self.cells.get(NAME, ""), seen.setdefault(account.id, self.number)
        if name and sort_words(name) != sort_words(account.name):
            mend = f"{quoted(account.name)} has this id. Correct the id or the name."
            yield self._problem(NAME, "other-name", f"The account with this id is not called {quoted(name)}.", mend)
        if first != self.number:
            says = f"{account.name} stands in row {first} already."
            yield self._problem(ID, "twice", says, "Leave one of the two rows out.")
        if (other := self.known.elsewhere.get(account.id)) is not None:
            says = f"{account.name} is in the transfer “{other}”, which is not over."
            yield self._problem(ID, "elsewhere", says, "Leave it out there, or here.")
        giver = self.transfer.giver_id
        if giver is not None and account.owner != giver and account.id not in self.known.besides:
            whose = self.known.names.get(giver, "whoever gives")
            says = f"{account.name} is not {whose}’s, and nothing of it is in their name."
            yield self._problem(
                ID, "not-theirs", says, "Leave it out, or make a transfer of several people’s accounts."
            )

    def _about_new(self) -> Iterator[Problem]:
        found = self._receiver()
        if isinstance(found, Problem):
            yield found

    def _receiver(self) -> int | Problem | None:
        written = self.cells.get(NEW, "")
        if not written:
            return None
        alike = self._people_called(written)
        here = [one for one in alike if one.is_active]
        if not alike:
            return self._problem(NEW, "nobody", f"Nobody here is {quoted(written)}.", self._such_as(written))
        if not here:
            return self._problem(
                NEW, "left", f"{alike[0].name} does not work here any more.", "Name somebody who does."
            )
        if len(here) > 1:
            mend = f"Write the e-mail address: {listed((one.email for one in here), 'or')}."
            return self._problem(NEW, "several", f"{len(here)} people are called {quoted(written)}.", mend)
        return self._fitting(here[0].id, here[0].name)

    def _fitting(self, person: int, name: str) -> int | Problem:
        account = self.account
        if person == self.transfer.giver_id or (account is not None and account.owner == person):
            return self._problem(NEW, "same", f"{name} has the account now.", "Name somebody else, or leave it out.")
        if (until := self.known.away.get(person)) is not None:
            says = f"{name} is away on the effective date, until {until}."
            return self._problem(NEW, "away", says, "Name somebody who is here then, or change the effective date.")
        return person

    def _people_called(self, written: str) -> list[Entry]:
        directory = self.known.directory
        named = _IN_BRACKETS.fullmatch(written)
        email = (named[1] if named else written).strip().lower()
        if (entry := directory.by_email.get(email)) is not None:
            return [entry]
        return list(directory.by_name.get(" ".join(written.split()).casefold(), []))

    def _such_as(self, written: str) -> str:
        if "@" not in written and (nearest := self.known.nearest(written)):
            return f"Did you mean {nearest}?"
        found = self.known.directory.find(written)
        return found.mend if not isinstance(found, int) else ""

    def _about_email(self) -> Iterator[Problem]:
        written = self.cells.get(EMAIL, "")
        if written and not _EMAIL.fullmatch(written):
            mend = "Correct it, as in maria@example.org; the account is taken without it."
            yield self._problem(
                EMAIL, "not-an-address", f"{quoted(written)} is not an e-mail address.", mend, "the cell"
            )

    def _about_mrr(self) -> Iterator[Problem]:
        written, account = self.cells.get(MRR, ""), self.account
        if not written:
            return
        amount = amount_of(written)
        if amount is None:
            mend = "Write a number, such as 4200 or 4200.50; the account is taken without it."
            yield self._problem(MRR, "not-money", f"{quoted(written)} is not an amount.", mend, "the cell")
            return
        known = self.known.facts.get((account.id, MRR), "") if account else ""
        if known and amount_of(known) not in {None, amount}:
            mend = "Correct the one that is wrong; what is known stays as it is."
            says = f"{amount:,} is not what is known: {amount_of(known):,}."
            yield self._problem(MRR, "other-mrr", says, mend, "the cell")


def amount_of(written: str) -> Decimal | None:
    """An amount as people write it, None where it is none, or less than nothing."""
    try:
        found = Decimal(_MONEY_SIGNS.sub("", written))
    except InvalidOperation:
        return None
    return found if found.is_finite() and found >= 0 else None


def _same(here: str, known: str) -> bool:
    return sort_words(here) == sort_words(known)
