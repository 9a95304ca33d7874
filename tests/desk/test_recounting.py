"""A calendar that is another: what counts on it is worked out anew by the worker, and nothing wakes early or late."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from handrail.desk import company, jobs, ledger, models, recounting, upkeep
from handrail.desk.rebuild import rebuild
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from tests.desk.company import Company, done

pytestmark = pytest.mark.django_db

RUNBOOK = """\
runbook: offices
title: Two offices
version: "1"
calendar: new-york
roles:
  pm: {title: Project Manager}
  finance: {title: Finance, team: finance, calendar: team}
  csm: {title: Success Manager, calendar: holder}
  desk: {title: Desk, calendar: night}
stages: [all]
steps:
  clear:
    {stage: all, kind: task, due: 1 working day after start, warn: 4 working hours after opened, raci: {finance: RA}}
  greet: {stage: all, kind: task, due: 5 working days after start, raci: {csm: RA}}
  watch: {stage: all, kind: task, due: 6 working days after start, raci: {desk: RA}}
  accept: {stage: all, kind: acceptance, needs: [clear, greet], raci: {pm: RA}}
ends:
  over: {when: {accept: done}}
"""
BEGIN = datetime(2027, 1, 5, 14, tzinfo=UTC)  # a Tuesday, 3 pm in Berlin


class Offices:
    """Finance works in Berlin; Carla, who is the CSM, on no calendar that is known."""

    def __init__(self) -> None:
        self.company = Company()
        self.new_york, self.berlin, self.night = (
            models.Calendar.objects.create(key=key, name=key, zone=zone, opens="09:00", closes="17:00")
            for key, zone in (("new-york", "America/New_York"), ("berlin", "Europe/Berlin"), ("night", "Asia/Tokyo"))
        )
        version = publish(RUNBOOK, "offices.yaml")
        assert isinstance(version, models.RunbookVersion), version
        self.version = version
        self.finance = models.Team.objects.get(key="finance")
        self.finance.calendar = self.berlin
        self.finance.save()

    def start(self, name: str = "Cedar Falls") -> int:
        customer = self.company.customer(name)
        seats = {"pm": "paula", "finance": "ivan", "csm": "carla", "desk": "lena"}
        people = {role: self.company.actor(one).person for role, one in seats.items()}
        command = c.Start(
            by=self.company.actor("olga"), customer_id=customer.pk, customer=name, facts={}, people=people
        )
        return done(ledger.start(self.version, command, now=BEGIN)).handoff_id

    def close(self, calendar: models.Calendar, day: date) -> None:
        with transaction.atomic():
            models.ClosingDay.objects.create(calendar=calendar, day=day)
            models.Calendar.objects.filter(pk=calendar.pk).update(revision=F("revision") + 1)
            company.changed()
            recounting.begin(recounting.counting_on(calendar), now=BEGIN)


@pytest.fixture
def offices() -> Offices:
    return Offices()


def clock(at: datetime | None) -> str:
    return f"{at.astimezone(UTC):%a %d %H:%M}" if at else "never"


def shown(handoff_id: int) -> dict[str, str]:
    """When each step is due and the handoff wakes, as the rows have it, in UTC."""
    row = models.Handoff.objects.get(pk=handoff_id)
    steps = models.Work.objects.filter(handoff=handoff_id, sort="step").order_by("name")
    return {"wakes": clock(row.wake_at), "due": clock(row.due_at)} | {one.name: clock(one.due_at) for one in steps}


def worked_off() -> int:
    """How many handoffs the worker worked out anew until nothing was left to do."""
    count = 0
    while models.Recount.objects.exists():
        count += upkeep.recount_due(BEGIN)
    return count


BEFORE = {"wakes": "Wed 06 10:00", "due": "Wed 06 16:00", "clear": "Wed 06 16:00", "greet": "Tue 12 22:00"} | {
    "watch": "Wed 13 08:00"
}


def test_another_closing_day_moves_what_counts_on_it_and_nothing_else(offices: Offices) -> None:
    first, other = offices.start(), offices.company.start()
    assert shown(first) == BEFORE
    events = models.Event.objects.count()
    offices.close(offices.berlin, date(2027, 1, 6))
    assert shown(first) == BEFORE  # until the worker comes round
    assert worked_off() == 1
    after = {**BEFORE, "wakes": "Thu 07 10:00", "due": "Thu 07 16:00", "clear": "Thu 07 16:00"}
    assert (shown(first), models.Event.objects.count()) == (after, events)
    assert models.Handoff.objects.get(pk=other).runbook != "offices"
    assert rebuild().mended == []


def test_nothing_is_woken_early_or_late(offices: Offices) -> None:
    handoff_id = offices.start()
    offices.close(offices.berlin, date(2027, 1, 6))
    early, warned = datetime(2027, 1, 6, 10, tzinfo=UTC), datetime(2027, 1, 7, 10, tzinfo=UTC)
    assert jobs.run_due(early) == 1  # by the time that stood there: it records nothing
    assert models.Event.objects.filter(handoff=handoff_id, kind="Warned").count() == 0
    assert shown(handoff_id)["wakes"] == "Thu 07 10:00"
    worked_off()
    assert (jobs.run_due(warned - timedelta(seconds=1)), jobs.run_due(warned)) == (0, 1)
    told = models.Event.objects.filter(handoff=handoff_id).order_by("number").last()
    assert told is not None
    assert (told.at, told.data) == (warned, '{"steps":{"clear":"2027-01-07"}}')


def test_an_earlier_due_instant_is_not_missed(offices: Offices) -> None:
    offices.close(offices.berlin, date(2027, 1, 6))
    handoff_id = offices.start()
    assert shown(handoff_id)["wakes"] == "Thu 07 10:00"
    with transaction.atomic():
        models.ClosingDay.objects.all().delete()
        models.Calendar.objects.filter(pk=offices.berlin.pk).update(revision=F("revision") + 1)
        recounting.begin(recounting.counting_on(offices.berlin), now=BEGIN)
    late = datetime(2027, 1, 6, 18, tzinfo=UTC)
    assert (jobs.run_due(late), upkeep.recount_due(late), jobs.run_due(late)) == (0, 1, 1)
    kinds = models.Event.objects.filter(handoff=handoff_id, at=late).order_by("number").values_list("kind", flat=True)
    assert list(kinds) == ["Warned", "FellDue"]


def test_teams_and_people_that_move_to_another_calendar_are_followed(offices: Offices) -> None:
    handoff_id = offices.start()
    carla, ivan = offices.company.people["carla"], offices.company.people["ivan"]
    ivan.calendar = offices.night  # his role counts on the calendar of its team
    ivan.save()
    assert (models.Recount.objects.count(), worked_off(), shown(handoff_id)) == (1, 1, BEFORE)
    carla.calendar = offices.night
    carla.save()
    assert (worked_off(), shown(handoff_id)["greet"]) == (1, "Tue 12 08:00")
    assert list(models.Work.objects.filter(name="greet").values_list("zone", flat=True).distinct()) == ["Asia/Tokyo"]
    offices.finance.calendar = None
    offices.finance.save()
    assert (worked_off(), shown(handoff_id)["clear"]) == (1, "Wed 06 22:00")
    carla.name = "Carla Diaz-Moreno"
    carla.save()
    assert not models.Recount.objects.exists()
    assert rebuild().mended == []


def test_the_person_who_takes_over_is_followed_at_once(offices: Offices) -> None:
    handoff_id = offices.start()
    tom = offices.company.people["tom"]
    tom.calendar = offices.night
    tom.save()
    assert worked_off() == 0  # he holds nothing yet
    done(
        ledger.record(
            handoff_id,
            c.FillRole(by=offices.company.actor("olga"), role="csm", person=offices.company.actor("tom").person),
            now=BEGIN,
        )
    )
    assert shown(handoff_id)["greet"] == "Tue 12 08:00"


def test_only_what_is_concerned_is_noted(offices: Offices) -> None:
    offices.company.start()
    assert recounting.counting_on(offices.berlin) == ()
    offices.start()
    of_version = (recounting.Concerned(offices.version.pk),)
    unused = models.Calendar.objects.create(key="x", name="X", zone="UTC", opens="09:00", closes="17:00")
    found = [recounting.counting_on(one) for one in (offices.new_york, offices.berlin, offices.night, unused)]
    assert found == [of_version, of_version, of_version, ()]
    assert recounting.how_many(of_version) == 1


def test_the_work_is_taken_up_where_it_was_left(offices: Offices, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "BATCH", 2)
    ids = [offices.start(f"Customer {number}") for number in range(5)]
    offices.close(offices.berlin, date(2027, 1, 6))
    assert upkeep.recount_due(BEGIN) == 2
    lost = recounting.taken(BEGIN)  # a worker that is lost with its batch
    assert lost is not None
    assert (lost.done_to, upkeep.recount_due(BEGIN), upkeep.recount_due(BEGIN + recounting.LEASE)) == (ids[1], 0, 2)
    offices.close(offices.berlin, date(2027, 1, 7))  # changed again: from the first on
    recounting.done(lost, ids, is_over=True, now=BEGIN)  # the lost one comes back, and ends nothing
    assert [upkeep.recount_due(BEGIN) for _ in range(4)] == [2, 2, 1, 0]
    assert {shown(one)["due"] for one in ids} == {"Fri 08 16:00"}


def test_queries_of_noting_it_do_not_grow_with_handoffs(offices: Offices) -> None:
    def asked() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            recounting.begin(recounting.counting_on(offices.berlin), now=BEGIN)
        return len(captured)

    offices.start("One")
    asked()
    first = asked()
    for name in ("Two", "Three"):
        offices.start(name)
    assert asked() == first


@pytest.mark.django_db(transaction=True)
def test_a_command_that_began_before_the_change_does_not_undo_it() -> None:
    """It waits for the row while a calendar changes; it must not write what it would have come to before."""
    if not connection.features.has_select_for_update:
        pytest.skip("One writes at a time.")
    offices = Offices()
    handoff_id = offices.start()
    by = offices.company.actor("carla")
    ended = threading.Event()

    def write() -> None:
        done(ledger.record(handoff_id, c.Finish(by=by, step="greet"), now=BEGIN))
        connections.close_all()
        ended.set()

    other = threading.Thread(target=write)
    with transaction.atomic():
        models.Handoff.objects.select_for_update().get(pk=handoff_id)
        other.start()
        assert not ended.wait(0.5)
        offices.close(offices.berlin, date(2027, 1, 6))
        ledger.recount(handoff_id, now=BEGIN)
    other.join()
    assert shown(handoff_id)["due"] == "Thu 07 16:00"
