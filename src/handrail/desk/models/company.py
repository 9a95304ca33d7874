"""The company: its people and teams, their calendars, who is away and who left."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone

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
    """The one row whose `revision` is another whenever people, teams, calendars, absences or runbooks have changed, so
    that nobody keeps an old copy; and whoever gives somebody work holds it, so that nobody leaves in between."""

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
