"""The catalogue, orders and what customers have of what they bought.

One rule: versions of the catalogue and of an order are never rewritten, so that every decision is readable years later
with the catalogue as it was.
"""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from handrail.desk.models.company import Person
from handrail.desk.models.customers import Customer
from handrail.desk.models.handoffs import Handoff, Upload


class CatalogueVersion(models.Model):
    """One version of the catalogue: `content` is a `handrail.order.catalogue.Catalogue` as JSON. A version is a draft
    until it is published, and never changes afterwards; `number` is empty while it is a draft. There is one draft at
    most; `revision` rises with each of its changes. Orders are sold from the version that is current."""

    number = models.PositiveIntegerField(null=True, blank=True, unique=True)
    content = models.TextField()
    says = models.CharField(max_length=500, blank=True)
    is_current = models.BooleanField(default=False)
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    changed_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["is_current"], name="one_current_catalogue", condition=Q(is_current=True)),
            models.UniqueConstraint(
                fields=["is_current"], name="one_catalogue_draft", condition=Q(published_at__isnull=True)
            ),
            models.CheckConstraint(
                name="published_catalogue_has_a_number",
                condition=Q(published_at__isnull=True, number__isnull=True, is_current=False)
                | Q(published_at__isnull=False, number__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"Catalogue {self.number}" if self.number else "Draft of the catalogue"


class Order(models.Model):
    """An order as it stands: `content` is a `handrail.order.purchase.Order` as JSON, right or wrong. `revision` rises
    with each change of it.

    `catalogue` is the version that it was checked against last, `findings` what was found then (JSON of
    `handrail.order.finding`), `errors` and `warnings` how many, `is_outside` whether any takes it out of the catalogue.
    `value` is the sum of what its lines are sold for, in `currency`. `handoff` takes it through its validation, and
    leads: `state` and `trigger` are what the handoff says, written in the same transaction. `onward` is the handoff to
    Customer Success that it began. `follows_at` is set while something is still to follow from its state. What was
    `sent_version` is what the customer has.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Draft"
        VALIDATION = "validation", "In validation"
        RETURNED = "returned", "Returned to Sales"
        APPROVED = "approved", "Approved"
        SENT = "sent", "With the customer"
        SIGNED = "signed", "Signed"
        TAKEN_OVER = "taken over", "Taken over"
        WITHDRAWN = "withdrawn", "Withdrawn"

    class Trigger(models.TextChoices):
        SHUT = "shut", "Shut"
        OPEN = "open", "Open"

    number = models.CharField(max_length=40, unique=True)
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="orders", db_index=False)
    title = models.CharField(max_length=200, blank=True)
    content = models.TextField()
    revision = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=12, choices=State.choices, default=State.DRAFT)
    trigger = models.CharField(max_length=5, choices=Trigger.choices, default=Trigger.SHUT)
    trigger_at = models.DateTimeField(null=True, blank=True)
    catalogue = models.ForeignKey(
        CatalogueVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    findings = models.TextField(default="[]")
    errors = models.PositiveSmallIntegerField(default=0)
    warnings = models.PositiveSmallIntegerField(default=0)
    is_outside = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True, blank=True)
    currency = models.CharField(max_length=3)
    value = models.DecimalField(max_digits=20, decimal_places=4, default=0)
    ordered_on = models.DateField()
    territory = models.CharField(max_length=100, blank=True)
    territory_check_on = models.DateField(null=True, blank=True)
    writer = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="orders", db_index=False
    )
    writer_name = models.CharField(max_length=200, blank=True)
    handoff = models.OneToOneField(
        Handoff, null=True, blank=True, on_delete=models.PROTECT, related_name="validates_order"
    )
    onward = models.ForeignKey(
        Handoff, null=True, blank=True, on_delete=models.PROTECT, related_name="begun_by_orders", db_index=False
    )
    follows_at = models.DateTimeField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-changed_at", "-id"], name="order_by_state"),
            models.Index(fields=["-changed_at", "-id"], name="order_by_change"),
            models.Index(fields=["customer", "-id"], name="order_by_customer"),
            models.Index(fields=["writer", "-changed_at", "-id"], name="order_by_writer"),
            models.Index(fields=["is_outside", "-changed_at", "-id"], name="order_by_outside"),
            # From which the share inside the catalogue is counted, without reading an order.
            models.Index(fields=["ordered_on", "state", "is_outside"], name="order_by_day"),
            models.Index(
                fields=["territory_check_on", "id"],
                name="order_by_territory_check",
                condition=Q(territory_check_on__isnull=False),
            ),
            models.Index(fields=["follows_at"], name="order_by_follows", condition=Q(follows_at__isnull=False)),
            models.Index(fields=["onward"], name="order_by_onward", condition=Q(onward__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.number


class OrderVersion(models.Model):
    """What an order said each time it was submitted: with the catalogue and the findings of then, what is new since the
    version before in words (`changes`) and which approvals that touches and why (`asks`). Never rewritten."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    content = models.TextField()
    catalogue = models.ForeignKey(
        CatalogueVersion, null=True, on_delete=models.PROTECT, related_name="order_versions", db_index=False
    )
    findings = models.TextField(default="[]")
    changes = models.JSONField(default=list)
    asks = models.JSONField(default=list)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "number"], name="one_order_version")]


