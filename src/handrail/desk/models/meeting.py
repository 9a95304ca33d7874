"""Meetings as calendars see them: the rows of those that handoffs have, invitations on their way, feeds, and calendars
of people elsewhere."""

from hashlib import sha256
from typing import ClassVar

from django.db import models
from django.db.models import Q

from handrail.desk.models.company import Person
from handrail.desk.models.handoffs import Handoff
from handrail.desk.models.telling import Delivery


class Meeting(models.Model):
    """A planned or held meeting of a handoff, a projection of its events. With `session` it is an occurrence of that
    session of the runbook; `seats` is how many come from outside. `title` is that of its step."""

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="meetings", db_index=False)
    step = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=300)
    where = models.CharField(max_length=500, blank=True)
    state = models.CharField(max_length=10)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    runbook = models.CharField(max_length=60)
    session = models.CharField(max_length=60, blank=True)
    seats = models.PositiveIntegerField(default=0)
    sequence = models.PositiveIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["handoff", "step", "key"], name="one_meeting_a_key")]
        indexes: ClassVar = [
            models.Index(
                fields=["runbook", "session", "starts_at"], name="meeting_by_session", condition=~Q(session="")
            ),
        ]


class MeetingPerson(models.Model):
    """A colleague who is to come to a planned meeting, with its times beside, so that one index answers what anybody
    has to come to."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="people")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="+", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["meeting", "person"], name="one_place_a_person_in_a_meeting")
        ]
        indexes: ClassVar = [models.Index(fields=["person", "ends_at"], name="meeting_by_person")]


class Occurrence(models.Model):
    """One time at which a session is held, where somebody has taken a seat, called it off or moved it; its row is what
    seats are taken under. `starts_at` is by the runbook; `moved_to` where it is held instead."""

    runbook = models.CharField(max_length=60)
    session = models.CharField(max_length=60)
    starts_at = models.DateTimeField()
    called_off = models.CharField(max_length=1000, blank=True)
    moved_to = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["runbook", "session", "starts_at"], name="one_occurrence_a_time")
        ]


class Invitation(models.Model):
    """What event `number` tells the calendar of one person, on its way as a delivery is: a colleague, or somebody
    outside with `name` and `address`. `calendar` is the iCalendar object, whose method is `method`."""

    State = Delivery.State

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="invitations", db_index=False)
    number = models.PositiveIntegerField()
    step = models.CharField(max_length=120)
    key = models.CharField(max_length=64)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(max_length=300, blank=True)
    address = models.CharField(max_length=254)
    method = models.CharField(max_length=10)
    reply_to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=1000)
    body = models.TextField()
    calendar = models.TextField()
    state = models.CharField(max_length=10, choices=Delivery.State.choices, default=Delivery.State.QUEUED)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    next_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["handoff", "number", "key", "address"], name="one_invitation_an_address")
        ]
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="invitation_by_next", condition=Q(next_at__isnull=False)),
            models.Index(
                fields=["-changed_at"], name="invitation_not_sent", condition=Q(state__in=["failed", "unknown"])
            ),
        ]

    @property
    def mark(self) -> str:
        """What its Message-ID is made of, the same for every try."""
        whom = sha256(f"{self.key} {self.address}".encode()).hexdigest()[:20]
        return f"{self.handoff_id}.{self.number}.i{whom}"


class CalendarFeed(models.Model):
    """A private address under which a calendar program reads the meetings of a person, or with `of_team` those of the
    people of their team; only the SHA-256 of its token is kept."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="feeds", db_index=False)
    of_team = models.BooleanField(default=False)
    digest = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["person", "of_team"], name="one_feed_of_a_kind_a_person")
        ]


class CalendarAccount(models.Model):
    """A collection on a CalDAV server that is a person's calendar: their busy times are read from it, and their
    meetings written to it. `password` is encrypted with the secret key. `next_at` is when it is to be looked at next,
    and while it is, when whoever does counts as lost."""

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="calendar_account")
    url = models.CharField(max_length=1000)
    user = models.CharField(max_length=254)
    password = models.CharField(max_length=1000)
    writes = models.BooleanField(default=True)
    tries = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)
    synced_at = models.DateTimeField(null=True)
    next_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["next_at"], name="account_by_next", condition=Q(next_at__isnull=False)),
        ]


class BusyTime(models.Model):
    """A time at which a person's own calendar has something, as it was when last read; what it is stays there."""

    account = models.ForeignKey(CalendarAccount, on_delete=models.CASCADE, related_name="busy", db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "ends_at"], name="busy_by_account")]


class WrittenMeeting(models.Model):
    """A meeting as it was last written to a person's calendar, by its UID there and a digest of what was written."""

    account = models.ForeignKey(CalendarAccount, on_delete=models.CASCADE, related_name="written", db_index=False)
    uid = models.CharField(max_length=400)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["account", "uid"], name="one_writing_a_meeting")]
