"""One process that wakes handoffs and sends messages: its turns, and the row in which it tells of itself.

One rule: what it tells is for people to see. No work depends on it: a worker that is thought dead may go on.
"""

import logging
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils import timezone

from handrail.desk import calendar_answers, clock, jobs, models, upkeep, uploads
from handrail.desk.calendar_accounts import sync_due
from handrail.desk.failing import Failing
from handrail.desk.invitations import invite_due
from handrail.desk.link_checks import check_due
from handrail.desk.long_work.transfers_due import begin_due
from handrail.desk.long_work.working import work_due
from handrail.desk.notice_mail import mail_due
from handrail.desk.orders import reminder_mail, telling
from handrail.desk.orders.following import follow_due
from handrail.desk.orders.reminding import remind_due
from handrail.desk.outbox import deliver_due
from handrail.desk.post.imap import poll_due
from handrail.desk.post.subscriptions import tell_due
from handrail.desk.scanning import scan_due
from handrail.desk.transfers.accompanying import accompany_due
from handrail.desk.transfers.classifying import classify_due

log = logging.getLogger(__name__)

TELLS_EVERY = timedelta(seconds=10)
FORGOTTEN_AFTER = timedelta(days=1)
MOST_SKEW_SECONDS = 5.0


@dataclass(kw_only=True)
class Worker:
    """`machine` is the clock of the machine that it runs on."""

    host: str
    pid: int
    machine: clock.Clock = timezone.now
    failing: Failing = field(default_factory=Failing)
    woken: int = 0
    sent: int = 0
    _started_at: datetime | None = None
    _told_at: datetime | None = None
    _clock_told: bool = False
    _tidied_on: date | None = None

    def __post_init__(self) -> None:
        calendar_answers.listen()

    def turn(self) -> bool:
        """Do what is due, a batch of each sort; whether there was anything to do."""
        self._tell_now_and_then()
        woken = jobs.run_due(clock.now, self.failing) + jobs.attend_due(clock.now, self.failing)
        sent = deliver_due(clock.now) + mail_due(clock.now) + invite_due(clock.now)
        sent += reminder_mail.send_due(clock.now)
        received = poll_due(clock.now) + tell_due(clock.now())
        recounted = upkeep.recount_due(clock.now())
        worked = begin_due(clock.now()) + work_due(clock.now)
        worked += remind_due(clock.now) + telling.tell_due(clock.now)
        worked += classify_due(clock.now()) + accompany_due(clock.now)
        followed = follow_due(clock.now)
        synced = sync_due(clock.now)
        looked = check_due(clock.now) + scan_due(clock.now)
        self._tidy_once_a_day()
        self.woken += woken
        self.sent += sent
        return bool(woken or sent or received or recounted or worked or followed or synced or looked)

    def _tidy_once_a_day(self) -> None:
        today = clock.now().date()
        if self._tidied_on != today:
            upkeep.remove_old_notices(clock.now())
            uploads.sweep(clock.now())
            self._tidied_on = today

    def leave(self) -> None:
        """It ends in order: nobody has to wonder where it is."""
        models.Worker.objects.filter(key=self._key).delete()

    @property
    def _key(self) -> str:
        since = int(self._started_at.timestamp() * 1000) if self._started_at else 0
        return f"{self.host[:60]}:{self.pid}:{since}"

    def _tell_now_and_then(self) -> None:
        now = clock.now()
        self._started_at = self._started_at or now
        # A clock that was set back must not keep it silent until it has come back to where it was.
        if self._told_at is None or abs(now - self._told_at) >= TELLS_EVERY:
            self._tell(now, self._started_at)
            self._told_at = now

    def _tell(self, now: datetime, started_at: datetime) -> None:
        skew = clock.skew_seconds(self.machine)
        self._warn_of_skew(skew)
        row = models.Worker(
            key=self._key,
            host=self.host,
            pid=self.pid,
            started_at=started_at,
            seen_at=now,
            woken=self.woken,
            sent=self.sent,
            clock_skew=round(skew, 1),
            failing=self.failing.told(),
        )
        models.Worker.objects.bulk_create(
            [row],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=["seen_at", "woken", "sent", "clock_skew", "failing"],
        )
        models.Worker.objects.filter(seen_at__lt=now - FORGOTTEN_AFTER).delete()

    def _warn_of_skew(self, skew: float) -> None:
        if abs(skew) > MOST_SKEW_SECONDS and not self._clock_told:
            self._clock_told = True
            log.warning(
                "This machine's clock is %.0f seconds %s the database's. The worker goes by the database's.",
                abs(skew),
                "ahead of" if skew > 0 else "behind",
            )
