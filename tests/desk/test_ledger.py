"""The one write path: what it commits, what it refuses, and that rows are what the events fold to."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from handrail.desk import ledger, models
from handrail.desk.jobs import run_due
from handrail.desk.projection import project
from handrail.desk.rebuild import rebuild, standing
from handrail.desk.runbooks import plan_of
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.events import Answer, FactsGiven, FellDue
from handrail.handoff.history import fold
from tests.desk.company import NOW, SUMMARY, Company, done, refused


@pytest.fixture
def company(db: None) -> Company:
    return Company()


def rows_equal_fold(handoff_id: int) -> bool:
    row = models.Handoff.objects.select_related("runbook_version__calendar").get(pk=handoff_id)
    events = ledger.history_of(handoff_id)
    shown = project(plan_of(row.runbook_version), fold(events), events[-1].at)
    return shown == standing(row, shown.columns)


def test_start_records_the_customer_its_facts_and_what_follows(company: Company) -> None:
    handoff_id = company.start()
    kinds = [row.kind for row in models.Event.objects.filter(handoff=handoff_id).order_by("number")]
    begun = ["Started", "FactsGiven", "LeftUndecided", "LeftUndecided", "Decided", "Moved"]
    assert kinds == [*begun, "Counted", "Decided", "Decided", "Moved"]
    row = models.Handoff.objects.get(pk=handoff_id)
    assert (row.status, row.stage, row.number, row.next_person) == ("running", "decide", 10, company.people["lena"])
    assert rows_equal_fold(handoff_id)


def test_start_is_refused_while_another_handoff_of_the_runbook_runs(company: Company) -> None:
    customer = company.customer("Cedar Falls Water")
    done(ledger.start(company.version, company.command_to_start(customer), now=NOW))
    again = refused(ledger.start(company.version, company.command_to_start(customer), now=NOW))
    assert again.says == "Cedar Falls Water has a handoff of this runbook that still runs, started 01 December 2026."
    assert customer.handoffs.count() == 1


def test_refused_start_leaves_nothing_behind(company: Company) -> None:
    customer = company.customer("Cedar Falls Water")
    command = company.command_to_start(customer, {"mrr": "a lot"})
    assert refused(ledger.start(company.version, command, now=NOW)).code == "unfit"
    assert (models.Handoff.objects.count(), models.Event.objects.count()) == (0, 0)


def test_account_with_mrr_of_5000_gets_90_days_two_meetings_and_the_boundary(company: Company) -> None:
    row = models.Handoff.objects.get(pk=company.start())
    taken = wire.decode_handoff(row.state).decisions["support"]
    assert taken.outputs == {"type": "Transition Success", "days": "90", "meetings": "2"}
    assert taken.boundaries == ("MRR is exactly 5,000 USD, where rule 4 begins and rule 1 ends: rule 4 was taken.",)


def test_command_that_changes_nothing_records_nothing(company: Company) -> None:
    handoff_id = company.start()
    before = models.Handoff.objects.get(pk=handoff_id)
    same = c.GiveFacts(by=company.actor("paula"), values={"mrr": "5,000.00"})
    assert done(ledger.record(handoff_id, same, now=NOW + timedelta(hours=1))).events == ()
    assert models.Handoff.objects.get(pk=handoff_id).number == before.number


def test_rows_follow_every_command(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    tom = c.FillRole(by=company.actor("olga"), role="tsm", person=company.actor("tom").person)
    for command in (
        tom,
        c.GiveFacts(by=company.actor("paula"), values={"mrr": "25000", "go_live": "2027-03-01"}),
        c.Sign(by=company.actor("ivan"), step=SUMMARY),
        c.AskOverride(
            by=company.actor("paula"),
            decision="support",
            outputs={"type": "Help Desk", "days": "0", "meetings": "0"},
            reason="A small extension only",
        ),
        c.ApproveOverride(by=company.actor("lena"), decision="support"),
        c.Reopen(by=company.actor("ivan"), step=SUMMARY, reason="A link was wrong"),
        c.Cancel(by=company.actor("olga"), reason="The customer withdrew"),
    ):
        done(ledger.record(handoff_id, command, now=NOW))
        assert rows_equal_fold(handoff_id), command
    assert models.Work.objects.filter(handoff=handoff_id).count() == 0


def test_rebuild_mends_rows_that_differ_and_only_those(company: Company) -> None:
    first, second = company.start(), company.start("Harbor County")
    models.Handoff.objects.filter(pk=first).update(stage="nowhere", state="{}", due_at=None)
    models.Work.objects.filter(handoff=first).delete()
    models.Seat.objects.filter(handoff=first, role="pm").update(role="somebody")
    report = rebuild()
    assert (report.handoffs, report.mended, report.broken) == (2, [first], [])
    assert rows_equal_fold(first)
    assert rows_equal_fold(second)
    assert rebuild().mended == []


def test_rebuild_reports_a_signed_document_that_its_events_no_longer_give(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    signed = done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    models.SignedDocument.objects.filter(handoff=handoff_id).update(sha256="0" * 64)
    number = signed.events[0].number
    assert rebuild().broken == [
        f"Handoff {handoff_id}: the document signed at event {number} is not what its events give."
    ]


def test_signed_document_stays_as_it_was_when_a_field_changes_later(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    kept = models.SignedDocument.objects.get(handoff=handoff_id)
    later = c.GiveFacts(by=company.actor("paula"), values={"integrator": "Southgate"})
    done(ledger.record(handoff_id, later, now=NOW + timedelta(days=1)))
    after = models.SignedDocument.objects.get(handoff=handoff_id)
    assert (after.content, after.sha256) == (kept.content, kept.sha256)
    assert "Northgate Systems" in after.content
    assert "Southgate" not in after.content


def test_answer_tells_who_changed_the_field_meanwhile(company: Company) -> None:
    handoff_id = company.start()
    seen = models.Handoff.objects.get(pk=handoff_id).number
    theirs = c.AnswerForm(by=company.actor("ivan"), step=SUMMARY, answers={"ivr": Answer(value="By phone")})
    done(ledger.record(handoff_id, theirs, now=NOW))
    mine = c.AnswerForm(by=company.actor("paula"), step=SUMMARY, answers={"ivr": Answer(value="None yet")}, seen=seen)
    outcome = refused(ledger.record(handoff_id, mine, now=NOW + timedelta(minutes=5)))
    assert outcome.says == "Somebody changed this while you had it open."
    [clash] = outcome.clashes
    assert (clash.what, clash.theirs, clash.by, clash.at) == ("ivr", "By phone", company.actor("ivan").person, NOW)


def test_record_takes_as_many_queries_for_a_long_history_as_for_a_short_one(company: Company) -> None:
    handoff_id = company.start()

    def queries_to_give(mrr: int) -> int:
        command = c.GiveFacts(by=company.actor("paula"), values={"mrr": str(mrr)})
        with CaptureQueriesContext(
            connection,
        ) as counted:
            done(ledger.record(handoff_id, command, now=NOW))
        return len(counted)

    first = queries_to_give(6000)
    for mrr in range(6001, 6011):
        done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": str(mrr)}), now=NOW))
    assert queries_to_give(6100) == first


def test_wake_records_what_fell_due_once(company: Company) -> None:
    handoff_id = company.start()
    for wakes_at in (datetime(2026, 12, 2, 16, 0, tzinfo=UTC), datetime(2026, 12, 31, 22, 0, tzinfo=UTC)):
        assert models.Handoff.objects.get(pk=handoff_id).wake_at == wakes_at
        assert run_due(wakes_at - timedelta(seconds=1)) == 0
        assert run_due(wakes_at) == 1
        assert run_due(wakes_at) == 0
    fallen = [one.event for one in ledger.history_of(handoff_id) if isinstance(one.event, FellDue)]
    assert [list(one.steps) for one in fallen] == [["choose-tsm"]]
    assert rows_equal_fold(handoff_id)


@pytest.mark.django_db(transaction=True)
def test_commands_at_the_same_time_are_taken_one_after_the_other() -> None:
    company = Company()
    handoff_id = company.start()
    people = ["paula", "olga", "adam"]
    mistakes: list[BaseException] = []

    def give(name: str) -> None:
        try:
            for turn in range(5):
                command = c.GiveFacts(by=company.actor(name), values={"integrator": f"{name} {turn}"})
                done(ledger.record(handoff_id, command, now=NOW))
        except BaseException as mistake:
            mistakes.append(mistake)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=give, args=[name]) for name in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert mistakes == []
    events = ledger.history_of(handoff_id)
    assert [one.number for one in events] == list(range(1, len(events) + 1))
    assert sum(isinstance(one.event, FactsGiven) for one in events) == 16
    assert rows_equal_fold(handoff_id)
