"""How the clockwork does: what is late, who works, what could not be done; and what that means in words.

One rule: it is asked often and by machines, so nothing here reads more than the first rows of an index.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.db import connection
from django.db.models import BooleanField, QuerySet
from django.db.models.expressions import RawSQL

from handrail.desk import clock, models
from handrail.desk.mail import Fate
from handrail.desk.queries.post import MailboxRow, mailboxes, unclaimed_count
from handrail.desk.queries.readiness import Check, unready

ALIVE = timedelta(seconds=60)
LATE_SECONDS = 60
TOO_LATE_SECONDS = 600
SKEWED_SECONDS = 5
LONG_SECONDS = 3600
LOOKED_BACK = timedelta(days=7)
MOST_COUNTED = 1000
_MOST_WORKERS = 50
_MOST_NAMED = 20
_NOT_SENT = "{} IN ('failed', 'unknown')"

State = Literal["well", "warning", "bad"]
Delivery, Notice = models.Delivery, models.Notice


@dataclass(frozen=True, kw_only=True)
class Queue:
    """What waits to be done by now: how many, counted up to a thousand, and for how long the first has waited."""

    number: int
    seconds: float

    @property
    def text(self) -> str:
        """`3, the first 40 seconds late`"""
        return f"{_counted(self.number)}, the first {lasting(self.seconds)} late" if self.number else "None"

    @property
    def since_text(self) -> str:
        """`3, the first for 40 seconds`"""
        return f"{_counted(self.number)}, the first for {lasting(self.seconds)}" if self.number else "None"


@dataclass(frozen=True, kw_only=True)
class Post:
    """Mail of one sort: what waits, and how much of the last days’ failed, or may have."""

    waits: Queue
    failed: int
    unknown: int

    @property
    def failed_text(self) -> str:
        return _counted(self.failed)

    @property
    def unknown_text(self) -> str:
        return _counted(self.unknown)


@dataclass(frozen=True, kw_only=True)
class LongWorks:
    """What waits for a worker to go on with it, how much meets a difficulty and is tried again, and how much of the
    last days’ failed."""

    waits: Queue
    trying: int
    failed: int

    @property
    def failed_text(self) -> str:
        return _counted(self.failed)


@dataclass(frozen=True, kw_only=True)
class WorkerRow:
    host: str
    pid: int
    started_at: datetime
    seen_at: datetime
    is_alive: bool
    woken: int
    sent: int
    skew: float
    is_skewed: bool

    @property
    def skew_text(self) -> str:
        return "None" if abs(self.skew) < 1 else f"{abs(self.skew):,.0f} s {'ahead' if self.skew > 0 else 'behind'}"


@dataclass(frozen=True, kw_only=True)
class FailingRow:
    """A handoff that a living worker could not wake."""

    handoff_id: int
    customer: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What is wrong, and what to do about it."""

    state: State
    says: str
    remedy: str


@dataclass(frozen=True, kw_only=True)
class Pulse:
    """What a machine asks for: by how many seconds the wake loop is late, beside the handoffs that cannot be woken, how
    many workers live, and how many handoffs they cannot wake."""

    lag_seconds: int
    workers: int
    failing: int


