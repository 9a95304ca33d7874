"""Whom a text names: `@Paula Reyes` or `@paula.reyes@example.com`, as it is typed.

One rule: only people who work here are found; of a name that several have nobody, so that nobody is told by mistake.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from handrail.desk import models
from handrail.desk.company import company, company_at
from handrail.desk.folding import words_of
from handrail.handoff.people import Person

_AT = re.compile(r"(?<![\w@])@(?=\w)")
_ADDRESS = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_MOST = 20  # people that one text can name
MOST_SUGGESTED = 8


@dataclass(frozen=True, kw_only=True)
class Mentions:
    """`people` by id, in the order in which they are named; `shared` are names that several people have."""

    people: Mapping[int, Person]
    shared: tuple[str, ...]


def mentioned(text: str) -> Mentions:
    """One query where the text has an address, and none otherwise."""
    known, found, shared = _names(company().revision), dict[int, Person](), []
    addresses = {address.lower() for _, address in _addresses(text)}
    rows = models.Person.objects.filter(email__in=addresses, is_active=True) if addresses else ()
    by_address = {row.email.lower(): Person(row.pk, row.name) for row in rows}
    for place in _places(text):
        address = _ADDRESS.match(text, place)
        people = known.at(text, place) if address is None else ()
        if address and (one := by_address.get(address.group().lower().rstrip("."))):
            found[one.id] = one
        elif len(people) == 1:
            found[people[0].id] = people[0]
        elif people:
            shared.append(people[0].name)
    return Mentions(people=dict(list(found.items())[:_MOST]), shared=tuple(dict.fromkeys(shared)))


def _places(text: str) -> Iterator[int]:
    return (match.end() for match in _AT.finditer(text))


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    for place in _places(text):
        match = _ADDRESS.match(text, place)
        if match:
            yield place, match.group().rstrip(".")


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """`writes` is what to put behind the @: the name or, where several have it, the address."""

    id: int
    name: str
    team: str
    writes: str


def suggestions(text: str) -> tuple[Suggestion, ...]:
    """The first of the people of whose names some word begins with each word of the text. Two queries at most."""
    firm = company()
    found = _names(firm.revision).beginning(text)[:MOST_SUGGESTED]
    shared = [one.id for one in found if _names(firm.revision).is_shared(one)]
    rows = models.Person.objects.filter(pk__in=shared).values_list("pk", "email") if shared else ()
    addresses = dict(rows)
    return tuple(
        Suggestion(
            id=one.id,
            name=one.name,
            team=firm.team_name(firm.team_of(one)),
            writes=addresses.get(one.id, one.name),
        )
        for one in found
    )


class _Names:
    """The people who work here by their names and by the beginnings of the words of these."""

    def __init__(self, people: list[Person]) -> None:
        self._by_name: dict[str, list[Person]] = {}
        for one in people:
            self._by_name.setdefault(_folded(one.name), []).append(one)
        self._longest = max((len(name.split()) for name in self._by_name), default=0)
        self._words = sorted((word, one.name, one.id) for one in people for word in words_of(one.name))

    def at(self, text: str, place: int) -> list[Person]:
        """Those whose name begins there: the longest name that does."""
        pieces = list(re.finditer(r"[^\s,;:!?()\"“”]+", text[place : place + 400].split("\n")[0]))[: self._longest]
        for last in reversed(pieces):
            written = text[place : place + last.end()]
            for name in (written, written.rstrip("."), re.sub(r"['’]s?$", "", written)):
                if people := self._by_name.get(_folded(name)):
                    return people
        return []

    def is_shared(self, person: Person) -> bool:
        return len(self._by_name[_folded(person.name)]) > 1

    def beginning(self, text: str) -> list[Person]:
        asked = words_of(text)
        found = [set(self._with(word)) for word in asked]
        return sorted(set.intersection(*found), key=lambda one: (one.name.casefold(), one.id)) if found else []

    def _with(self, word: str) -> Iterator[Person]:
        for known, name, key in self._words[bisect_left(self._words, (word,)) :]:
            if not known.startswith(word):
                return
            yield Person(key, name)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


@lru_cache(maxsize=2)
def _names(revision: int) -> _Names:
    members = company_at(revision).members.items()
    return _Names([Person(key, one.name) for key, one in members if one.is_active])
