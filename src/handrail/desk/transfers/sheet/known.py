"""What is known of the accounts and people that a spreadsheet names, asked for all of its rows at once.

One rule: so many questions for a hundred rows as for one; customers are held in the order of their ids.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TypeVar

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.absences import within
from handrail.desk.folding import sort_words
from handrail.desk.imports.directory import Directory
from handrail.desk.imports.opened import people
from handrail.desk.likeness import words
from handrail.desk.transfers.adding import held_besides, open_lines_besides
from handrail.desk.transfers.sheet.columns import ID, TITLES

One = TypeVar("One")

_CHUNK, _MOST_GUESSES = 1_000, 200


@dataclass(frozen=True, kw_only=True)
class Account:
    id: int
    key: str
    name: str
    owner: int | None


@dataclass(frozen=True, kw_only=True)
class Known:
    """`accounts` by the id that the file has for them, `keys_by_name` the ids of accounts by folded name, `facts` by
    account and name. `elsewhere` says which other open transfer an account is in; `besides` are those of others on
    which the giver holds something. `away` are the people who are not here on the effective date, with their last day
    away."""

    accounts: Mapping[str, Account]
    keys_by_name: Mapping[str, Sequence[str]]
    facts: Mapping[tuple[int, str], str]
    elsewhere: Mapping[int, str]
    besides: frozenset[int]
    directory: Directory
    away: Mapping[int, str]
    names: Mapping[int, str] = field(default_factory=dict)
    _guessed: dict[str, str] = field(default_factory=dict)

    def nearest(self, name: str) -> str:
        """Who is called nearly so, with the address; empty where nobody is. Comparing takes time for each person, so
        that a file full of strangers gets no guesses after a while."""
        if name not in self._guessed and len(self._guessed) < _MOST_GUESSES:
            self._guessed[name] = self._nearest(name)
        return self._guessed.get(name, "")

    def _nearest(self, name: str) -> str:
        found = get_close_matches(name.casefold()[:200], self.directory.by_name, n=1, cutoff=0.75)
        here = [one for alike in found for one in self.directory.by_name[alike] if one.is_active]
        return f"{here[0].name}, {here[0].email}" if here else ""


def known_of(transfer: models.Transfer, ids: Iterable[str], names: Iterable[str]) -> Known:
    """The transfer is held; so are the accounts, from here on."""
    accounts = _accounts(list(dict.fromkeys(filter(None, ids))))
    pks = sorted({one.id for one in accounts.values()})
    for chunk in _chunks(pks):
        list(_customers().filter(pk__in=chunk).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    directory = people()
    return Known(
        accounts=accounts,
        keys_by_name=_keys_by_name(names),
        facts=_facts(pks),
        elsewhere=_elsewhere(transfer, pks),
        besides=_besides(transfer, pks),
        directory=directory,
        away=_away(transfer),
        names={one.id: one.name for one in directory.by_email.values()},
    )


def _customers() -> QuerySet[models.Customer]:
    return models.Customer.objects.all()


def _accounts(ids: Sequence[str]) -> dict[str, Account]:
    """By their key; where there is none, by what is known as their id in the CRM."""
    told = ("pk", "key", "name", "owner_id")
    found = {}
    for chunk in _chunks(ids):
        for pk, key, name, owner in _customers().filter(key__in=chunk).values_list(*told):
            found[key] = Account(id=pk, key=key, name=name, owner=owner)
    for chunk in _chunks([one for one in ids if one not in found]):
        rows = models.CustomerFact.objects.filter(name=ID, words__in=[words(one) for one in chunk])
        told_of = ("value", *(f"customer__{one}" for one in ("id", "key", "name", "owner_id")))
        for value, pk, key, name, owner in rows.values_list(*told_of):
            found.setdefault(str(value), Account(id=pk, key=key, name=name, owner=owner))
    return found


def _keys_by_name(names: Iterable[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for chunk in _chunks(list({sort_words(one) for one in names if one})):
        rows = _customers().filter(sort_name__in=chunk).order_by("sort_name", "pk")
        for sort_name, key in rows.values_list("sort_name", "key"):
            found.setdefault(sort_name, []).append(key)
    return found


def _facts(pks: Sequence[int]) -> dict[tuple[int, str], str]:
    found = {}
    for chunk in _chunks(pks):
        rows = models.CustomerFact.objects.filter(customer__in=chunk, name__in=TITLES)
        found.update({(pk, name): str(value) for pk, name, value in rows.values_list("customer_id", "name", "value")})
    return found


def _elsewhere(transfer: models.Transfer, pks: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for chunk in _chunks(pks):
        lines = open_lines_besides(transfer.pk).filter(customer__in=chunk)
        lines = lines.filter(is_owned=True) if transfer.giver_id is None else lines
        found.update(lines.values_list("customer_id", "transfer__title"))
    return found


def _besides(transfer: models.Transfer, pks: Sequence[int]) -> frozenset[int]:
    if transfer.giver_id is None:
        return frozenset()
    every = held_besides(transfer, transfer.giver_id)
    return frozenset(pk for chunk in _chunks(pks) for pk in every.filter(pk__in=chunk).values_list("pk", flat=True))


def _away(transfer: models.Transfer) -> dict[int, str]:
    rows = within(transfer.effective_date, transfer.effective_date).order_by("last_day")
    return {pk: f"{last.day} {last:%b %Y}" for pk, last in rows.values_list("person_id", "last_day")}


def _chunks(rows: Sequence[One]) -> Iterator[Sequence[One]]:
    yield from (rows[at : at + _CHUNK] for at in range(0, len(rows), _CHUNK))
