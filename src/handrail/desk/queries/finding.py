"""What a person may be looking for when they type a few letters: customers, handoffs, people and runbooks.

One rule: however common the word, no more than so many rows are looked at. What is not among them is found by typing
more of it.
"""

from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import Case, IntegerField, Value, When

from handrail.desk import models
from handrail.desk.company import company, company_at
from handrail.desk.folding import words_of
from handrail.desk.queries.runbooks import current_runbooks
from handrail.desk.queries.search import customers_named

MOST_OF_A_SORT = 6
_MOST_LOOKED_AT = 200
_LAST = "\U0010ffff"


@dataclass(frozen=True, kw_only=True)
class Found:
    """`key` is what the address of it is made of: an id, or the name of a runbook."""

    key: str
    title: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Findings:
    customers: tuple[Found, ...]
    handoffs: tuple[Found, ...]
    people: tuple[Found, ...]
    runbooks: tuple[Found, ...]

    def __bool__(self) -> bool:
        return bool(self.customers or self.handoffs or self.people or self.runbooks)


def found(text: str) -> Findings:
    """Nothing where the text has no word."""
    words = words_of(text)
    if not words:
        return Findings(customers=(), handoffs=(), people=(), runbooks=())
    customers = _customers(text)
    return Findings(
        customers=tuple(Found(key=str(one.pk), title=one.name, says=one.key) for one in customers[:MOST_OF_A_SORT]),
        handoffs=tuple(_handoffs(text, [one.pk for one in customers[: 2 * MOST_OF_A_SORT]])),
        people=_people(words),
        runbooks=_runbooks(words),
    )


def is_named(words: Iterable[str], *texts: str) -> bool:
    """Whether each of the words begins one of the texts."""
    within = words_of(*texts)
    return all(any(one.startswith(word) for one in within) for word in words)


def _customers(text: str) -> list[models.Customer]:
    """Those whose name begins as was typed come first."""
    looked_at = customers_named(text).only("pk", "name", "key")[:_MOST_LOOKED_AT]
    begins = " ".join(words_of(text))
    return sorted(looked_at, key=lambda one: (not " ".join(words_of(one.name)).startswith(begins), one.name.casefold()))


def _handoffs(text: str, customers: list[int]) -> Iterable[Found]:
    """Those of the customers, the running ones first; and the one whose number was typed."""
    rows = models.Handoff.objects.filter(customer__in=customers)
    number = text.strip().removeprefix("#")
    if number.isascii() and number.isdigit() and len(number) < 16:
        rows |= models.Handoff.objects.filter(pk=int(number))
    runs = Case(When(status=models.Handoff.Status.RUNNING, then=Value(0)), default=1, output_field=IntegerField())
    taken = rows.order_by(runs, "customer__name", "-pk").values_list(
        "pk", "customer__name", "runbook_version__title", "phase", "status", "stage", "end"
    )[:MOST_OF_A_SORT]
    for pk, customer, title, phase, status, stage, end in taken:
        stands = stage if status == models.Handoff.Status.RUNNING else end or status
        yield Found(key=str(pk), title=customer, says=" · ".join(filter(None, (title, phase, stands))))


@lru_cache(maxsize=2)
def _names(revision: int) -> tuple[tuple[str, int], ...]:
    """The words of the names of everybody who works here, in order, each with whose it is."""
    members = company_at(revision).members
    return tuple(sorted((word, pk) for pk, one in members.items() if one.is_active for word in words_of(one.name)))


def people_named(words: tuple[str, ...]) -> list[tuple[int, str]]:
    """Id and name, by name, of those who work here and whose names have words that begin with each of these."""
    known = company()
    names = _names(known.revision)
    if not words:
        return []
    alike = [{pk for _, pk in _beginning_with(word, names)} for word in words]
    found = [(pk, known.members[pk].name) for pk in set.intersection(*alike)]
    return sorted(found, key=lambda one: (one[1].casefold(), one[0]))


def _people(words: tuple[str, ...]) -> tuple[Found, ...]:
    known = company()
    return tuple(
        Found(key=str(pk), title=name, says=known.team_name(team) if (team := known.members[pk].team) else "")
        for pk, name in people_named(words)[:MOST_OF_A_SORT]
    )


def _beginning_with(word: str, names: tuple[tuple[str, int], ...]) -> tuple[tuple[str, int], ...]:
    return names[bisect_left(names, (word,)) : bisect_left(names, (word + _LAST,))]


def _runbooks(words: tuple[str, ...]) -> tuple[Found, ...]:
    every = [one for one in current_runbooks() if is_named(words, one.title, one.name)]
    return tuple(Found(key=one.name, title=one.title, says=one.version) for one in every[:MOST_OF_A_SORT])
