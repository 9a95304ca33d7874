"""What people say about handoffs, customers, runbooks and orders, whom they name in it, and what they keep an eye
on."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from handrail.desk.models.company import Person
from handrail.desk.models.customers import Customer
from handrail.desk.models.handoffs import Handoff
from handrail.desk.models.orders import Order


class Comment(models.Model):
    """Something that a person said about one thing: a handoff, a customer, an order, or the runbook of a name.

    `about` is what in it is meant, as `step:NAME`, `decision:NAME`, `fact:NAME` or `document:NUMBER`; empty where it is
    the whole. What was taken back keeps its row, without its text.
    """

    handoff = models.ForeignKey(Handoff, null=True, on_delete=models.CASCADE, related_name="comments", db_index=False)
    customer = models.ForeignKey(Customer, null=True, on_delete=models.CASCADE, related_name="comments", db_index=False)
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="comments", db_index=False)
    runbook = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=140, blank=True)
    text = models.TextField(max_length=10_000)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="comment_on_one_thing",
                condition=Q(handoff__isnull=False, customer__isnull=True, order__isnull=True, runbook="")
                | Q(handoff__isnull=True, customer__isnull=False, order__isnull=True, runbook="")
                | Q(handoff__isnull=True, customer__isnull=True, order__isnull=False, runbook="")
                | (Q(handoff__isnull=True, customer__isnull=True, order__isnull=True) & ~Q(runbook="")),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["handoff", "at", "id"], name="comment_by_handoff", condition=Q(handoff__isnull=False)),
            models.Index(
                fields=["customer", "at", "id"], name="comment_by_customer", condition=Q(customer__isnull=False)
            ),
            models.Index(fields=["order", "at", "id"], name="comment_by_order", condition=Q(order__isnull=False)),
            models.Index(fields=["runbook", "at", "id"], name="comment_by_runbook", condition=~Q(runbook="")),
        ]


class Mention(models.Model):
    """A person whom a comment names."""

    comment = models.ForeignKey(Comment, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["comment", "person"], name="one_mention_a_person")]


class Watch(models.Model):
    """A handoff that a person keeps an eye on without owing anything in it. `seen` is the number of the last event
    that they saw of it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="watches", db_index=False)
    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="watches", db_index=False)
    since = models.DateTimeField()
    seen = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["person", "handoff"], name="one_watch_a_person")]
        indexes: ClassVar = [models.Index(fields=["handoff"], name="watch_by_handoff")]


class SavedView(models.Model):
    """A list as somebody wants to see it again: `query` is the address's query string, `page` which list. One that is
    shared is seen by everybody, and changed by whoever made it."""

    owner = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="views", db_index=False)
    page = models.CharField(max_length=20, default="handoffs")
    name = models.CharField(max_length=80)
    query = models.TextField(blank=True)
    is_shared = models.BooleanField(default=False)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "page", "name"], name="one_view_of_a_name")]
        indexes: ClassVar = [
            models.Index(fields=["page", "name"], name="view_shared", condition=Q(is_shared=True)),
        ]
