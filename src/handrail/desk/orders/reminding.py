"""Reminders before what was bought runs out: to whoever owns the account, and to the customer.

One rule: that somebody is told and that it needs no telling again are written in one transaction, with what it is about
held; so a worker that is killed anywhere has told or not, and the next one tells once.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from handrail.desk import models, unsubscribing
from handrail.desk.clock import Clock, clock_of
from handrail.desk.company import company
from handrail.desk.entitled import bought_of
from handrail.desk.notices import Reader, readers
from handrail.desk.orders.entitling import calendar_of
from handrail.desk.orders.reaching import Reached, contact_of
from handrail.desk.orders.reminder_mail import words_of
from handrail.handoff.notices import ACTING
from handrail.order.entitlement import due_reminder, next_reminder, written

ABOUT, SORT = "entitlements", "reminder"
_AT_ONCE = 20  # customers
_MOST_NAMED = 20
Mail = models.Notice.Mail


def remind_due(now: datetime | Clock) -> int:
    """Tell of what is due, of a few customers at most; how many things that was. Days are those of UTC; mail goes once
    the owner's working day has begun."""
    clock = clock_of(now)
    due = models.Entitlement.objects.filter(reminds_on__lte=clock().date()).order_by("reminds_on", "id")
    customers = dict.fromkeys(due.values_list("customer_id", flat=True)[: _AT_ONCE * 5])
    looked = 0
    for customer_id in list(customers)[:_AT_ONCE]:
        with transaction.atomic():
            looked += _remind(customer_id, clock())
    return looked


def _remind(customer_id: int, now: datetime) -> int:
    customer = models.Customer.objects.select_related("owner").get(pk=customer_id)
    calendar, today = calendar_of(customer.owner_id), now.date()
    rows = list(_due_rows(customer_id, today))
    told: dict[date, list[models.Entitlement]] = defaultdict(list)
    for row in rows:
        reminder, row.reminded = due_reminder(bought_of(row), calendar, row.reminded, today)
        coming = next_reminder(bought_of(row), calendar, row.reminded)
        row.reminds_on = coming.on if coming else None
        if reminder is not None and row.consume_by is not None:
            told[row.consume_by].append(row)
    models.Entitlement.objects.bulk_update(rows, ["reminded", "reminds_on"], batch_size=100)
    if told:
        _tell(customer, told, now)
    return len(rows)


def _due_rows(customer_id: int, today: date) -> list[models.Entitlement]:
    """Held; what another worker has, it tells."""
    skips = connection.features.has_select_for_update_skip_locked
    rows = models.Entitlement.objects.filter(customer=customer_id, reminds_on__lte=today)
    held = rows.select_for_update(of=("self",), no_key=True, skip_locked=skips)
    return list(held.select_related("order").order_by("pk")[:500])


def _tell(customer: models.Customer, told: dict[date, list[models.Entitlement]], now: datetime) -> None:
    contact = contact_of(customer, [row for rows in told.values() for row in rows])
    unwanted = contact is not None and unsubscribing.is_unsubscribed(contact.address)
    if contact is not None and not unwanted:
        _write_to(customer, contact, told, now)
    if customer.owner_id is not None:
        _tell_owner(_Told(customer=customer, told=told, contact=contact, unwanted=unwanted), now)


def _write_to(
    customer: models.Customer, contact: Reached, told: dict[date, list[models.Entitlement]], now: datetime
) -> None:
    words = words_of(contact, told)
    owner = customer.owner
    models.Reminder.objects.create(
        customer=customer,
        name=contact.name[:300],
        address=contact.address,
        reply_to=owner.email if owner and owner.is_active else "",
        language=contact.language[:35],
        subject=words.subject[:500],
        body=words.body,
        about=[row.pk for rows in told.values() for row in rows],
        next_at=_begins(customer, now),
        changed_at=now,
    )


def _begins(customer: models.Customer, now: datetime) -> datetime:
    """When somebody is there to answer."""
    calendar = calendar_of(customer.owner_id)
    day = calendar.working_days_after(calendar.day_of(now), 0)
    return max(now, calendar.opening(day))


@dataclass(frozen=True, kw_only=True)
class _Told:
    customer: models.Customer
    told: dict[date, list[models.Entitlement]]
    contact: Reached | None
    unwanted: bool

    @property
    def key(self) -> str:
        first = min(row.pk for rows in self.told.values() for row in rows)
        return f"entitlements{self.customer.pk}.{min(self.told)}.{first}"

    @property
    def title(self) -> str:
        return f"{self.customer.name} has services left to use by {min(self.told)}"

    @property
    def why(self) -> str:
        rows = [(day, row) for day, some in sorted(self.told.items()) for row in some]
        named = [f"{written(bought_of(row).left)} × {row.title} by {day}" for day, row in rows[:_MOST_NAMED]]
        more = f" and {len(rows) - _MOST_NAMED} more" if len(rows) > _MOST_NAMED else ""
        return f"{', '.join(named)}{more}. {self._customer_told()}"[:1000]

    def _customer_told(self) -> str:
        if self.contact is None:
            return "No contact of the customer is known: nobody there was written to."
        if self.unwanted:
            return f"{self.contact.address} wants no more messages: nobody there was written to."
        return f"{self.contact.name or self.contact.address} is written to as well."


def _tell_owner(told: _Told, now: datetime) -> None:
    """Whoever is away is told too, and their delegate with them; nobody who has left."""
    owner = told.customer.owner_id
    assert owner is not None, "It is theirs."
    known = readers([owner], company(), now)
    reader = known.get(owner)
    if reader is None:
        return
    rows = [_notice(told, owner, reader, now)]
    delegate = reader.delegate if SORT in ACTING else None
    stand_in = readers([delegate], company(), now).get(delegate) if delegate is not None else None
    if delegate is not None and stand_in is not None and not stand_in.is_away:
        rows.append(_notice(told, delegate, stand_in, now, on_behalf_of=owner))
    models.Notice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "key"],
        update_fields=["title", "why", "at", "seen_at", "over_at", "mail", "mail_at"],
    )


def _notice(told: _Told, person: int, reader: Reader, now: datetime, on_behalf_of: int | None = None) -> models.Notice:
    mail_at = reader.mailed_at(SORT, now)
    return models.Notice(
        person_id=person,
        key=f"{told.key}.for{on_behalf_of}" if on_behalf_of else told.key,
        sort=SORT,
        about=ABOUT,
        name=str(told.customer.pk),
        title=told.title[:1000],
        why=told.why,
        on_behalf_of_id=on_behalf_of,
        at=now,
        mail=Mail.QUEUED if mail_at else Mail.NONE,
        mail_at=mail_at,
    )
