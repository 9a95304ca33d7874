"""Accounts of a CRM export, with every column kept as it is written, whether a runbook asks for it or not.

One rule: an account without an id is known by its name, and by the id of the one that has that name already.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from handrail.desk import models
from handrail.desk.folding import folded_words, sort_words
from handrail.desk.imports.doubts import MOST_VALUES, meant, slips, words_known_for
from handrail.desk.imports.mapping import Mapped, Target, folded, header_words
from handrail.desk.imports.plan import CHUNK, chunks
from handrail.desk.imports.problem import Problem, printable, quoted
from handrail.desk.imports.sheet import Row, Sheet
from handrail.runbook.kinds import Text
from handrail.runbook.model import Fact
from handrail.runbook.problem import Place

_OF_PARENT = header_words(
    "subsidiary of", "parent", "parent account", "parent company", "belongs to", "ultimate parent"
)


def facts_as_written(headers: Sequence[str], known: Sequence[Target]) -> Mapping[str, Fact]:
    """A fact of plain text for each column that none of the known targets is for, named after its header."""
    words = {word for target in known for word in (*target.words, folded(target.title))}
    place = Place(file="import")
    named = {_name_of(header): header for header in headers if folded(header) not in words}
    return {name: Fact(name=name, title=header, kind=Text(), place=place) for name, header in named.items() if name}


def _name_of(header: str) -> str:
    """`Year established` is year_established."""
    return re.sub(r"^[0-9_]+", "", "_".join(folded_words(header.replace("_", " "))))[:60]


def keys_by_name(names: Iterable[str]) -> dict[str, str]:
    """The ids of those who have the name already, one and only one; for those who are not known, it is their name."""
    found: dict[str, str] = {}
    for chunk in chunks(sorted({one for one in names if one}), CHUNK):
        rows = models.Customer.objects.filter(sort_name__in=[sort_words(one) for one in chunk])
        alike: dict[str, list[str]] = {}
        for name, key in rows.values_list("name", "key"):
            alike.setdefault(name, []).append(key)
        found |= {one: alike[one][0] for one in chunk if len(alike.get(one, ())) == 1}
    return found


class Doubts:
    """What is doubtful in rows of accounts: names of parents that are not known, and words that look misspelt."""

    def __init__(self, sheet: Sheet, mapped: Mapped, name: int) -> None:
        self._sheet, self._mapped = sheet, mapped
        whole = [row for row in sheet.rows if not row.ragged]
        self._slips = {
            column: found
            for column, header in enumerate(sheet.headers)
            if (found := _slips_of(header, [row.cells[column] for row in whole]))
        }
        self._parents = [column for column, header in enumerate(sheet.headers) if folded(header) in _OF_PARENT]
        self._names = {row.cells[name] for row in whole} | _known(
            row.cells[column] for column in self._parents for row in whole
        )

    def of(self, row: Row) -> list[Problem]:
        if row.ragged:
            return []
        misspelt = [
            self._told(row, column, "misspelt", f"{quoted(row.cells[column])} may be misspelt: is it {quoted(word)}?")
            for column, found in self._slips.items()
            if (word := found.get(row.cells[column]))
        ]
        return [*misspelt, *(self._about_parent(row, one) for one in self._parents if self._is_unknown(row, one))]

    def _is_unknown(self, row: Row, column: int) -> bool:
        return bool(row.cells[column]) and row.cells[column] not in self._names

    def _about_parent(self, row: Row, column: int) -> Problem:
        near = meant(row.cells[column], self._names)
        says = f"It belongs to {quoted(row.cells[column])}, which is no account that is known."
        return self._told(row, column, "unknown-parent", f"{says}{f' Is it {quoted(near)}?' if near else ''}")

    def _told(self, row: Row, column: int, code: str, says: str) -> Problem:
        return Problem(
            row=row.number,
            column=self._sheet.headers[column],
            value=printable(row.cells[column], 200),
            code=code,
            says=says,
            mend="It is kept as it is written.",
            loses="nothing",
        )


def _slips_of(header: str, values: Sequence[str]) -> Mapping[str, str]:
    """Of a column in which the same words come again and again."""
    known, counts = words_known_for(header), Counter(one for one in values if one)
    again = len(counts) <= MOST_VALUES and sum(counts.values()) >= 3 * len(counts)
    return slips(values, known) if known or again else {}


def _known(names: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for chunk in chunks(sorted({one for one in names if one}), CHUNK):
        found |= set(models.Customer.objects.filter(name__in=chunk).values_list("name", flat=True))
        found |= set(models.Customer.objects.filter(key__in=chunk).values_list("key", flat=True))
    return found
