"""A handoff as it was at the end of a day that has passed.

One rule: it is what its events up to then leave behind, read with the version of the runbook that it then followed.
"""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from handrail.desk import ledger, models
from handrail.desk.projection import project
from handrail.desk.queries.opened import Opened
from handrail.desk.runbooks import plan_of
from handrail.handoff.history import Handoff, fold
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.words import day_words


def day_asked(written: str, opened: Opened, now: datetime) -> date | Refused:
    """The day of a text such as `2027-01-12`, or why it cannot be shown."""
    try:
        day = date.fromisoformat(written.strip())
    except ValueError:
        return _mistaken(f"“{written.strip()[:40]}” is not a day. Write it like 2027-01-12.")
    started = first_day(opened)
    if day < started:
        return _mistaken(f"This handoff started on {day_words(started)}: choose that day or a later one.")
    if day > opened.plan.calendar.day_of(latest(opened, now)):
        return _mistaken(f"{day_words(day)} is still to come.")
    return day


def latest(opened: Opened, now: datetime) -> datetime:
    """Now, or the last change where the clock that told of it was ahead."""
    return max(now, opened.row.changed_at)


def first_day(opened: Opened) -> date:
    return opened.plan.calendar.day_of(opened.row.started_at)


def _mistaken(says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="on", says=says),))


def end_of(day: date, plan: Plan) -> datetime:
    """The instant at which the day ends, by the clocks of the runbook's calendar."""
    zone = ZoneInfo(plan.calendar.zone)
    return datetime.combine(day + timedelta(days=1), time.min, tzinfo=zone).astimezone(ZoneInfo("UTC"))


def opened_at(opened: Opened, until: datetime) -> Opened:
    """As it was just before that instant, at which it had begun. Its row is not one of the database."""
    rows = models.Event.objects.filter(handoff=opened.row.pk, at__lt=until).order_by("number")
    state = fold(ledger.event_of(row) for row in rows)
    version = _version_of(opened, state)
    plan = opened.plan if version == opened.row.runbook_version else plan_of(version)
    return Opened(row=_row(opened.row, version, plan, state, until), plan=plan, state=state)


def _version_of(opened: Opened, state: Handoff) -> models.RunbookVersion:
    known = opened.row.runbook_version
    if state.digest == known.digest:
        return known
    rows = models.RunbookVersion.objects.select_related("calendar").filter(name=opened.row.runbook, digest=state.digest)
    return rows.first() or known


def _row(
    now: models.Handoff, version: models.RunbookVersion, plan: Plan, state: Handoff, until: datetime
) -> models.Handoff:
    columns = project(plan, state, until).columns
    person_id = columns.pop("next_person_id")
    row = models.Handoff(
        pk=now.pk,
        customer=now.customer,
        runbook_version=version,
        runbook=now.runbook,
        project_id=now.project_id,
        started_at=now.started_at,
        **columns,
    )
    row.next_person = models.Person.objects.filter(pk=person_id).first() if person_id else None
    return row
