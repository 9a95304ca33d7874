"""Taking somebody off the list of those to whom messages send themselves, and putting them back.

One rule: the list is the company's. Every handoff that runs and wrote to them hears of it; that is gone on with by the
worker where it was not done to its end.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from handrail.desk import audit, ledger, models
from handrail.handoff import events as e
from handrail.handoff.hearing import Hear
from handrail.handoff.refusal import Mistake, Refused

ABOUT = "unsubscribed"
_AT_ONCE = 200
_LONGEST_REASON = 1000


def leave(delivery: models.Delivery, how: str, *, now: datetime, also: Callable[[], None] = lambda: None) -> None:
    """Whoever the delivery went to wants no more. Said twice, it is so once. Only people outside can: colleagues choose
    for themselves what they are told by mail."""
    name, address = delivery.to[0], delivery.to[1].lower()

    def keep() -> None:
        _, is_new = models.Unsubscribed.objects.get_or_create(
            address=address,
            defaults={"name": name, "how": how, "handoff_id": delivery.handoff_id, "step": delivery.step, "at": now},
        )
        if is_new:
            by = audit.By(name=name or address)
            audit.write(action="unsubscribed", about=ABOUT, key=address, name=name, says=f"They said so {how}.", by=by)
        also()

    if delivery.person_id is not None:
        with transaction.atomic():
            also()
        return
    what = e.Unsubscribed(contact=address, name=name, step=delivery.step)
    ledger.record(delivery.handoff_id, Hear(what=what), now=now, also=keep)
    _tell_others(address, what, now)


def leave_reminders(reminder: models.Reminder, how: str, *, now: datetime) -> None:
    """Whoever was reminded of what they bought wants no more. That handoffs that wrote to them hear of it is the
    worker's to do."""
    address = reminder.address.lower()
    with transaction.atomic():
        _, is_new = models.Unsubscribed.objects.get_or_create(
            address=address, defaults={"name": reminder.name, "how": how, "at": now}
        )
        if is_new:
            by = audit.By(name=reminder.name or address)
            audit.write(
                action="unsubscribed", about=ABOUT, key=address, name=reminder.name, says=f"They said so {how}.", by=by
            )


def tell_due(now: datetime) -> int:
    """Go on with what was not done to its end; how many addresses were."""
    rows = list(models.Unsubscribed.objects.filter(to_tell=True).order_by("id")[:20])
    for row in rows:
        _tell_others(row.address, e.Unsubscribed(contact=row.address, name=row.name, step=row.step), now)
    return len(rows)


def take_back(address: str, reason: str, by: models.Person, *, now: datetime) -> Refused | None:
    """They get messages again, since somebody of CS Operations found so, for this reason."""
    words = " ".join(reason.split())
    if not words or len(words) > _LONGEST_REASON:
        says = f"Write at most {_LONGEST_REASON} characters." if words else "Say why they are to get messages again."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="reason", says=says),))
    row = models.Unsubscribed.objects.filter(address=address).first()
    if row is None:
        return Refused(code="gone", says="This address gets messages already.")
    what = e.Resubscribed(contact=address, name=row.name, reason=f"{by.name}: {words}")
    for handoff_id in _writing_to(address):
        ledger.record(handoff_id, Hear(what=what), now=now)
    with transaction.atomic():
        if models.Unsubscribed.objects.filter(address=address).delete()[0]:
            audit.write(action="subscribed", about=ABOUT, key=address, name=row.name, says=words, by=audit.person(by))
    return None


def _tell_others(address: str, what: e.Unsubscribed, now: datetime) -> None:
    for handoff_id in _writing_to(address):
        ledger.record(handoff_id, Hear(what=what), now=now)
    models.Unsubscribed.objects.filter(address=address).update(to_tell=False)


def _writing_to(address: str) -> list[int]:
    """The handoffs that run and have written to them."""
    rows = models.Delivery.objects.filter(address=address, person=None)
    running = rows.filter(handoff__status=models.Handoff.Status.RUNNING).order_by("handoff")
    return list(running.values_list("handoff", flat=True).distinct()[:_AT_ONCE])
