"""Transfers: accounts that change hands together, what hangs on each, and who shares an account for a while."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from handrail.desk.models.company import Person, Team
from handrail.desk.models.customers import Customer
from handrail.desk.models.handoffs import Handoff, RunbookVersion
from handrail.desk.models.long_work import LongWork


class Transfer(models.Model):
    """Accounts that get other owners, as one undertaking.

    `giver` is whose book it is, empty where the accounts come from several people. `runbook_version` has the decision
    that classifies each account, and is what the accounts' handoffs follow. `returns_on` is the first day on which
    everything is back with whom it came from; empty where it is for good. `policy` is how owners are proposed (see
    `handrail.book.policy`), `scope` how the accounts were chosen, in words and as asked. `shadow_days` are the days
    after the flip on which whoever gives stays at hand. `moves_by` is who said that it moves by itself on its effective
    date, `cancel_reason` why it was cancelled. `revision` rises with every change of its lines.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "Being prepared"
        ASKED = "asked", "With the receivers"
        MOVING = "moving", "Moving"
        MOVED = "moved", "Moved"
        CANCELLED = "cancelled", "Cancelled"

    class Reason(models.TextChoices):
        LEAVE = "leave", "Leave"
        WORKLOAD = "workload balancing", "Workload balancing"
        POSITION = "position change", "Position change"
        JOB = "job change", "Job change"

    title = models.CharField(max_length=200)
    reason = models.CharField(max_length=20, choices=Reason.choices)
    note = models.TextField(max_length=2000, blank=True)
    giver = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers_given", db_index=False
    )
    runbook_version = models.ForeignKey(
        RunbookVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="transfers"
    )
    effective_date = models.DateField()
    returns_on = models.DateField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    scope = models.JSONField(default=dict, blank=True)
    policy = models.JSONField(default=dict, blank=True)
    recently_closed_days = models.PositiveSmallIntegerField(default=90)
    shadow_days = models.PositiveSmallIntegerField(default=0)
    moves_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    revision = models.PositiveIntegerField(default=0)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="transfers", db_index=False)
    by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)
    changed_at = models.DateTimeField(default=timezone.now)
    moved_at = models.DateTimeField(null=True, blank=True)
    returned_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["state", "-changed_at", "-id"], name="transfer_by_state"),
            models.Index(fields=["giver", "-changed_at", "-id"], name="transfer_by_giver"),
            models.Index(fields=["-changed_at", "-id"], name="transfer_by_change"),
            models.Index(
                fields=["effective_date"], name="transfer_by_effective", condition=Q(state__in=["asked", "moving"])
            ),
            models.Index(
                fields=["returns_on"],
                name="transfer_by_return",
                condition=Q(returns_on__isnull=False, returned_at__isnull=True, state="moved"),
            ),
        ]

    def __str__(self) -> str:
        return self.title


# Lines whose handoff has not been told yet where they stand: it is begun, or given what is new. Where nobody has been
# asked there is none.
OUT_OF_STEP = Q(customer__isnull=False, is_owned=True) & (
    ~Q(told_state=F("state")) | Q(handoff__isnull=False, receiver__isnull=False) & ~Q(told_receiver=F("receiver"))
)


