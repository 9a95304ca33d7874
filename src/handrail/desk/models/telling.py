"""What is on its way to people: messages of handoffs, and notices."""

from hashlib import sha256
from typing import ClassVar

from django.db import models

from handrail.desk.models.company import Person
from handrail.desk.models.handoffs import Handoff


class Delivery(models.Model):
    """A message of event `number` on its way to one person: a colleague, or where there is no `person`, somebody
    outside with that `name` and `address`. `next_at` is when it is to be tried next; while it is being sent, when its
    sender counts as lost. What became of an `UNKNOWN` one nobody can tell: it may have arrived."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Not known"

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=254, blank=True)
    step = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handoff", "number", "person"], name="one_delivery_a_person"),
            models.UniqueConstraint(
                fields=["handoff", "number", "address"],
                name="one_delivery_an_address",
                condition=models.Q(person__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, address="")
                | ~models.Q(address="") & models.Q(person__isnull=True),
                name="delivery_to_somebody",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="delivery_by_next", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["-changed_at"], name="delivery_not_sent", condition=models.Q(state__in=["failed", "unknown"])
            ),
            models.Index(fields=["address"], name="delivery_by_address", condition=models.Q(person__isnull=True)),
        ]

    @property
    def to(self) -> tuple[str, str]:
        """Name and address."""
        return (self.person.name, self.person.email) if self.person else (self.name, self.address)

    @property
    def mark(self) -> str:
        """What its Message-ID is made of: handoff, event and recipient, so that it is the same for every try."""
        whom = f"{self.person_id}" if self.person_id else f"x{sha256(self.address.encode()).hexdigest()[:20]}"
        return f"{self.handoff_id}.{self.number}.{whom}"


class Notice(models.Model):
    """Something that a person is told, in the page and, from `mail_at` on, by e-mail. `key` is what it is about and
    tells each thing once; `on_behalf_of` is for whom, where they stand in for somebody who is away.

    `mail` is what became of the e-mail, as of a delivery: none was wanted, or it was dropped because it no longer
    mattered when it was to go.
    """

    class Mail(models.TextChoices):
        NONE = "none", "None"
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Not known"
        DROPPED = "dropped", "No longer mattered"

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="notices", db_index=False)
    key = models.CharField(max_length=200)
    sort = models.CharField(max_length=20)
    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.CASCADE, related_name="notices", db_index=False)
    about = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=120, blank=True)
    title = models.CharField(max_length=1000)
    why = models.CharField(max_length=1000)
    due_at = models.DateTimeField(null=True)
    on_behalf_of = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    over_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.NONE)
    mail_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "key"], name="one_notice_of_a_thing")]
        indexes: ClassVar = [
            models.Index(fields=["person", "-at", "-id"], name="notice_by_person"),
            models.Index(
                fields=["person"],
                name="notice_unseen",
                condition=models.Q(seen_at__isnull=True, over_at__isnull=True),
            ),
            models.Index(fields=["handoff", "about", "name"], name="notice_by_handoff"),
            models.Index(fields=["mail_at"], name="notice_by_mail", condition=models.Q(mail_at__isnull=False)),
            models.Index(fields=["-at"], name="notice_not_mailed", condition=models.Q(mail__in=["failed", "unknown"])),
        ]
