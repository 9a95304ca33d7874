"""Work that takes longer than somebody waits for a page: how far it has come, and what came of it."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from handrail.desk.models.company import Person
from handrail.desk.models.handoffs import Handoff


class LongWork(models.Model):
    """Something that a worker does bit by bit, each bit in one transaction with `place`, which says where to go on.

    `sort` is what does it and `asks` what it was asked for. `next_at` is when to go on; while a bit is being done, when
    whoever does it counts as lost; empty once it has ended. `done` of `total` (empty where nobody knows) are what
    people see of it; `report` is what came of it. `undoes` is the work that this one takes back.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to begin"
        RUNNING = "running", "Under way"
        DONE = "done", "Done"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"

    sort = models.CharField(max_length=20)
    title = models.CharField(max_length=300)
    asks = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    place = models.JSONField(default=dict)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(null=True)
    report = models.JSONField(default=dict)
    says = models.CharField(max_length=1000, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    undoes = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="undone_by", db_index=False)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField()
    next_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["undoes"],
                name="one_undoing_a_work",
                condition=Q(undoes__isnull=False, state__in=["queued", "running", "done"]),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="long_work_by_next", condition=Q(next_at__isnull=False)),
            models.Index(fields=["-at", "-id"], name="long_work_by_time"),
            models.Index(fields=["by", "-at", "-id"], name="long_work_by_person"),
        ]


class WorkedHandoff(models.Model):
    """What long work did to one handoff: its events from `first` to `last`, or why none."""

    work = models.ForeignKey(LongWork, on_delete=models.CASCADE, related_name="handoffs", db_index=False)
    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="+", db_index=False)
    state = models.CharField(max_length=10)
    first = models.PositiveIntegerField(null=True)
    last = models.PositiveIntegerField(null=True)
    says = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["work", "handoff"], name="one_outcome_a_handoff")]
        indexes: ClassVar = [models.Index(fields=["work", "state", "handoff"], name="worked_by_state")]