class TransferLine(models.Model):
    """One account of a transfer, or, where `customer` is empty, what its giver holds on no account.

    What moves is what `giver` holds: the account where it is theirs (`is_owned`), and what of it is in their name.
    The account goes to `receiver`, or to everybody of `pool` without one of them owning it. `way` and `rule` are
    what the runbook's decision says of it, since `classified_at`, which is empty where it is still to be asked;
    `measures` are its weights (see `handrail.book.account`); `why` says why this person, `next_best` who would be
    next and what that would cost. `sheet` is its row of the team lead's spreadsheet. `is_pinned` was chosen by hand
    and stays. `told_state` and `told_receiver` are what its handoff was told last of its state and its receiver.
    """

    class State(models.TextChoices):
        PROPOSED = "proposed", "Proposed"
        ASKED = "asked", "Asked"
        ACCEPTED = "accepted", "Accepted"
        REFUSED = "refused", "Refused"
        MOVED = "moved", "Moved"
        FAILED = "failed", "Could not be moved"
        UNDONE = "undone", "Taken back"
        RETURNED = "returned", "Returned"
        DROPPED = "dropped", "Left out"

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="lines", db_index=False)
    customer = models.ForeignKey(
        Customer, null=True, blank=True, on_delete=models.PROTECT, related_name="transfer_lines", db_index=False
    )
    giver = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_owned = models.BooleanField(default=True)
    receiver = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="transfer_lines", db_index=False
    )
    pool = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    is_pinned = models.BooleanField(default=False)
    way = models.CharField(max_length=60, blank=True)
    rule = models.CharField(max_length=1000, blank=True)
    classified_at = models.DateTimeField(null=True, blank=True)
    measures = models.JSONField(default=dict, blank=True)
    why = models.CharField(max_length=1000, blank=True)
    next_best = models.CharField(max_length=1000, blank=True)
    sheet = models.JSONField(default=dict, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.PROPOSED)
    answer = models.CharField(max_length=200, blank=True)
    answer_note = models.TextField(max_length=2000, blank=True)
    answered_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    answered_at = models.DateTimeField(null=True, blank=True)
    handoff = models.ForeignKey(
        Handoff, null=True, blank=True, on_delete=models.PROTECT, related_name="transfer_lines", db_index=False
    )
    items_moved = models.PositiveIntegerField(default=0)
    says = models.CharField(max_length=1000, blank=True)
    moved_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    told_state = models.CharField(max_length=10, default=State.PROPOSED)
    told_receiver = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["transfer", "customer", "giver"],
                name="one_line_an_account_and_giver",
                condition=Q(customer__isnull=False, giver__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["transfer", "customer"],
                name="one_line_an_account_of_nobody",
                condition=Q(customer__isnull=False, giver__isnull=True),
            ),
            models.UniqueConstraint(
                fields=["transfer", "giver"], name="one_line_without_account", condition=Q(customer__isnull=True)
            ),
            models.CheckConstraint(name="line_goes_to_one", condition=Q(receiver__isnull=True) | Q(pool__isnull=True)),
        ]
        indexes: ClassVar = [
            models.Index(fields=["transfer", "id"], name="line_by_transfer"),
            models.Index(fields=["transfer", "state", "id"], name="line_by_state"),
            models.Index(fields=["giver", "transfer"], name="line_by_giver"),
            models.Index(fields=["receiver", "state", "transfer", "id"], name="line_by_receiver"),
            models.Index(fields=["customer", "-id"], name="line_by_customer"),
            models.Index(fields=["handoff"], name="line_by_handoff", condition=Q(handoff__isnull=False)),
            models.Index(fields=["id"], name="line_out_of_step", condition=OUT_OF_STEP),
            models.Index(fields=["transfer", "id"], name="line_unclassified", condition=Q(classified_at__isnull=True)),
        ]


class MovedItem(models.Model):
    """What the flip of a line did to one thing that hangs on the account: `sort` says what it is, `ref` which one (see
    `handrail.book.manifest`). It went from `was` to `now`; empty is nobody. Rows are written in the transaction of what
    they tell. `undone` is what became of it when the line was taken back, in words where it stayed."""

    line = models.ForeignKey(TransferLine, on_delete=models.CASCADE, related_name="items", db_index=False)
    sort = models.CharField(max_length=20)
    ref = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    was = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    now = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    happened = models.CharField(max_length=20)
    data = models.JSONField(default=dict, blank=True)
    undone = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["line", "sort", "ref"], name="one_item_a_line")]


class Scenario(models.Model):
    """A proposal of new owners that is kept to be compared: under which `policy`, who would get which line, and what
    the books would be. `owners` is the receiver's id by line's id; `books` and `quality` are what `handrail.book` says.
    """

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="scenarios", db_index=False)
    name = models.CharField(max_length=80)
    policy = models.JSONField(default=dict)
    owners = models.JSONField(default=dict)
    whys = models.JSONField(default=dict)
    books = models.JSONField(default=list)
    quality = models.JSONField(default=dict)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)
    chosen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["transfer", "name"], name="one_scenario_of_a_name")]


class TransferSheet(models.Model):
    """A team lead's spreadsheet of accounts to transfer, kept as it came, with what was said of each row."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="sheets", db_index=False)
    file_name = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    report = models.JSONField(default=dict)
    by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["transfer", "-at"], name="sheet_by_transfer")]


class Share(models.Model):
    """Who looks after an account beside its owner for a while: whoever gave it away, as a shadow, or a team that has it
    in a pool. `until` is the first day on which they no longer do, empty where it is for good; `ended_at` is when that
    was seen to."""

    class Sort(models.TextChoices):
        SHADOW = "shadow", "At hand"
        POOL = "pool", "Pool"

    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="shares", db_index=False)
    sort = models.CharField(max_length=10, choices=Sort.choices)
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="shares", db_index=False
    )
    team = models.ForeignKey(Team, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    line = models.ForeignKey(TransferLine, null=True, on_delete=models.SET_NULL, related_name="shares", db_index=False)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="share_is_somebodys",
                condition=Q(person__isnull=False, team__isnull=True) | Q(person__isnull=True, team__isnull=False),
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["customer", "until"], name="share_by_customer"),
            models.Index(fields=["person", "until"], name="share_by_person", condition=Q(person__isnull=False)),
            models.Index(fields=["line"], name="share_by_line", condition=Q(line__isnull=False)),
            models.Index(
                fields=["until"], name="share_by_end", condition=Q(until__isnull=False, ended_at__isnull=True)
            ),
        ]


class TransferWork(models.Model):
    """Which long work flips a transfer, takes it back or returns it."""

    transfer = models.ForeignKey(Transfer, on_delete=models.CASCADE, related_name="work", db_index=False)
    work = models.OneToOneField(LongWork, on_delete=models.CASCADE, related_name="transfer_work")
    does = models.CharField(max_length=12)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["transfer", "-id"], name="transfer_work_by_transfer")]