@dataclass(frozen=True, kw_only=True)
class Health:
    now: datetime
    waking: Queue
    attending: Queue
    messages: Post
    notices: Post
    recounting: Queue
    long_work: LongWorks
    workers: tuple[WorkerRow, ...]
    failing: tuple[FailingRow, ...]
    failing_number: int
    database: str
    unready: Check | None
    mailboxes: tuple[MailboxRow, ...] = ()
    unclaimed: int = 0

    @property
    def alive(self) -> tuple[WorkerRow, ...]:
        return tuple(one for one in self.workers if one.is_alive)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Worst first."""
        return tuple(sorted(_findings(self), key=lambda one: one.state != "bad"))

    @property
    def state(self) -> State:
        return next((one.state for one in self.findings), "well")

    @property
    def headline(self) -> str:
        return {"well": "All is well", "warning": "Something needs a look", "bad": "Something is wrong"}[self.state]


def pulse() -> Pulse:
    now = clock.now()
    told = list(models.Worker.objects.filter(seen_at__gte=now - ALIVE).values_list("failing", flat=True))
    failing = {int(key) for one in told for key in one}
    first = _due("wake_at", now).exclude(pk__in=failing).values_list("wake_at", flat=True).first()
    lag_seconds = int((now - first).total_seconds()) if first else 0
    return Pulse(lag_seconds=lag_seconds, workers=len(told), failing=len(failing))


def health() -> Health:
    now = clock.now()
    workers = list(models.Worker.objects.order_by("-seen_at")[:_MOST_WORKERS])
    failing = {int(key): says for one in workers if _lives(one, now) for key, says in one.failing.items()}
    return Health(
        now=now,
        waking=_queue(_due("wake_at", now).exclude(pk__in=failing), "wake_at", now),
        attending=_queue(_due("attend_at", now).exclude(pk__in=failing), "attend_at", now),
        messages=_post(Delivery.objects.all(), ("state", "next_at", "changed_at"), now),
        notices=_post(Notice.objects.all(), ("mail", "mail_at", "at"), now),
        recounting=_recounting(now),
        long_work=_long_work(now),
        workers=tuple(_worker(one, now) for one in workers),
        failing=_named(failing),
        failing_number=len(failing),
        database=_database(),
        unready=unready(),
        mailboxes=mailboxes(),
        unclaimed=unclaimed_count(),
    )


def _due(column: str, now: datetime) -> QuerySet[models.Handoff]:
    return models.Handoff.objects.filter(**{f"{column}__lte": now}).order_by(column)


_Rows = QuerySet[models.Handoff] | QuerySet[models.Delivery] | QuerySet[models.Notice] | QuerySet[models.LongWork]


def _queue(rows: _Rows, column: str, now: datetime) -> Queue:
    first = rows.order_by(column).values_list(column, flat=True).first()
    if first is None:
        return Queue(number=0, seconds=0)
    return Queue(number=rows.order_by(column)[: MOST_COUNTED + 1].count(), seconds=(now - first).total_seconds())


def _post(rows: _Rows, columns: tuple[str, str, str], now: datetime) -> Post:
    """The columns say what became of it, when it is due, and when it was."""
    state, due_at, at = columns
    waits = _queue(rows.filter(**{state: Fate.QUEUED, f"{due_at}__lte": now}), due_at, now)
    failed, unknown = (not_sent(rows, state, one, at, now).count() for one in (Fate.FAILED, Fate.UNKNOWN))
    return Post(waits=waits, failed=failed, unknown=unknown)


def not_sent(rows: _Rows, state: str, wanted: Fate, at: str, now: datetime) -> _Rows:
    """Of the last days: what is older has been seen, or nobody misses it. The condition of the index stands there word
    for word: SQLite knows it again in no other way."""
    lately = rows.filter(RawSQL(_NOT_SENT.format(state), (), BooleanField()), **{f"{at}__gte": now - LOOKED_BACK})
    return lately.filter(**{state: wanted}).order_by(f"-{at}")[: MOST_COUNTED + 1]


def _recounting(now: datetime) -> Queue:
    """In the order of their ids, which is that in which they were begun."""
    rows = models.Recount.objects.order_by("pk")
    first = rows.values_list("begun_at", flat=True).first()
    number = rows[: MOST_COUNTED + 1].count() if first else 0
    return Queue(number=number, seconds=max(0.0, (now - first).total_seconds()) if first else 0)


def _long_work(now: datetime) -> LongWorks:
    works = models.LongWork.objects
    lately = works.filter(at__gte=now - LOOKED_BACK, state=models.LongWork.State.FAILED)
    return LongWorks(
        waits=_queue(works.filter(next_at__lte=now), "next_at", now),
        trying=works.filter(next_at__isnull=False, tries__gt=0)[: MOST_COUNTED + 1].count(),
        failed=lately[: MOST_COUNTED + 1].count(),
    )


def any_worker_lives(now: datetime) -> bool:
    return models.Worker.objects.filter(seen_at__gte=now - ALIVE).exists()


def _lives(row: models.Worker, now: datetime) -> bool:
    return row.seen_at >= now - ALIVE


def _worker(row: models.Worker, now: datetime) -> WorkerRow:
    return WorkerRow(
        host=row.host,
        pid=row.pid,
        started_at=row.started_at,
        seen_at=row.seen_at,
        is_alive=_lives(row, now),
        woken=row.woken,
        sent=row.sent,
        skew=row.clock_skew,
        is_skewed=abs(row.clock_skew) > SKEWED_SECONDS,
    )


def _named(failing: dict[int, str]) -> tuple[FailingRow, ...]:
    rows = models.Handoff.objects.filter(pk__in=list(failing)[:_MOST_NAMED]).order_by("pk")
    found = rows.values_list("pk", "customer__name")
    return tuple(FailingRow(handoff_id=key, customer=name, says=failing[key]) for key, name in found)


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {str(cursor.fetchone()[0]).split(' ')[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"


def _counted(number: int) -> str:
    return f"more than {MOST_COUNTED:,}" if number > MOST_COUNTED else f"{number:,}"


# --- what it means ---------------------------------------------------------------------------------------------------


def _findings(seen: Health) -> Iterator[Finding]:
    if seen.unready == "migrations":
        says = "The database has not every migration of this version."
        yield Finding(state="bad", says=says, remedy="Restart “handrail serve”: it migrates the database first.")
    yield from _of_workers(seen)
    yield from _of_lateness(seen)
    yield from _of_failures(seen)
    yield from _of_long_work(seen)
    yield from _of_mailboxes(seen)
    yield from _of_clocks(seen)


def _of_workers(seen: Health) -> Iterator[Finding]:
    if not seen.alive:
        says = "No worker is running. Nothing falls due, no reminder and no message goes out until one does."
        yield Finding(state="bad", says=says, remedy="Start one: “handrail work”. It catches up with all that was due.")


def _of_lateness(seen: Health) -> Iterator[Finding]:
    late = max(seen.waking.seconds, seen.attending.seconds)
    if late > LATE_SECONDS and seen.alive:
        says = f"The workers are {lasting(late)} behind."
        remedy = "They catch up, oldest first. Where that takes too long, start another “handrail work”."
        yield Finding(state="bad" if late > TOO_LATE_SECONDS else "warning", says=says, remedy=remedy)
    for what, waits in (("message", seen.messages.waits), ("notice", seen.notices.waits)):
        if waits.seconds > TOO_LATE_SECONDS and seen.alive:
            says = f"A {what} has waited for {lasting(waits.seconds)} to be sent."
            yield Finding(state="warning", says=says, remedy="See what the worker’s log says about the mail server.")
    if seen.recounting.seconds > LONG_SECONDS and seen.alive:
        says = f"Since a calendar changed, handoffs have been counted anew for {lasting(seen.recounting.seconds)}."
        remedy = "The workers do it beside all that is due. Where that takes too long, start another “handrail work”."
        yield Finding(state="warning", says=says, remedy=remedy)


def _of_long_work(seen: Health) -> Iterator[Finding]:
    works = seen.long_work
    if works.waits.seconds > LATE_SECONDS and seen.alive:
        says = f"Long work has waited for {lasting(works.waits.seconds)} to be gone on with."
        remedy = "The workers do it beside all that is due. Where that takes too long, start another “handrail work”."
        yield Finding(state="warning", says=says, remedy=remedy)
    if works.trying:
        says = "1 long work is stuck" if works.trying == 1 else f"{_counted(works.trying)} long works are stuck"
        remedy = "It is tried again, less and less often, and then given up. Why stands in the worker’s log."
        yield Finding(state="warning", says=f"{says}: a bit of it fails.", remedy=remedy)
    if works.failed:
        says = f"Of the last 7 days’ long work {works.failed_text} failed."
        yield Finding(state="warning", says=says, remedy="“Long work” shows which, and how far it had come.")


_BY_HAND = "Their steps show to whom; send those again by hand."
_IN_THE_PAGE = (
    "They stand in the page for those who were to get them. See what the worker’s log says of the mail server."
)


def _of_failures(seen: Health) -> Iterator[Finding]:
    number = seen.failing_number
    if number:
        says = "1 handoff cannot be woken." if number == 1 else f"{number} handoffs cannot be woken."
        remedy = "It is tried again, less and less often. Why stands below, and at length in the worker’s log."
        yield Finding(state="bad", says=says, remedy=remedy)
    for what, post, remedy in (("messages", seen.messages, _BY_HAND), ("notices", seen.notices, _IN_THE_PAGE)):
        if post.failed or post.unknown:
            unknown = f"{post.unknown_text} may or may not have gone out"
            says = f"Of the last 7 days’ {what} {post.failed_text} failed, and {unknown}."
            yield Finding(state="warning", says=says, remedy=remedy)


def _of_mailboxes(seen: Health) -> Iterator[Finding]:
    for one in seen.mailboxes:
        if one.error:
            remedy = f"It is tried again, less and less often. Nothing is lost: mail waits in {one.key}."
            yield Finding(state="warning", says=f"The mailbox cannot be read: {one.error}", remedy=remedy)


def _of_clocks(seen: Health) -> Iterator[Finding]:
    for host, skew in {one.host: one.skew for one in seen.alive if one.is_skewed}.items():
        side = "ahead of" if skew > 0 else "behind"
        says = f"The clock of {host} is {abs(skew):,.0f} seconds {side} the database’s."
        remedy = "Workers go by the database’s clock, so nothing is early. Let that machine keep its time by NTP."
        yield Finding(state="warning", says=says, remedy=remedy)


def lasting(seconds: float) -> str:
    """`12 seconds`, `3 minutes`, `5 hours`, `2 days`: the largest of them that it lasts for twice."""
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 2 * length:
            return f"{seconds / length:.0f} {unit}s"
    return "1 second" if round(seconds) == 1 else f"{seconds:.0f} seconds"
