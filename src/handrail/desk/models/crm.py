"""What other systems have on an account: opportunities, cases, tasks and the like, and whose sale each one is."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from handrail.desk.models.company import Person
from handrail.desk.models.customers import Customer


class CrmRecord(models.Model):
    """Something of another system that somebody owns: on an account, or on none where its file names none.

    `key` is its id there, unique within its `sort`. `account_words` and `owner_words` are what the file says, kept also
    where nothing here matches. `stage` is in the words of its system; `is_open` is whether anything is left to do in
    it, and `closed_on` when not since when. `about` groups records of one kind (a product, a sort of case). `data` has
    what else its file says, by header.
    """

    class Sort(models.TextChoices):
        OPPORTUNITY = "opportunity", "Opportunity"
        CASE = "case", "Case"
        TASK = "task", "Task"
        MEETING = "meeting", "Meeting"
        SEQUENCE = "sequence", "Sequence"
        PENDING = "pending", "Pending item"

    sort = models.CharField(max_length=12, choices=Sort.choices)
    key = models.CharField(max_length=200)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    account_words = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="records", db_index=False
    )
    owner_words = models.CharField(max_length=300, blank=True)
    title = models.CharField(max_length=300, blank=True)
    about = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=60, blank=True)
    is_open = models.BooleanField(default=True)
    is_escalated = models.BooleanField(default=False)
    amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    due_on = models.DateField(null=True, blank=True)
    context = models.TextField(blank=True)
    data = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["sort", "key"], name="one_record_a_key")]
        indexes: ClassVar = [
            models.Index(fields=["customer", "sort", "-is_open", "id"], name="record_by_customer"),
            models.Index(fields=["owner", "sort", "-is_open", "customer", "id"], name="record_by_owner"),
            models.Index(fields=["sort", "about", "-id"], name="record_closed_about", condition=Q(is_open=False)),
            models.Index(fields=["id"], name="record_without_account", condition=Q(customer__isnull=True)),
            models.Index(fields=["sort", "closed_on", "id"], name="record_by_closing"),
        ]

    def __str__(self) -> str:
        return self.title or self.key


class Product(models.Model):
    """Something that is sold, by the name that it should be written with."""

    name = models.CharField(max_length=200, unique=True)
    data = models.JSONField(default=dict, blank=True)
    source = models.CharField(max_length=300, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.name


class Credit(models.Model):
    """Whose sale an opportunity is, from the day `since` on; `until` is the first day on which it is somebody else's,
    empty while it is theirs. Rows are never rewritten: one ends on the day on which the next begins."""

    record = models.ForeignKey(CrmRecord, on_delete=models.CASCADE, related_name="credits", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="credits", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=400)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["record"], condition=Q(until__isnull=True), name="one_open_credit_a_record"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="credit_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["record", "since", "id"], name="credit_by_record"),
            models.Index(fields=["person", "until", "since", "id"], name="credit_by_person"),
        ]
