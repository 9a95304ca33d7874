"""Mail that came in, the mailbox it was fetched from, and who wants no more messages.

One rule: of a mail there is one row, whichever way and however often it comes; its bytes are beside the uploads.
"""

from typing import ClassVar

from django.db import models

from handrail.desk.models.company import Person
from handrail.desk.models.handoffs import Handoff


class Mail(models.Model):
    """A mail that came in. `key` names its bytes, and the row; it is made of what each copy of the mail has in common.

    One that was `TAKEN` belongs to the handoff, and answers the message of `step` that went to `contact`, where that is
    known. `CLAIMED` ones were assigned by somebody, `PUT_AWAY` ones belong to nobody; `reason` says why.
    """

    class State(models.TextChoices):
        TAKEN = "taken", "Taken in"
        UNCLAIMED = "unclaimed", "Nobody’s"
        CLAIMED = "claimed", "Assigned"
        PUT_AWAY = "put away", "Put away"

    key = models.CharField(max_length=32, unique=True)
    came_by = models.CharField(max_length=100)
    at = models.DateTimeField()
    size = models.PositiveBigIntegerField()
    sort = models.CharField(max_length=20)
    message_id = models.CharField(max_length=400, blank=True)
    sender = models.CharField(max_length=254, blank=True)
    sender_name = models.CharField(max_length=300, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    files = models.JSONField(default=list)
    problem = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.UNCLAIMED)
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.PROTECT, related_name="mails", db_index=False)
    step = models.CharField(max_length=120, blank=True)
    contact = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state__in=["taken", "claimed"], handoff__isnull=False)
                | models.Q(state__in=["unclaimed", "put away"], handoff__isnull=True),
                name="mail_of_a_handoff",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "-at", "-id"], name="mail_by_state"),
            models.Index(
                fields=["handoff", "-at", "-id"], name="mail_by_handoff", condition=models.Q(handoff__isnull=False)
            ),
        ]


class Mailbox(models.Model):
    """How far a mailbox has been read: up to the message `last_uid`, as numbered since `uidvalidity`. `next_at` is when
    it is looked at next, and while somebody does, when they count as lost."""

    key = models.CharField(max_length=300, unique=True)
    uidvalidity = models.PositiveBigIntegerField(default=0)
    last_uid = models.PositiveBigIntegerField(default=0)
    next_at = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)


class HookCall(models.Model):
    """A signature with which mail was brought, kept as long as it would be valid: nobody brings it twice."""

    signature = models.CharField(max_length=64, unique=True)
    at = models.DateTimeField(db_index=True)


class Unsubscribed(models.Model):
    """Whoever reads mail at this address wants no more messages that send themselves. `how` they said so; `to_tell`
    until every handoff has heard of it that runs and wrote to them."""

    address = models.CharField(max_length=254, unique=True)
    name = models.CharField(max_length=300, blank=True)
    how = models.CharField(max_length=20)
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=120, blank=True)
    at = models.DateTimeField()
    to_tell = models.BooleanField(default=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-at", "-id"], name="unsubscribed_by_time"),
            models.Index(fields=["id"], name="unsubscribed_to_tell", condition=models.Q(to_tell=True)),
        ]
