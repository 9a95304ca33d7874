"""Runbook versions, handoffs, their events, and the rows that follow from those."""

from typing import ClassVar

from django.db import models
from django.utils import timezone

from handrail.desk.folding import LONGEST_SORT
from handrail.desk.likeness import LONGEST_WORDS
from handrail.desk.models.company import Calendar, Person
from handrail.desk.models.customers import Customer


class RunbookVersion(models.Model):
    """A published text of a runbook, never changed; `digest` is its SHA-256."""

    name = models.CharField(max_length=60)
    version = models.CharField(max_length=60)
    title = models.CharField(max_length=300)
    digest = models.CharField(max_length=64, unique=True)
    source = models.TextField()
    calendar = models.ForeignKey(Calendar, on_delete=models.PROTECT, related_name="+")
    is_current = models.BooleanField(default=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["name"], condition=models.Q(is_current=True), name="one_current_version")
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Handoff(models.Model):
    """Where a handoff stands: `state` is the fold of its events up to `number`, the columns what lists need of it.

    `project` is the first handoff of a project that goes through its runbook in phases, in that one too; empty where a
    handoff is the only one. `attend_at` is when the desk next looks at what lies beyond the handoff, such as how many
    customers are like this one; empty where its runbook asks for nothing of the kind. `due_zone` is that of the
    calendar which `due_at` was counted on, where it is another than the runbook's.

    `next_title` is what is next, and `next_person` whose turn it is; where that is empty, `next_team` is the key of the
    team of which anybody may do it, and where that is empty too, nobody has it yet.

    `customer_sort` is what the customer's name is sorted by, folded. `progress` are the thousandths of what is needed
    that are done. `last_due_at` is when the last of what is still to be done falls due; of one that is over, when it
    ended. `anchor_date` is the day that most of its steps count from, such as the go-live.
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        OVER = "over", "Over"
        CANCELLED = "cancelled", "Cancelled"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="handoffs")
    runbook_version = models.ForeignKey(RunbookVersion, on_delete=models.PROTECT, related_name="handoffs")
    runbook = models.CharField(max_length=60)
    customer_sort = models.CharField(max_length=LONGEST_SORT, default="")
    project = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="phases", db_index=False
    )
    phase = models.CharField(max_length=60, blank=True)
    number = models.PositiveIntegerField(default=0)
    state = models.TextField(default="{}")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.RUNNING)
    end = models.CharField(max_length=200, blank=True)
    stage = models.CharField(max_length=60, blank=True)
    steps_done = models.PositiveSmallIntegerField(default=0)
    steps_needed = models.PositiveSmallIntegerField(default=0)
    progress = models.PositiveSmallIntegerField(default=0)
    next_title = models.CharField(max_length=300, blank=True)
    next_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    next_team = models.CharField(max_length=60, blank=True)
    due_at = models.DateTimeField(null=True, blank=True)
    due_zone = models.CharField(max_length=60, blank=True)
    last_due_at = models.DateTimeField(null=True, blank=True)
    anchor_date = models.DateField(null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)
    wake_at = models.DateTimeField(null=True, blank=True)
    attend_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["wake_at"], name="handoff_by_wake", condition=models.Q(wake_at__isnull=False)),
            models.Index(fields=["attend_at"], name="handoff_to_attend", condition=models.Q(attend_at__isnull=False)),
            models.Index(fields=["project"], name="handoff_by_project", condition=models.Q(project__isnull=False)),
            models.Index(fields=["status", "due_at", "id"], name="handoff_by_due"),
            models.Index(fields=["status", "-changed_at", "id"], name="handoff_by_change"),
            models.Index(fields=["status", "stage", "due_at", "id"], name="handoff_by_stage"),
            models.Index(fields=["status", "runbook", "stage", "due_at", "id"], name="handoff_by_runbook"),
            models.Index(fields=["status", "customer_sort", "id"], name="handoff_by_customer"),
            models.Index(fields=["status", "progress", "id"], name="handoff_by_progress"),
            models.Index(fields=["status", "last_due_at", "id"], name="handoff_by_last_due"),
            models.Index(fields=["status", "started_at", "id"], name="handoff_by_start"),
            models.Index(fields=["next_person", "status", "due_at"], name="handoff_by_person"),
            models.Index(fields=["runbook_version", "status"], name="handoff_by_version"),
            models.Index(fields=["customer"], name="handoff_running", condition=models.Q(status="running")),
            # Of hundreds that somebody has a role in, which are due first, without reading any of them.
            models.Index(fields=["id", "due_at"], name="handoff_running_due", condition=models.Q(status="running")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["customer", "runbook"],
                condition=models.Q(status="running", project__isnull=True),
                name="one_running_handoff_a_runbook",
            ),
            models.UniqueConstraint(
                fields=["project", "phase"],
                condition=models.Q(project__isnull=False),
                name="one_phase_of_a_name",
            ),
        ]


class Event(models.Model):
    """What happened, in order. Rows are only ever added: (handoff, number) is both the history and the lock."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="events", db_index=False)
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    by_name = models.CharField(max_length=200, blank=True)
    on_behalf_of = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    on_behalf_of_name = models.CharField(max_length=200, blank=True)
    kind = models.CharField(max_length=40)
    data = models.TextField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "number"], name="one_event_a_number")]


