"""The rows of the desk: people, customers, runbook versions, handoffs and their events. Constraints, no behaviour.

One rule: `Event` rows are the truth of a handoff. `Handoff`, `Seat`, `Work` and `LikeFact` rows are projections of
them, written in the same transaction and made anew by `handrail rebuild`; everything else here is an ordinary row.
"""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

from handrail.desk.likeness import LONGEST_WORDS, words
from handrail.desk.watched import RowsByRow, Watched


class Calendar(Watched):
    """A working calendar of the company. `revision` rises with every change, so that nobody keeps an old copy.

    `weekdays`, from Monday as 0, are worked from `opens` to `closes`; `periods` has the weekdays that are not, such as
    `{"4": [["09:00", "12:30"], ["13:30", "15:00"]]}`.
    """

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    zone = models.CharField(max_length=60)
    weekdays = models.JSONField(default=list)
    opens = models.TimeField()
    closes = models.TimeField()
    periods = models.JSONField(default=dict)
    country = models.CharField(max_length=2, blank=True)
    region = models.CharField(max_length=10, blank=True)
    revision = models.PositiveIntegerField(default=1)

    def __str__(self) -> str:
        return self.name


class ClosingDay(Watched):
    """A day on which the company itself is closed, beside the public holidays of the calendar's country."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="closing_days")
    day = models.DateField()
    name = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["calendar", "day"], name="one_closing_day")]


class Company(models.Model):
    """The one row whose `revision` is another whenever people, teams or calendars have changed, so that nobody keeps an
    old copy; and whoever gives somebody work holds it, so that nobody leaves in between."""

    revision = models.BigIntegerField(default=0)


class Team(Watched):
    """`calendar` is what its people work on who have none of their own."""

    key = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=200)
    lead = models.ForeignKey("Person", null=True, blank=True, on_delete=models.SET_NULL, related_name="teams_led")
    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.PROTECT, related_name="teams")

    def __str__(self) -> str:
        return self.name


class People(RowsByRow["Person"], BaseUserManager["Person"]):
    """How people are made; `create_user` and `create_superuser` are the names that Django looks for."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        person = self.model(email=self.normalize_email(email).lower(), **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "Person":
        return self.create_user(email, password, is_operations=True, is_administrator=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").lower())


class Person(Watched, AbstractBaseUser):
    """Somebody who works here. `is_operations` (CS Operations) runs imports, starts and staffs handoffs;
    `is_administrator` also looks after people and settings.

    `capacity` is how many roles in running handoffs they can hold, without a limit where it is empty; `languages` are
    codes such as `en`. `mail` says when they are told by e-mail, `muted` of what never (breaches are never muted).
    """

    class Mail(models.TextChoices):
        AT_ONCE = "at once", "At once"
        DAILY = "daily", "Once a day"
        OFF = "off", "Only what cannot be muted"

    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, blank=True)
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.SET_NULL, related_name="people")
    manager = models.ForeignKey("self", null=True, blank=True, on_delete=models.SET_NULL, related_name="reports")
    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.PROTECT, related_name="people")
    skills = models.JSONField(default=list, blank=True)
    languages = models.JSONField(default=list, blank=True)
    region = models.CharField(max_length=60, blank=True)
    capacity = models.PositiveSmallIntegerField(null=True, blank=True)
    mail = models.CharField(max_length=10, choices=Mail.choices, default=Mail.AT_ONCE)
    muted = models.JSONField(default=list, blank=True)
    is_operations = models.BooleanField(default=False)
    is_administrator = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(default=timezone.now)
    left_at = models.DateTimeField(null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    objects: ClassVar[People] = People()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["is_active", "name"], name="person_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]


class Absence(Watched):
    """Days on which a person is away, both included; the delegate acts for them meanwhile. `ended_at` is when it was
    called off or cut short: from then on it counts no more."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="absences", db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()
    delegate = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="delegations", db_index=False
    )
    note = models.CharField(max_length=200, blank=True)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=models.Q(last_day__gte=models.F("first_day")), name="absence_has_days")
        ]
        indexes: ClassVar = [
            models.Index(fields=["person", "last_day"], name="absence_by_person"),
            models.Index(fields=["delegate", "last_day"], name="absence_by_delegate"),
            models.Index(fields=["last_day"], name="absence_by_last_day", condition=models.Q(ended_at__isnull=True)),
        ]


class Departure(Watched):
    """Somebody left, and what they held was moved: `moves` says each thing with who had it and who got it, so that it
    can be undone. `policy` is how the people were chosen."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="departures")
    policy = models.JSONField(default=dict)
    moves = models.JSONField(default=list)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    undone_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(undone_at__isnull=True), name="one_departure_a_person"
            )
        ]


