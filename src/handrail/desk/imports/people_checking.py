"""What each row of a file of people asks for, and everything that is wrong or doubtful with it.

One rule: a person is known by their e-mail address. Where the file has none, by their whole name, and a new one gets an
address at the domain that whoever imports has named.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from handrail.desk.folding import folded_words
from handrail.desk.imports.checking import ragged
from handrail.desk.imports.directory import Directory, Entry
from handrail.desk.imports.doubts import meant
from handrail.desk.imports.file import Read, problem
from handrail.desk.imports.problem import Problem, listed, printable, quoted
from handrail.desk.imports.sheet import Row

EMAIL = re.compile(r"[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+")
DOMAIN = re.compile(r"(?!-)[a-z0-9-]+(\.[a-z0-9-]+)+")


@dataclass(frozen=True, kw_only=True)
class WantedPerson:
    """A person as one row asks for it. `manager` and `team` are as written, empty where the row says none."""

    row: int
    name: str
    email: str
    manager: str = ""
    team: str = ""
    region: str = ""
    title: str = ""
    left_out: int = 0


def made_email(name: str, domain: str) -> str:
    """`Mei-Mei Johns` is mei.mei.johns at the domain."""
    return f"{'.'.join(folded_words(name))}@{domain}"[:254]


@dataclass(frozen=True, kw_only=True)
class Known:
    """Who has an account already."""

    people: Directory
    domain: str

    def find(self, words: str) -> Entry | None:
        """By address, or by a name that only one person has."""
        entry = self.people.by_email.get(words.lower())
        alike = self.people.by_name.get(words.casefold(), [])
        return entry or (alike[0] if len(alike) == 1 else None)

    def email_of(self, words: str) -> str:
        """That of whoever is named; of somebody new, the one that they will get."""
        entry = self.find(words)
        if entry is not None:
            return entry.email
        return words.lower() if EMAIL.fullmatch(words) else made_email(words, self.domain)


@dataclass(frozen=True, kw_only=True)
class Checking:
    read: Read
    known: Known
    rows: Sequence[Row]

    def row(self, row: Row) -> tuple[WantedPerson | None, list[Problem]]:
        if row.ragged:
            return None, [ragged(row, self.read.sheet)]
        refused = self._refused(row)
        if refused is not None:
            return None, [refused]
        manager, lost = self._manager(row)
        wanted = WantedPerson(
            row=row.number,
            name=self._text(row, "name", 200),
            email=self._email(row),
            manager=manager,
            team=self._text(row, "team", 200),
            region=self._text(row, "region", 60),
            title=self._text(row, "title", 200),
            left_out=sum(one.loses == "the cell" for one in lost),
        )
        return wanted, [*lost, *self._doubts(row)]

    def _text(self, row: Row, target: str, most: int) -> str:
        return printable(self.read.cell(row, target), 10_000)[:most]

    def _email(self, row: Row) -> str:
        written = self.read.cell(row, "email")
        return written.lower() if written else self.known.email_of(self._text(row, "name", 200))

    def _refused(self, row: Row) -> Problem | None:
        name, written = self._text(row, "name", 200), self.read.cell(row, "email")
        if not name:
            return self._told(row, "name", "no-name", "The name is missing.", "Fill it in.", "the row")
        if written and not EMAIL.fullmatch(written):
            says = f"{quoted(written)} is not an e-mail address."
            return self._told(row, "email", "not-an-address", says, "Mend the cell.", "the row")
        same = self._rows_of[self._email(row)]
        if len(same) > 1 and not (row is same[0] and all(one.cells == row.cells for one in same)):
            others = listed(str(one.number) for one in same)
            says = f"{self.read.sheet.unit.capitalize()}s {others} would be one person, {self._email(row)}."
            return self._told(row, "name", "said-twice", says, "Keep one row, or give each its address.", "the row")
        return None

    @cached_property
    def _rows_of(self) -> Mapping[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.rows:
            if not row.ragged and self.read.cell(row, "name"):
                found[self._email(row)].append(row)
        return found

    def _manager(self, row: Row) -> tuple[str, list[Problem]]:
        words = self._text(row, "manager", 200)
        if not words:
            return "", []
        if self.known.email_of(words) == self._email(row):
            says = "The person is named as their own manager."
            return "", [self._told(row, "manager", "own-manager", says, "Name somebody else.", "the cell")]
        is_new = self.known.find(words) is None and self.known.email_of(words) not in self._rows_of
        if is_new and EMAIL.fullmatch(words):
            says = f"Nobody has the address {quoted(words)}, and the file does not name them."
            return "", [self._told(row, "manager", "unknown-manager", says, "Add a row for them.", "the cell")]
        return words, []

    def _doubts(self, row: Row) -> Iterator[Problem]:
        name, entry = self._text(row, "name", 200), self.known.find(self._email(row))
        near = "" if entry else meant(name, [one.name for one in self.known.people.by_email.values()])
        if near:
            says = f"{quoted(name)} has no account, but {quoted(near)} has: is it the same person?"
            yield self._told(row, "name", "like-another", says, "Write the name as it is here.", "nothing")
        if entry is not None and not entry.is_active:
            says = f"{entry.name} has left. The account stays closed."
            yield self._told(row, "name", "has-left", says, "Let an administrator open it again.", "nothing")

    def _told(self, row: Row, target: str, code: str, says: str, mend: str, loses: str) -> Problem:
        return problem(self.read, row, target, code, says, mend, loses)
