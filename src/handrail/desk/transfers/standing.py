"""Why an account of a transfer cannot change hands now, though its receiver accepted it.

One rule: it is asked when it moves, under the lock of the accounts, and in the words that its line then shows.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handrail.desk import models
from handrail.desk.absences import absences_now

AWAY_FOR_GOOD = timedelta(days=90)  # whoever is away for longer from now on looks after nothing


@dataclass(frozen=True, kw_only=True)
class Company:
    """What is known of the people of some lines: `names` of all, `gone` why somebody gets nothing; and of accounts
    their owners, with since when, where they are not whom the line says."""

    names: Mapping[int, str]
    gone: Mapping[int, str]
    owners: Mapping[int, tuple[int | None, datetime | None]]

    def name(self, person_id: int | None) -> str:
        return self.names.get(person_id, "Somebody") if person_id is not None else "Nobody"


def company_of(lines: Iterable[models.TransferLine], now: datetime) -> Company:
    """The same few queries, however many lines there are."""
    some = list(lines)
    owners = dict(
        models.Customer.objects.filter(pk__in=_ids(one.customer_id for one in some)).values_list("pk", "owner")
    )
    ids = _ids([*(pk for one in some for pk in (one.receiver_id, one.giver_id)), *owners.values()])
    people = models.Person.objects.filter(pk__in=ids).values_list("pk", "name", "is_active")
    names = {pk: name for pk, name, _ in people}
    receivers = {one.receiver_id for one in some if one.receiver_id is not None}
    gone = {pk: f"{name} has left." for pk, name, active in people if pk in receivers and not active}
    gone |= {pk: f"{names[pk]} is away until {last}." for pk, last in _long_away(receivers, now).items()}
    others = {one.customer_id for one in some if one.is_owned and owners.get(one.customer_id or 0) != one.giver_id}
    return Company(names=names, gone=gone, owners=_since(owners, others & owners.keys()))


def _ids(found: Iterable[int | None]) -> set[int]:
    return {pk for pk in found if pk is not None}


def _long_away(people: Collection[int], now: datetime) -> dict[int, date]:
    found = absences_now(people, now) if people else {}
    return {pk: one.last_day for pk, one in found.items() if one.last_day - now.date() > AWAY_FOR_GOOD}


def _since(
    owners: Mapping[int, int | None], others: Collection[int | None]
) -> dict[int, tuple[int | None, datetime | None]]:
    rows = models.Ownership.objects.filter(customer__in=others, until=None) if others else ()
    since = {row.customer_id: row.since for row in rows}
    return {pk: (owners[pk], since.get(pk)) for pk in others if pk is not None}


def why_not(line: models.TransferLine, company: Company) -> str:
    """Empty where nothing stands in the way."""
    if line.receiver_id is None and line.pool_id is None:
        return "Nobody is to get it: choose somebody first."
    if line.receiver_id is not None and line.receiver_id in company.gone:
        return f"{company.gone[line.receiver_id]} Choose somebody else for it."
    if line.customer_id is not None and line.customer_id in company.owners:
        owner, since = company.owners[line.customer_id]
        when = f", since {since.day} {since:%B %Y}" if since else ""
        has = f"{company.name(owner)} owns it now{when}" if owner else "Nobody owns it now"
        return f"{has}; it is not {company.name(line.giver_id)}’s to give any more."
    if line.receiver_id is not None and line.receiver_id == line.giver_id:
        return f"{company.name(line.receiver_id)} has it already."
    return ""