class Customer(models.Model):
    """An account. `key` is its id in the system it came from (the CRM account id)."""

    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=300)
    owner = models.ForeignKey(Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="customers")
    created_at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["name", "id"], name="customer_by_name")]

    def __str__(self) -> str:
        return self.name


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
    """One file of customers that somebody handed in: kept as it was, with what came of each row."""

    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    runbook = models.CharField(max_length=60)
    columns = models.JSONField(default=dict)
    state = models.CharField(max_length=20, default="preview")
    report = models.JSONField(default=dict)
    by = models.ForeignKey(Person, null=True, on_delete=models.SET_NULL, related_name="imports")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-at"], name="import_by_time")]


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
    """

    class Status(models.TextChoices):
        RUNNING = "running", "Running"
        OVER = "over", "Over"
        CANCELLED = "cancelled", "Cancelled"

    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, related_name="handoffs")
    runbook_version = models.ForeignKey(RunbookVersion, on_delete=models.PROTECT, related_name="handoffs")
    runbook = models.CharField(max_length=60)
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
    next_title = models.CharField(max_length=300, blank=True)
    next_person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    due_at = models.DateTimeField(null=True, blank=True)
    due_zone = models.CharField(max_length=60, blank=True)
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
            models.Index(fields=["next_person", "status", "due_at"], name="handoff_by_person"),
            models.Index(fields=["runbook_version", "status"], name="handoff_by_version"),
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
            models.Index(fields=["person"], name="seat_running", condition=models.Q(is_running=True)),
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
    """The handover document as it was signed or accepted at event `number`; `sha256` is that of `content`."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="signed_documents", db_index=False)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=120)
    act = models.CharField(max_length=20)
    sha256 = models.CharField(max_length=64)
    content = models.TextField()
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "number"], name="one_document_an_event")]


class Delivery(models.Model):
    """A message of event `number` on its way to one person. `next_at` is when it is to be tried next; while it is being
    sent, when its sender counts as lost. What became of an `UNKNOWN` one nobody can tell: it may have arrived."""

    class State(models.TextChoices):
        QUEUED = "queued", "Queued"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"
        UNKNOWN = "unknown", "Not known"

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="deliveries", db_index=False)
    number = models.PositiveIntegerField()
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+", db_index=False)
    step = models.CharField(max_length=120)
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handoff", "number", "person"], name="one_delivery_a_person")
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="delivery_by_next", condition=models.Q(next_at__isnull=False)),
            models.Index(
                fields=["-changed_at"], name="delivery_not_sent", condition=models.Q(state__in=["failed", "unknown"])
            ),
        ]


class Upload(models.Model):
    """A file attached to a handoff; its bytes lie outside the web root under `key`."""

    key = models.CharField(max_length=32, unique=True)
    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="uploads")
    name = models.CharField(max_length=255)
    media_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)


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
    """A private address under which a customer sees their part of a handoff. Only the SHA-256 of its token is kept."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="customer_links")
    digest = models.CharField(max_length=64, unique=True)
    label = models.CharField(max_length=200)
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ends_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)


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