class OrderFile(models.Model):
    """A file that orders were read from, kept as it came, with what was said of each row."""

    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    report = models.JSONField(default=dict)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"], name="order_file_by_time")]


class InvoiceParty(models.Model):
    """Who of a customer is invoiced, as somebody verified it last: `content` is a `handrail.order.purchase.Invoice` as
    JSON, kept when it is verified and offered to the customer's next order."""

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="invoice_parties", db_index=False)
    content = models.TextField()
    verified_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    verified_by_name = models.CharField(max_length=200)
    verified_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["customer", "-verified_at"], name="invoice_party_by_customer")]


class Entitlement(models.Model):
    """What a customer bought and can call for. `quantity` was sold, `used` is what its `Consumption` rows took;
    `consume_by` is the last day on which it can be called for, empty where nobody agreed on one (S4.10). Those with
    the lower `priority` are used first. `source` says where it is known from where there is no order here. `closed_as`
    says in words why it is over though something of it is left, empty while it is not."""

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="entitlements", db_index=False)
    order = models.ForeignKey(
        Order, null=True, blank=True, on_delete=models.PROTECT, related_name="entitlements", db_index=False
    )
    line = models.PositiveIntegerField(null=True, blank=True)
    sku = models.CharField(max_length=100)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    unit = models.CharField(max_length=60, blank=True)
    quantity = models.DecimalField(max_digits=16, decimal_places=4)
    used = models.DecimalField(max_digits=16, decimal_places=4, default=0)
    priority = models.PositiveSmallIntegerField(default=50)
    sold_on = models.DateField()
    starts_on = models.DateField(null=True, blank=True)
    consume_by = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=300, blank=True)
    closed_as = models.CharField(max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    reminds_on = models.DateField(null=True, blank=True)
    reminded = models.PositiveSmallIntegerField(default=0)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["order", "line"], name="one_entitlement_a_line", condition=Q(order__isnull=False)
            ),
            models.CheckConstraint(
                name="entitlement_is_not_overdrawn", condition=Q(used__gte=0) & Q(used__lte=F("quantity"))
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "consume_by", "id"], name="entitlement_by_customer"),
            models.Index(
                fields=["consume_by", "id"],
                name="entitlement_left_by_date",
                condition=Q(closed_at__isnull=True, used__lt=F("quantity"), consume_by__isnull=False),
            ),
            models.Index(
                fields=["sold_on", "id"],
                name="entitlement_left_undated",
                condition=Q(closed_at__isnull=True, used__lt=F("quantity"), consume_by__isnull=True),
            ),
            models.Index(
                fields=["sold_on", "id"],
                name="entitlement_left_by_sale",
                condition=Q(closed_at__isnull=True, used__lt=F("quantity")),
            ),
            models.Index(
                fields=["reminds_on", "id"], name="entitlement_by_reminder", condition=Q(reminds_on__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Consumption(models.Model):
    """That something of an entitlement was used, on which day and by what it is known. Rows are never rewritten: one
    that was wrong is taken back (`undone_at`) with the reason."""

    entitlement = models.ForeignKey(Entitlement, on_delete=models.CASCADE, related_name="consumptions", db_index=False)
    quantity = models.DecimalField(max_digits=16, decimal_places=4)
    used_on = models.DateField()
    evidence = models.CharField(max_length=1000, blank=True)
    upload = models.ForeignKey(
        Upload, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    together = models.CharField(max_length=40, blank=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by_name = models.CharField(max_length=200, blank=True)
    undone_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["entitlement", "-used_on", "-id"], name="consumption_by_entitlement")]
