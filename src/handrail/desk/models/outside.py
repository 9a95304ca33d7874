"""What is looked at outside: the links that are attached to steps."""

from typing import ClassVar

from django.db import models

from handrail.desk.models.handoffs import Handoff


class LinkCheck(models.Model):
    """An attached link, under the `key` of its attachment, and whether it could be reached when it was last looked at.
    `since` is when that began; `next_at` is when to look again, and None where it is not to be looked at any more."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not checked yet"
        REACHED = "reached", "Reachable"
        BROKEN = "broken", "Not reachable"
        INTERNAL = "internal", "Not checked"

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="link_checks", db_index=False)
    key = models.CharField(max_length=60)
    url = models.CharField(max_length=2000)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    says = models.CharField(max_length=300, blank=True)
    since = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)
    failed = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "key"], name="one_check_an_attachment")]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="link_check_by_next", condition=models.Q(next_at__isnull=False))
        ]
