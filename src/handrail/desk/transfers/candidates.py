"""Who may get the accounts of a transfer, with what they have already and why some get nothing.

One rule: a constant number of queries, however many people there are. Nobody is left out silently: who cannot get
anything is there, with the reason.
"""

from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal, InvalidOperation

from django.db.models import Count, Q, QuerySet

from handrail.book.account import Measures, Member
from handrail.desk import absences, models
from handrail.desk.loads import seats_held
from handrail.desk.transfers.policies import Asked

MOST = 2_000  # people that are compared

_GIVES_ALL = {"leave", "position change", "job change"}  # of these reasons the giver keeps nothing
_OPEN = ("draft", "asked", "moving")
_AN_ACCOUNT = Measures().effort


def members_for(transfer: models.Transfer, asked: Asked) -> tuple[Member, ...]:
    """By name."""
    rows = list(_people(transfer, asked).select_related("team__calendar", "calendar").order_by("name", "pk")[:MOST])
    ids = [row.pk for row in rows]
    standing, cannot = _standing(transfer, ids), _cannot(transfer, ids)
    return tuple(
        Member(
            id=row.pk,
            name=row.name,
            standing=standing[row.pk],
            limit={} if row.capacity is None else {"handoffs": row.capacity},
            skills=frozenset(map(str, row.skills)),
            languages=frozenset(map(str, row.languages)),
            region=row.region,
            zone=_zone(row),
            cannot=cannot.get(row.pk, ""),
        )
        for row in rows
    )


def _people(transfer: models.Transfer, asked: Asked) -> QuerySet[models.Person]:
    active = models.Person.objects.filter(is_active=True)
    if asked.teams or asked.people:
        return active.filter(Q(team__in=asked.teams) | Q(pk__in=asked.people))
    return active.filter(team__in=teams_of_givers(transfer))


def teams_of_givers(transfer: models.Transfer) -> list[int]:
    """Whose book moves is of them: who gets it is looked for there first."""
    if transfer.giver_id is not None:
        people = models.Person.objects.filter(pk=transfer.giver_id)
    else:
        givers = transfer.lines.filter(giver__isnull=False).order_by().values("giver").distinct()
        people = models.Person.objects.filter(pk__in=givers)
    return sorted(models.Team.objects.filter(people__in=people).distinct().values_list("pk", flat=True))


def _zone(row: models.Person) -> str:
    calendar = row.calendar or (row.team.calendar if row.team else None)
    return calendar.zone if calendar else ""


# ------------------------------------------------------------------------------------------------------- what they have


def _standing(transfer: models.Transfer, ids: Collection[int]) -> dict[int, Measures]:
    """Their books without the accounts of this transfer."""
    moving = transfer.lines.filter(customer__isnull=False, is_owned=True).exclude(state="dropped").values("customer")
    owned = models.Customer.objects.filter(owner__in=ids).exclude(pk__in=moving)
    accounts = dict(owned.order_by().values_list("owner").annotate(held=Count("pk")))
    facts = models.CustomerFact.objects.filter(name="mrr", customer__in=owned).order_by()
    mrr = _summed(facts.values_list("customer__owner", "value"))
    handoffs = seats_held(ids)
    return {
        one: Measures(
            accounts=accounts.get(one, 0),
            mrr=mrr.get(one, 0),
            effort=accounts.get(one, 0) * _AN_ACCOUNT,
            handoffs=handoffs.get(one, 0),
        )
        for one in ids
    }


def _summed(values: Iterable[tuple[int | None, object]]) -> dict[int, int]:
    found = dict[int, int]()
    for owner, written in values:
        if owner is not None:
            found[owner] = found.get(owner, 0) + cents(written)
    return found


def cents(written: object) -> int:
    """What is written as money, as far as it can be read."""
    try:
        amount = Decimal(str(written).replace(",", ""))
    except InvalidOperation:
        return 0
    return int(amount * 100) if amount.is_finite() and abs(amount) < 10**12 else 0


# ------------------------------------------------------------------------------------------------ why they get nothing


def _cannot(transfer: models.Transfer, ids: Collection[int]) -> dict[int, str]:
    """Who is away on the day on which it moves, gives all that they have, or moves away in another transfer."""
    day = transfer.effective_date
    away = absences.within(day, day).filter(person__in=ids).order_by("last_day")
    words = {row.person_id: f"away until {_day(row.last_day)}" for row in away}
    others = models.Transfer.objects.filter(giver__in=ids, state__in=_OPEN, reason__in=_GIVES_ALL)
    for giver, title in others.exclude(pk=transfer.pk).order_by("pk").values_list("giver", "title"):
        words[giver] = f"gives up their book in “{title[:80]}”"
    if transfer.reason in _GIVES_ALL:
        givers = transfer.lines.filter(giver__in=ids).order_by().values_list("giver", flat=True).distinct()
        all_givers = {one for one in (*givers, transfer.giver_id) if one is not None}
        words |= dict.fromkeys(all_givers & set(ids), "gives these accounts away")
    return words


def why_not(transfer: models.Transfer, person: models.Person) -> str:
    """Why one person gets nothing in it, in words that go on after their name; empty where they can."""
    if not person.is_active:
        return "has left"
    words = _cannot(transfer, [person.pk]).get(person.pk, "")
    return f"is {words}" if words.startswith("away") else words


def _day(one: date) -> str:
    return f"{one.day} {one:%B %Y}"
