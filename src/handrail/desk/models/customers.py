"""Customers: what is known of them, who owned them when, how they are found, and the files that they came in."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from handrail.desk.folding import LONGEST_SORT, sort_words
from handrail.desk.likeness import LONGEST_WORDS, words
from handrail.desk.models.company import Person


class SortName(models.CharField):  # type: ignore[type-arg]
    """The row's `name` as lists sort it, kept whenever the row is."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        kept = sort_words(model_instance.name)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, kept)
        return kept


class Customer(models.Model):
    """An account. `key` is its id in the system it came from (the CRM account id). `owner` is the person of its open
    `Ownership`, whatever else happened before."""

    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300)
    sort_name = SortName(max_length=LONGEST_SORT, default="", editable=False)
    owner = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="customers", db_index=False
    )
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["name", "id"], name="customer_by_name"),
            models.Index(fields=["sort_name", "id"], name="customer_by_sort_name"),
            models.Index(fields=["changed_at", "id"], name="customer_by_change"),
            models.Index(fields=["owner", "sort_name", "id"], name="customer_by_owner"),
            models.Index(fields=["sort_name", "id"], name="customer_without_owner", condition=Q(owner__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.name


class Ownership(models.Model):
    """That a person owned an account from `since` on; `until` is empty while they do. `source` says what made it so,
    `by` who did. `desk.ownership` writes these rows, nothing else does."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="ownerships", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="ownerships", db_index=False)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=400)
    by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer"], condition=Q(until__isnull=True), name="one_open_ownership_a_customer"
            ),
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=F("since")), name="ownership_ends_after_it_begins"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "since", "id"], name="ownership_by_customer"),
            models.Index(fields=["person", "since", "id"], name="ownership_by_person"),
        ]


class Words(models.CharField):  # type: ignore[type-arg]
    """The words by which the row's `value` is compared with others, kept whenever the row is."""

    def pre_save(self, model_instance: models.Model, add: bool) -> str:
        kept = words(model_instance.value)  # type: ignore[attr-defined]
        setattr(model_instance, self.attname, kept)
        return kept


class CustomerFact(models.Model):
    """Something known about a customer, as it was written; the kind that reads it stands in the runbook."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="facts")
    name = models.CharField(max_length=60)
    value = models.JSONField()
    words = Words(max_length=LONGEST_WORDS, default="", editable=False)
    source = models.CharField(max_length=300)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["customer", "name"], name="one_fact_of_a_name")]
        indexes: ClassVar = [models.Index(fields=["name", "words", "customer"], name="customer_fact_by_words")]


class CustomerWord(models.Model):
    """A word of a customer's name or key, folded: what search looks up by prefix."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="words")
    word = models.CharField(max_length=60)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["word", "customer"], name="one_word_once")]


class ColumnMapping(models.Model):
    """Which column of a file means what, remembered for files with the same header. `header` is the SHA-256 of it."""

    header = models.CharField(max_length=64, unique=True)
    columns = models.JSONField()
    changed_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)


class Import(models.Model):
    """One file that somebody handed in: kept as it was, with what came of each row. `contents` is what it holds,
    `settings` how that is to be taken where the file does not say, such as which stages are closed."""

    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    runbook = models.CharField(max_length=60)
    contents = models.CharField(max_length=12, default="customers")
    settings = models.JSONField(default=dict, blank=True)
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="preview")
    report = models.JSONField(default=dict)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="imports")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"], name="import_by_time")]
