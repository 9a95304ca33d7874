"""Pools and shadows of accounts: how they end, by themselves or by hand, and how they are changed.

One rule: what a shadow was told through watching the account's handoffs ends with it.
"""

from collections.abc import Iterable
from datetime import date, datetime

from django.db import transaction
from django.db.models import QuerySet

from handrail.desk import audit, models, ownership
from handrail.desk.transfers import statements
from handrail.handoff.refusal import Mistake, Refused

SHADOW, POOL = models.Share.Sort.SHADOW, models.Share.Sort.POOL
_AT_ONCE = 100


def end_of_lines(line_ids: Iterable[int], now: datetime) -> None:
    """Those that began with the lines; the watches that go back with the lines are seen to there."""
    _end(models.Share.objects.filter(line__in=list(line_ids), ended_at=None), now)


def end_due(now: datetime) -> int:
    """Those whose day has come, a batch at most; how many. Asked first whether there are any, which takes nothing."""
    rows = models.Share.objects.filter(until__lte=now.date(), ended_at=None).order_by("until", "pk")
    if not rows.exists():
        return 0
    with transaction.atomic():
        due = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True)[:_AT_ONCE])
        return _end(models.Share.objects.filter(pk__in=due), now) if due else 0


def _end(rows: QuerySet[models.Share], now: datetime) -> int:
    shares = list(rows.values_list("pk", "sort", "person_id", "line_id", "until"))
    for _, sort, person, line, _ in shares:
        if sort == SHADOW and line is not None:
            _stop_watching(person, line)
    today = now.date()
    open_ended = [pk for pk, _, _, _, until in shares if until is None or until > today]
    models.Share.objects.filter(pk__in=open_ended).update(until=today)
    return models.Share.objects.filter(pk__in=[pk for pk, *_ in shares]).update(ended_at=now)


def _stop_watching(person: int | None, line: int) -> None:
    """What they watch only because they stayed at hand."""
    items = models.MovedItem.objects.filter(line=line, sort="watch")
    some = [one.data for one in items if one.data.get("shadow") or one.data.get("move", {}).get("kept")]
    handoffs = [int(one["handoff"]) for one in some]
    models.Watch.objects.filter(person=person, handoff__in=handoffs).delete()


def end_by_hand(share_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """Raises `models.Share.DoesNotExist`."""
    with transaction.atomic():
        share = _held(share_id)
        if share.ended_at is not None:
            return Refused(code="over", says="It has ended already.")
        _end(models.Share.objects.filter(pk=share.pk), now)
        _audit("ended", share, by, now)
    return None


def prolong(share_id: int, until: date, *, by: models.Person, now: datetime) -> Refused | None:
    """`until` is the first day on which they no longer look after it. Raises `models.Share.DoesNotExist`."""
    if until <= now.date():
        says = "Choose a day to come, or end it now."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="until", says=says),))
    with transaction.atomic():
        share = _held(share_id)
        if share.ended_at is not None:
            return Refused(code="over", says="It has ended already.")
        share.until = until
        share.save(update_fields=["until"])
        _audit(f"until {until}", share, by, now)
    return None


def take_from_pool(share_id: int, person: models.Person, *, by: models.Person, now: datetime) -> Refused | None:
    """Somebody of the pool, or whoever is named, owns the account from now on. Raises `models.Share.DoesNotExist`."""
    with transaction.atomic():
        share = _held(share_id)
        if share.ended_at is not None or share.sort != POOL:
            return Refused(code="over", says="It is in no pool any more.")
        if not person.is_active:
            return Refused(code="left", says=f"{person.name} has left.")
        models.Customer.objects.select_for_update(no_key=True).get(pk=share.customer_id)
        if not statements.give_accounts([(share.customer_id, None, person.pk)], now):
            return Refused(code="changed-meanwhile", says="Somebody owns it meanwhile.")
        occasion = ownership.Occasion(source="Taken from the pool", by=by.pk, now=now)
        ownership.keep({share.customer_id: person.pk}, occasion)
        _end(models.Share.objects.filter(pk=share.pk), now)
        _audit("taken from the pool", share, by, now)
    return None


def _held(share_id: int) -> models.Share:
    rows = models.Share.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("customer", "person", "team").get(pk=share_id)


def _audit(action: str, share: models.Share, by: models.Person, now: datetime) -> None:
    who = share.person.name if share.person else share.team.name if share.team else ""
    says = f"{share.get_sort_display()}: {who}"
    key = share.customer_id
    audit.write(
        action=action[:40], about="customer", key=key, name=share.customer.name, says=says, by=audit.person(by), at=now
    )