class Seat(models.Model):
    """Who holds a role of a handoff now (projection); `is_running` is whether the handoff runs, so that what somebody
    holds is counted without looking at all that they ever held."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="seats", db_index=False)
    role = models.CharField(max_length=60)
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="seats", db_index=False)
    is_running = models.BooleanField(default=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "role"], name="one_person_a_seat")]
        indexes: ClassVar = [
            models.Index(fields=["person", "handoff"], name="seat_by_person"),
            models.Index(
                fields=["person", "handoff", "role"], name="seat_running", condition=models.Q(is_running=True)
            ),
        ]


class Work(models.Model):
    """Something that somebody owes now (projection). Where `person` is empty, `team` is the key of the team of which
    anybody may do it, or whose lead names somebody; where that is empty too, it is for CS Operations to fill. `zone` is
    that of the calendar which `due_at` was counted on, where it is another than the runbook's."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="work", db_index=False)
    sort = models.CharField(max_length=12)
    name = models.CharField(max_length=120, blank=True)
    role = models.CharField(max_length=60)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="work", db_index=False)
    team = models.CharField(max_length=60, blank=True)
    title = models.CharField(max_length=1000)
    why = models.CharField(max_length=1000)
    due_at = models.DateTimeField(null=True)
    zone = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handoff", "sort", "name", "role"], name="one_entry_a_duty")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "due_at", "id"], name="work_by_person"),
            models.Index(fields=["team", "due_at", "id"], name="work_by_team", condition=models.Q(person__isnull=True)),
            models.Index(
                fields=["team", "sort", "due_at", "id"], name="work_vacant", condition=models.Q(person__isnull=True)
            ),
            models.Index(fields=["due_at", "id"], name="work_of_nobody", condition=models.Q(person__isnull=True)),
        ]


class LikeFact(models.Model):
    """A fact of a handoff that other customers are compared with, as its runbook says (projection); of a handoff that
    was cancelled none."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="like_facts", db_index=False)
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="like_facts", db_index=False)
    runbook = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    words = models.CharField(max_length=LONGEST_WORDS)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "name"], name="one_like_fact_of_a_name")]
        indexes: ClassVar = [
            models.Index(fields=["runbook", "name", "words", "customer"], name="like_fact_by_words"),
            models.Index(fields=["customer", "runbook"], name="like_fact_by_customer"),
        ]


class Recount(models.Model):
    """Handoffs whose days and hours are to be counted anew, since a calendar is another now: those of the version, or
    where there is a `person`, those of them in which that person holds a role.

    They are gone through by their ids; `done_to` is the last one that is done. `next_at` is when to go on; while some
    are being worked out, when whoever does it counts as lost. `begun_at` stays where it begins again before it is done.
    """

    version = models.ForeignKey(RunbookVersion, on_delete=models.CASCADE, related_name="+")
    person = models.ForeignKey(Person, null=True, on_delete=models.CASCADE, related_name="+")
    done_to = models.PositiveBigIntegerField(default=0)
    next_at = models.DateTimeField()
    begun_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["version"], name="one_recount_a_version", condition=models.Q(person__isnull=True)
            ),
            models.UniqueConstraint(
                fields=["version", "person"], name="one_recount_a_person", condition=models.Q(person__isnull=False)
            ),
        ]


class SignedDocument(models.Model):
    """A document as it was signed, shared or accepted at event `number`; `sha256` is that of `content`. `name` is the
    runbook's for it, and empty for the handover document."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="signed_documents", db_index=False)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=120)
    act = models.CharField(max_length=20)
    name = models.CharField(max_length=60, blank=True)
    sha256 = models.CharField(max_length=64, db_index=True)
    content = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "number"], name="one_document_an_event")]


class Upload(models.Model):
    """A file attached to a handoff; its bytes lie outside the web root under `key`. `source` is who outside gave it.
    Until an event names it, it `is_loose`: whoever was stopped in between left it behind.

    Where files are looked at for viruses, nobody opens one before it is `CLEAN`; `scan_at` is when to look next."""

    class Scan(models.TextChoices):
        NONE = "", "Not looked at"
        WAITING = "waiting", "Waiting"
        CLEAN = "clean", "Clean"
        INFECTED = "infected", "Infected"

    key = models.CharField(max_length=32, unique=True)
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    source = models.CharField(max_length=600, blank=True)
    is_loose = models.BooleanField(default=False)
    scan = models.CharField(max_length=10, choices=Scan.choices, default=Scan.NONE, blank=True)
    scan_says = models.CharField(max_length=300, blank=True)
    scan_at = models.DateTimeField(null=True, blank=True)
    scan_tries = models.PositiveIntegerField(default=0)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["scan_at"], name="upload_by_scan", condition=models.Q(scan_at__isnull=False)),
            models.Index(fields=["at"], name="upload_loose", condition=models.Q(is_loose=True)),
        ]
