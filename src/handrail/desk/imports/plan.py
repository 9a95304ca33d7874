"""What importing a row would do to the customer that stands in the database: make it, change it, or nothing.

One rule: preview and import compare with the same function, so that what was shown is what is done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal, TypeVar

from handrail.desk import models
from handrail.desk.imports.checking import Wanted
from handrail.runbook.kinds import Unfit, Written, in_a_line, read, spoken
from handrail.runbook.model import Fact

Sort = Literal["new", "changed", "same"]

CHUNK = 500

_T = TypeVar("_T")


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is known before and after, in words; `before` is empty where nothing was known."""

    title: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Planned:
    """`facts` are those that would be written: unchanged ones keep their source and time."""

    wanted: Wanted
    sort: Sort
    renamed: bool = False
    new_owner: int | None = None
    facts: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A customer as the database has it."""

    id: int
    name: str
    owner: int | None
    facts: Mapping[str, Written]


def compare(wanted: Wanted, standing: Standing | None) -> Planned:
    if standing is None:
        return Planned(wanted=wanted, sort="new", renamed=True, new_owner=wanted.owner, facts=tuple(wanted.facts))
    renamed = wanted.name != standing.name
    new_owner = wanted.owner if wanted.owner != standing.owner else None
    facts = tuple(name for name, value in wanted.facts.items() if standing.facts.get(name) != value)
    changed = renamed or new_owner is not None or bool(facts)
    sort: Sort = "changed" if changed else "same"
    return Planned(wanted=wanted, sort=sort, renamed=renamed, new_owner=new_owner, facts=facts)


def standing_of(keys: Iterable[str], *, locked: bool = False) -> dict[str, Standing]:
    """The customers of the keys, in two queries; `locked` ones stay as they are until the transaction ends."""
    rows = models.Customer.objects.filter(key__in=list(keys)).order_by("key")
    customers = list(rows.select_for_update(no_key=True) if locked else rows)
    facts: dict[int, dict[str, Written]] = {customer.pk: {} for customer in customers}
    known = models.CustomerFact.objects.filter(customer__in=list(facts)).values_list("customer_id", "name", "value")
    for customer_id, name, value in known:
        facts[customer_id][name] = value
    return {one.key: Standing(id=one.pk, name=one.name, owner=one.owner_id, facts=facts[one.pk]) for one in customers}


def planned(wanted: Sequence[Wanted]) -> Iterator[tuple[Planned, Standing | None]]:
    """Every row with what stands now, a chunk at a time."""
    for chunk in chunks(wanted, CHUNK):
        standing = standing_of(one.key for one in chunk)
        yield from ((compare(one, standing.get(one.key)), standing.get(one.key)) for one in chunk)


def chunks(of: Sequence[_T], size: int) -> Iterator[list[_T]]:
    rest = iter(of)
    while chunk := list(islice(rest, size)):
        yield chunk


def changes_of(
    plan: Planned, standing: Standing | None, facts: Mapping[str, Fact], names: Mapping[int, str]
) -> tuple[Change, ...]:
    """What the row would change, in words; `names` are people's by id."""
    told = []
    if plan.renamed and standing is not None:
        told.append(Change(title="Account name", before=standing.name, after=plan.wanted.name))
    if plan.new_owner is not None:
        before = names.get(standing.owner or 0, "") if standing else ""
        told.append(Change(title="Owner", before=before, after=names.get(plan.new_owner, "")))
    for name in plan.facts:
        before_value = standing.facts.get(name) if standing else None
        told.append(
            Change(
                title=facts[name].title,
                before="" if before_value is None else shown(facts[name], before_value),
                after=shown(facts[name], plan.wanted.facts[name]),
            )
        )
    return tuple(told)


def shown(fact: Fact, written: Written) -> str:
    """The value in words; one that an earlier version of the runbook read otherwise, as it was written."""
    value = read(fact.kind, written)
    return in_a_line(written) if isinstance(value, Unfit) else spoken(fact.kind, value)
