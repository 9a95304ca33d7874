"""What belongs to entitlements beside what they are: reminders on their way, and what long work did to each."""

from typing import ClassVar

from django.db import models

from handrail.desk.models.company import Person
from handrail.desk.models.customers import Customer
from handrail.desk.models.long_work import LongWork
from handrail.desk.models.orders import Entitlement
from handrail.desk.models.telling import Delivery


class Reminder(models.Model):
    """A reminder on its way to a customer, written when it was due. `about` are the ids of the entitlements. `next_at`
    and `state` are those of a delivery."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="reminders", db_index=False)
    name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=254)
    reply_to = models.CharField(max_length=254, blank=True)
    language = models.CharField(max_length=35, blank=True)
    subject = models.CharField(max_length=500)
    body = models.TextField()
    about = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=Delivery.State.choices, default=Delivery.State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="reminder_by_next", condition=models.Q(next_at__isnull=False)),
            models.Index(fields=["customer", "-id"], name="reminder_by_customer"),
        ]


class WorkedEntitlement(models.Model):
    """What long work did to one entitlement, or why nothing. `before` is what it was where it was changed, so that it
    can be taken back; `at` is when, so that whatever changed it later is seen."""

    work = models.ForeignKey(LongWork, on_delete=models.CASCADE, related_name="entitlements", db_index=False)
    entitlement = models.ForeignKey(Entitlement, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    says = models.CharField(max_length=1000, blank=True)
    before = models.JSONField(default=dict)
    at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["work", "entitlement"], name="one_outcome_an_entitlement")
        ]
        indexes: ClassVar = [models.Index(fields=["work", "state", "entitlement"], name="worked_entitlement_by_state")]


class StaleBalance(models.Model):
    """A customer of which the running handoffs are to be told how its balance stands now, since `by` changed it."""

    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="stale_balance")
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
