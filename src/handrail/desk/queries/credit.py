"""Credit for sales: by person and month what was sold, whose it is on a day, and each opportunity with its credit.

One rule: a sale counts in the month in which it was closed, for whoever has the credit on the day that is asked for.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncMonth

from handrail.desk import models
from handrail.desk.credits import held_on
from handrail.desk.folding import folded_words
from handrail.desk.queries.money import amount_words, cents_of, in_words
from handrail.desk.queries.pages import Page, page_of

_NOT_SOLD = frozenset(("lost", "declined", "rejected", "abandoned", "cancelled", "canceled", "expired", "duplicate"))
MOST_PEOPLE = 1_000


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Sales closed from the first day of `first` to the last of `last`, by who has their credit on `on`. `people` are
    those whose credit may be seen, None where everybody's; `person` is one of them."""

    first: date
    last: date
    on: date
    people: frozenset[int] | None = None
    person: int | None = None

    @property
    def end(self) -> date:
        """The first day after the last month."""
        return (self.last.replace(day=1) + timedelta(days=32)).replace(day=1)


@dataclass(kw_only=True)
class Sums:
    """What was sold and what was closed without a sale, in cents."""

    sold: int = 0
    sold_cents: int = 0
    lost: int = 0

    def add(self, stage: str, count: int, cents: int | None) -> None:
        if is_sold(stage):
            self.sold += count
            self.sold_cents += cents or 0
        else:
            self.lost += count

    @property
    def amount(self) -> str:
        return in_words(self.sold_cents)


@dataclass(frozen=True, kw_only=True)
class PersonSums:
    id: int
    name: str
    is_active: bool
    sums: Sums


@dataclass(frozen=True, kw_only=True)
class MonthSums:
    month: date
    sums: Sums


@dataclass(frozen=True, kw_only=True)
class CreditLine:
    """An opportunity with whose credit it is, since when and from what."""

    record_id: int
    key: str
    title: str
    stage: str
    is_sold: bool
    amount: str
    closed_on: date | None
    customer_id: int | None
    customer: str
    person_id: int
    person: str
    since: date
    until: date | None
    source: str


@dataclass(frozen=True, kw_only=True)
class CreditView:
    people: tuple[PersonSums, ...] = ()
    months: tuple[MonthSums, ...] = ()
    total: Sums = field(default_factory=Sums)


def is_sold(stage: str) -> bool:
    """`Won`, `Closed won`; not `Closed lost`."""
    return not _NOT_SOLD & set(folded_words(stage))


def _rows(wanted: Wanted) -> QuerySet[models.Credit]:
    rows = held_on(wanted.on).filter(
        record__sort=models.CrmRecord.Sort.OPPORTUNITY,
        record__is_open=False,
        record__closed_on__gte=wanted.first.replace(day=1),
        record__closed_on__lt=wanted.end,
    )
    if wanted.person is not None:
        return rows.filter(person=wanted.person)
    return rows if wanted.people is None else rows.filter(person__in=wanted.people)


def credit_view(wanted: Wanted) -> CreditView:
    """By person; where one is asked for, by month."""
    return _of_person(wanted) if wanted.person is not None else _of_people(wanted)


def _of_people(wanted: Wanted) -> CreditView:
    counted = _rows(wanted).order_by().values_list("person", "record__stage")
    by_person: dict[int, Sums] = {}
    total = Sums()
    for person, stage, count, cents in counted.annotate(count=Count("pk"), cents=cents_of("record__amount")):
        by_person.setdefault(person, Sums()).add(stage, count, cents)
        total.add(stage, count, cents)
    known = models.Person.objects.filter(pk__in=by_person).values_list("pk", "name", "is_active")
    people = [PersonSums(id=pk, name=name, is_active=active, sums=by_person[pk]) for pk, name, active in known]
    people.sort(key=lambda one: (-one.sums.sold_cents, one.name, one.id))
    return CreditView(people=tuple(people[:MOST_PEOPLE]), total=total)


def _of_person(wanted: Wanted) -> CreditView:
    months = _rows(wanted).annotate(month=TruncMonth("record__closed_on")).order_by()
    by_month: dict[date, Sums] = {}
    total = Sums()
    counted = months.values_list("month", "record__stage").annotate(count=Count("pk"), cents=cents_of("record__amount"))
    for month, stage, count, cents in counted:
        by_month.setdefault(month, Sums()).add(stage, count, cents)
        total.add(stage, count, cents)
    lines = tuple(MonthSums(month=month, sums=sums) for month, sums in sorted(by_month.items(), reverse=True))
    return CreditView(months=lines, total=total)


def credits_page(wanted: Wanted, number: int) -> Page[CreditLine]:
    """The opportunities themselves, those closed last first."""
    return page_of(_listed(wanted), number, _lines)


def all_credits(wanted: Wanted) -> Iterator[CreditLine]:
    rows: list[models.Credit] = []
    for row in _listed(wanted).iterator(chunk_size=1_000):
        rows.append(row)
        if len(rows) == 1_000:
            yield from _lines(rows)
            rows = []
    yield from _lines(rows)


def _listed(wanted: Wanted) -> QuerySet[models.Credit]:
    rows = _rows(wanted).select_related("record").defer("record__data", "record__context")
    return rows.order_by("-record__closed_on", "-record_id")


def _lines(rows: Sequence[models.Credit]) -> tuple[CreditLine, ...]:
    people = _names(models.Person, {row.person_id for row in rows})
    customers = _names(models.Customer, {row.record.customer_id for row in rows})
    return tuple(
        CreditLine(
            record_id=row.record_id,
            key=row.record.key,
            title=row.record.title or row.record.about or row.record.key,
            stage=row.record.stage,
            is_sold=is_sold(row.record.stage),
            amount=amount_words(row.record.amount),
            closed_on=row.record.closed_on,
            customer_id=row.record.customer_id,
            customer=customers.get(row.record.customer_id or 0, row.record.account_words),
            person_id=row.person_id,
            person=people[row.person_id],
            since=row.since,
            until=row.until,
            source=row.source,
        )
        for row in rows
    )


def _names(of: type[models.Customer] | type[models.Person], ids: Iterable[int | None]) -> dict[int, str]:
    return dict(of.objects.filter(pk__in=[one for one in ids if one is not None]).values_list("pk", "name"))


def last_closing(people: frozenset[int] | None) -> date | None:
    """The day of the last sale that anybody has credit for, of these people where they are few."""
    rows = models.CrmRecord.objects.filter(sort=models.CrmRecord.Sort.OPPORTUNITY, closed_on__isnull=False)
    if people is not None:
        rows = rows.filter(owner__in=people)
    return rows.order_by("-closed_on").values_list("closed_on", flat=True).first()


def people_seen_by(person: models.Person) -> frozenset[int] | None:
    """Whose credit they see: everybody's (None), or their own and that of those whom they manage or lead."""
    if person.is_operations:
        return None
    reports = models.Person.objects.filter(manager=person).values_list("pk", flat=True)
    led = models.Person.objects.filter(team__lead=person).values_list("pk", flat=True)
    return frozenset({person.pk, *reports, *led})
