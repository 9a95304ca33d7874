"""What watches over the rest: the audit, the links that customers were given, and the workers."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from handrail.desk.models.company import Person
from handrail.desk.models.handoffs import Handoff


class AuditEntry(models.Model):
    """Who changed or saw what, beside the histories of handoffs. Rows are only ever added; the database itself refuses
    anything else. `about` is the sort of thing, `key` and `name` which one; `changes` has [before, after] by field."""

    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, blank=True)
    action = models.CharField(max_length=40)
    about = models.CharField(max_length=20)
    key = models.CharField(max_length=200, blank=True)
    name = models.CharField(max_length=300, blank=True)
    says = models.CharField(max_length=1000, blank=True)
    changes = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="audit_by_time"),
            models.Index(fields=["about", "-at", "-id"], name="audit_by_sort"),
            models.Index(fields=["by", "-at", "-id"], name="audit_by_person"),
            models.Index(fields=["about", "key", "-at", "-id"], name="audit_by_thing"),
            models.Index(fields=["by", "about", "-at", "-id"], name="audit_by_person_and_sort"),
        ]


class CustomerLink(models.Model):
    """A private address under which somebody outside sees their part of a handoff. Of its token only the SHA-256 is
    kept, and the `salt` from which, with the secret key of the installation, it is made. With an `address` it is that
    of a contact, who can do what is asked of them; it ends, `why_ended`, when they are a contact no more."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="customer_links")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    salt = models.CharField(max_length=32, blank=True)
    address = models.CharField(max_length=254, blank=True)
    side = models.CharField(max_length=10, blank=True)
    why_ended = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["handoff", "address"], name="open_link_by_address", condition=models.Q(revoked_at__isnull=True)
            )
        ]


class Worker(models.Model):
    """A process that wakes handoffs and sends messages, as it last told of itself. `clock_skew` is by how many seconds
    its machine's clock is ahead of the database's, `failing` the handoffs that it could not wake, by id, and why."""

    key = models.CharField(max_length=100, unique=True)
    host = models.CharField(max_length=200)
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    woken = models.PositiveBigIntegerField(default=0)
    sent = models.PositiveBigIntegerField(default=0)
    clock_skew = models.FloatField(default=0)
    failing = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-seen_at"], name="worker_by_time")]
