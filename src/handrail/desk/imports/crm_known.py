"""Which account and which person a file means, by an id, an e-mail address or a name.

One rule: what fits exactly one is taken; anything else is told, with what it may be, and nothing is guessed.
"""

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from handrail.desk import models
from handrail.desk.folding import folded_words, sort_words
from handrail.desk.imports.directory import Directory, Entry
from handrail.desk.imports.plan import CHUNK, chunks
from handrail.desk.imports.problem import listed, quoted

_MOST_GUESSES = 50
_MOST_NEAR = 200


@dataclass(frozen=True, kw_only=True)
class Doubt:
    """Why nothing, or not everything, is known by the words; `found` is what is taken all the same."""

    code: str
    says: str
    mend: str
    found: int | None = None


@dataclass(kw_only=True)
class Accounts:
    """Looks the words of a file up, many at once."""

    _found: dict[str, int | Doubt] = field(default_factory=dict)
    _guesses: int = 0

    def learn(self, words: Iterable[str]) -> None:
        """Two queries for every five hundred words that are new."""
        new = sorted({one for one in words if one and one not in self._found})
        for chunk in chunks(new, CHUNK):
            self._learn(chunk)

    def find(self, words: str) -> int | Doubt:
        return self._found[words]

    def _learn(self, words: list[str]) -> None:
        rows = models.Customer.objects.only("pk", "key", "name", "sort_name")
        by_key = {row.key: row.pk for row in rows.filter(key__in=words)}
        by_name: dict[str, list[models.Customer]] = {}
        for row in rows.filter(sort_name__in=[sort_words(one) for one in words]).order_by("pk"):
            by_name.setdefault(row.sort_name, []).append(row)
        for one in words:
            alike = by_name.get(sort_words(one), [])
            exact = [row for row in alike if row.name == one]
            self._found[one] = by_key.get(one) or self._of(one, exact or alike)

    def _of(self, words: str, alike: list[models.Customer]) -> int | Doubt:
        if len(alike) == 1:
            return alike[0].pk
        if alike:
            which = listed((row.key for row in alike[:4]), "or")
            return Doubt(
                code="several-accounts",
                says=f"{len(alike)} accounts are called {quoted(words)}.",
                mend=f"Write the id of the one that is meant: {which}.",
            )
        near = self._nearest(words)
        mend = f"Is it {quoted(near)}?" if near else "Import the accounts first, then this file again."
        return Doubt(code="unknown-account", says=f"No account {quoted(words)} is known.", mend=mend)

    def _nearest(self, words: str) -> str:
        """Each guess costs a query, so that a file full of strangers gets none after a while."""
        self._guesses += 1
        folded = folded_words(words)
        if self._guesses > _MOST_GUESSES or not folded:
            return ""
        rows = models.Customer.objects.filter(sort_name__startswith=folded[0][:2]).order_by("sort_name")
        names = dict(rows.values_list("sort_name", "name")[:_MOST_NEAR])
        found = difflib.get_close_matches(sort_words(words), list(names), n=1, cutoff=0.8)
        return names[found[0]] if found else ""


@dataclass(kw_only=True)
class Owners:
    """Finds people by address or by their whole name; each words once, since a file names few many times."""

    people: Directory
    _names: Mapping[str, list[Entry]] = field(default_factory=dict)
    _found: dict[str, int | Doubt] = field(default_factory=dict)

    def find(self, written: str) -> int | Doubt:
        if written not in self._found:
            self._found[written] = self._look_up(" ".join(written.split()))
        return self._found[written]

    def _look_up(self, written: str) -> int | Doubt:
        entry = self.people.by_email.get(written.lower())
        alike = [entry] if entry else self.people.by_name.get(written.casefold(), [])
        here = [one for one in alike if one.is_active] or alike
        if len(here) == 1:
            return here[0].id if here[0].is_active else _left(here[0])
        if here:
            which = listed((one.email for one in here[:4]), "or")
            return Doubt(
                code="several-people",
                says=f"{len(here)} people here are called {quoted(written)}.",
                mend=f"Write the address of the one that is meant: {which}.",
            )
        known = {one.name: one for one in self.people.by_email.values() if one.is_active}
        near = difflib.get_close_matches(written, list(known), n=1, cutoff=0.8) if len(self._found) < 200 else []
        mend = f"Is it {near[0]}?" if near else "Import the people first, or have an administrator add the person."
        return Doubt(code="unknown-owner", says=f"Nobody here is called {quoted(written)}.", mend=mend)


def _left(entry: Entry) -> Doubt:
    return Doubt(
        code="owner-left",
        says=f"{entry.name} does not work here any more; it stays in their name.",
        mend="Where it is still open, it needs somebody else.",
        found=entry.id,
    )
