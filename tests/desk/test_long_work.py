"""Long work: bits that are kept with how far they came, failing ones, cancelling, and what people are told."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import models
from handrail.desk.imports import applying
from handrail.desk.imports.opened import receive
from handrail.desk.long_work import beginning, importing, rebuilding
from handrail.desk.long_work.sort import Bit, CannotGoOn, Sort
from handrail.desk.long_work.working import LEASE, MOST_TRIES, work_due, work_off
from handrail.desk.worker import Worker
from tests.desk.company import NOW, Company, browser_of
from tests.desk.test_imports import BAD, FILE, RUNBOOK

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
State = models.LongWork.State


@pytest.fixture
def company() -> Company:
    return Company()


class Killed(BaseException):
    """As when the process ends: nobody who lives catches it."""


class Teams:
    """Makes so many teams, one a bit; `spoils` is raised in the middle of the bit that is named with it."""

    def __init__(self, total: int = 3) -> None:
        self.total = total
        self.spoils: dict[int, BaseException] = {}

    def bit(self, work: models.LongWork, now: datetime) -> Bit:
        at = work.place.get("at", 0)
        models.Team.objects.create(key=f"made-{at}", name="Made")
        if at in self.spoils:
            raise self.spoils[at]
        done = at + 1
        return Bit(place={"at": done} if done < self.total else None, done=done, total=self.total)

    @property
    def sorts(self) -> Mapping[str, Sort]:
        return {"teams": Sort(name="teams", bit=self.bit, outcome=lambda work: f"{work.done} teams.")}


def begun(company: Company, by: str = "olga") -> models.LongWork:
    return beginning.begin("teams", "Make teams", {}, by=company.people[by], now=NOW)


def made() -> list[str]:
    return sorted(models.Team.objects.filter(key__startswith="made-").values_list("key", flat=True))


def standing(work: models.LongWork) -> tuple[str, int, str]:
    work.refresh_from_db()
    return work.state, work.done, work.says


def test_work_is_done_bit_by_bit_and_ends_with_words(company: Company) -> None:
    work, teams = begun(company), Teams()
    assert work_due(NOW, teams.sorts, slice_seconds=0) == 1
    assert standing(work) == (State.RUNNING, 1, "")
    assert (work.total, work.next_at, work.started_at) == (3, NOW, NOW)
    assert work_off(NOW, teams.sorts) == 2
    assert standing(work) == (State.DONE, 3, "3 teams.")
    assert (made(), work.next_at, work.ended_at) == (["made-0", "made-1", "made-2"], None, NOW)
    assert work_due(NOW, teams.sorts) == 0


def test_killed_within_a_bit_it_goes_on_where_that_bit_began(company: Company) -> None:
    work, teams = begun(company), Teams()
    teams.spoils = {1: Killed()}
    with pytest.raises(Killed):
        work_due(NOW, teams.sorts)
    assert (standing(work), made()) == ((State.RUNNING, 1, ""), ["made-0"])
    teams.spoils = {}
    assert work_due(NOW + LEASE - MINUTE / 2, teams.sorts) == 0  # it may live yet
    work_off(NOW + LEASE, teams.sorts)
    assert (standing(work), made()) == ((State.DONE, 3, "3 teams."), ["made-0", "made-1", "made-2"])


def test_worker_whose_lease_is_over_does_nothing_more(company: Company) -> None:
    work, teams = begun(company), Teams()

    def bit_after_which_another_has_it(one: models.LongWork, now: datetime) -> Bit:
        bit = teams.bit(one, now)
        models.LongWork.objects.filter(pk=work.pk).update(next_at=NOW + 3 * LEASE)
        return bit

    sorts = {"teams": replace(teams.sorts["teams"], bit=bit_after_which_another_has_it)}
    work_due(NOW, sorts)
    assert (standing(work), made(), work.next_at) == ((State.RUNNING, 1, ""), ["made-0"], NOW + 3 * LEASE)


def test_bit_that_fails_is_tried_again_less_and_less_often_and_then_given_up(
    company: Company, caplog: pytest.LogCaptureFixture
) -> None:
    work, teams = begun(company), Teams()
    teams.spoils = {1: ValueError("the secret of the machine room")}
    now, pauses = NOW, []
    for _ in range(MOST_TRIES - 1):
        work_off(now, teams.sorts)
        work.refresh_from_db()
        assert work.next_at is not None
        pauses.append((work.next_at - now) / MINUTE)
        now = work.next_at
    assert (pauses, work.tries, made()) == ([1, 2, 4, 8], MOST_TRIES - 1, ["made-0"])
    assert work.says == "Something went wrong, and nothing of that bit was kept. It is tried again in 8 minutes."
    page = browser_of(company, "olga").get(reverse("health"))
    assert [one.says for one in page.context["health"].findings][-1] == "1 long work is stuck: a bit of it fails."
    work_off(now, teams.sorts)
    says = (
        "It was tried 5 times and failed each time, for a reason that the worker’s log tells. What was done stays done."
    )
    assert standing(work) == (State.FAILED, 1, says)
    assert [(one.levelno, bool(one.exc_info)) for one in caplog.records if "Make teams" in one.getMessage()] == [
        (logging.ERROR, True)
    ] * MOST_TRIES
    pages = [browser_of(company, "olga").get(reverse("long-work", args=[work.pk])), page]
    assert not any("machine room" in one.content.decode() for one in pages)


def test_bit_that_was_mended_goes_on(company: Company) -> None:
    work, teams = begun(company), Teams()
    teams.spoils = {1: ValueError()}
    work_off(NOW, teams.sorts)
    teams.spoils = {}
    work_off(NOW + MINUTE, teams.sorts)
    assert (standing(work), work.tries, made()) == ((State.DONE, 3, "3 teams."), 0, ["made-0", "made-1", "made-2"])


def test_work_that_cannot_go_on_fails_at_once_with_its_words(company: Company) -> None:
    work, teams = begun(company), Teams()
    teams.spoils = {0: CannotGoOn("The file can no longer be read.")}
    work_off(NOW, teams.sorts)
    assert (standing(work), made()) == ((State.FAILED, 0, "The file can no longer be read."), [])


def test_work_that_failed_goes_on_from_there_once_it_is_asked_to(company: Company) -> None:
    work, teams = begun(company), Teams()
    teams.spoils = {1: CannotGoOn("It is broken.")}
    work_off(NOW, teams.sorts)
    assert (standing(work), made()) == ((State.FAILED, 1, "It is broken."), ["made-0"])
    teams.spoils = {}
    browser_of(company, "olga").post(reverse("long-work-again", args=[work.pk]))
    work_off(timezone.now() + MINUTE, teams.sorts)
    assert (standing(work), made()) == ((State.DONE, 3, "3 teams."), ["made-0", "made-1", "made-2"])
    assert [one.title for one in models.Notice.objects.filter(about="long work")] == ["Done: Make teams"]
    again = browser_of(company, "olga").post(reverse("long-work-again", args=[work.pk]), follow=True)
    assert "It has not failed: there is nothing to begin again." in again.content.decode()


def test_who_has_waited_for_longest_comes_next_and_all_take_turns(company: Company) -> None:
    first, second = begun(company), begun(company)
    teams = Teams(total=1)
    models.LongWork.objects.filter(pk=first.pk).update(next_at=NOW + MINUTE)
    assert work_due(NOW + MINUTE, teams.sorts) == 1
    assert (standing(first)[0], standing(second)[0]) == (State.QUEUED, State.DONE)
    models.Team.objects.filter(key="made-0").delete()
    assert (work_off(NOW + MINUTE, teams.sorts), standing(first)[0]) == (1, State.DONE)


def test_cancelled_work_ends_and_what_was_done_stays(company: Company) -> None:
    work, teams = begun(company, "paula"), Teams()
    work_due(NOW, teams.sorts, slice_seconds=0)
    address = reverse("long-work-cancel", args=[work.pk])
    assert browser_of(company, "ivan").post(address).status_code == 403
    answer = browser_of(company, "olga").post(address, follow=True)
    assert "Cancelled, after 1 of 3 handoffs. What was done stays done." in answer.content.decode()
    assert (standing(work), made()) == ((State.CANCELLED, 1, "Olga Lind cancelled it."), ["made-0"])
    assert (work_off(timezone.now(), teams.sorts), made()) == (0, ["made-0"])
    again = browser_of(company, "paula").post(address, follow=True)
    assert "It has ended already: there is nothing left to cancel." in again.content.decode()
    told = models.Notice.objects.get(person=company.people["paula"])
    assert (told.title, told.why) == ("Cancelled: Make teams", "Olga Lind cancelled it.")


def test_whoever_began_it_is_told_until_they_have_seen_it(company: Company) -> None:
    work, teams = begun(company), Teams()
    work_off(NOW, teams.sorts)
    [told] = models.Notice.objects.filter(person=company.people["olga"])
    assert (told.title, told.why, told.sort) == ("Done: Make teams", "3 teams.", "told")
    olga = browser_of(company, "olga")
    place = olga.get(reverse("notice", args=[told.pk]))
    assert place.headers["Location"] == reverse("long-work", args=[work.pk])
    assert told.seen_at is None
    olga.get(place.headers["Location"])
    told.refresh_from_db()
    assert told.seen_at is not None


def test_nothing_more_is_done_in_the_name_of_who_has_left(company: Company) -> None:
    work, teams = begun(company), Teams()
    models.Person.objects.filter(pk=company.people["olga"].pk).update(is_active=False)
    work_off(NOW, teams.sorts)
    assert (standing(work), made()) == (
        (State.FAILED, 0, "Olga Lind has left: nothing more is done in their name."),
        [],
    )


def test_due_work_is_found_by_its_index() -> None:
    rows = models.LongWork.objects.filter(next_at__lte=NOW).order_by("next_at", "pk")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    assert "long_work_by_next" in rows.explain()


# --- imports and rebuilds --------------------------------------------------------------------------------------------


def an_import(company: Company, content: bytes = FILE) -> models.Import:
    row = receive(content, "accounts.csv", RUNBOOK, company.people["olga"])
    assert isinstance(row, models.Import)
    return row


def test_import_in_the_background_writes_what_the_command_line_would(company: Company) -> None:
    lines = "\n".join(f"C-{number},Customer {number}" for number in range(250))
    row = an_import(company, f"Account ID,Account name\n{lines}\n".encode() + BAD)
    work = importing.begin(row.pk, by=company.people["olga"], now=NOW)
    assert isinstance(work, models.LongWork)
    assert importing.begin(row.pk, by=company.people["olga"], now=NOW) == work
    done = []
    while work_due(NOW, slice_seconds=0):
        work.refresh_from_db()
        done.append((work.done, models.Customer.objects.filter(key__startswith="C-").count()))
    assert done[:2] == [(100, 100), (200, 200)]
    row.refresh_from_db()
    assert (row.state, row.report["new"], standing(work)[0]) == (applying.DONE, work.done, State.DONE)
    told = models.AuditEntry.objects.get(about="import", action="applied")
    assert (told.by, told.key) == (company.people["olga"], str(row.pk))


def test_import_that_was_cancelled_half_way_goes_on_when_it_is_begun_anew(company: Company) -> None:
    lines = "\n".join(f"C-{number},Customer {number}" for number in range(150))
    row = an_import(company, f"Account ID,Account name\n{lines}\n".encode())
    olga = browser_of(company, "olga")
    olga.post(reverse("import-apply", args=[row.pk]))
    now = timezone.now()
    assert work_due(now, slice_seconds=0) == 1
    assert "100 of 150 rows" in olga.get(reverse("import", args=[row.pk])).content.decode()
    work = models.LongWork.objects.get()
    assert beginning.cancel(work.pk, by=company.people["olga"], now=now) is None
    assert "This import stopped half-way" in olga.get(reverse("import", args=[row.pk])).content.decode()
    olga.post(reverse("import-apply", args=[row.pk]))
    work_off(timezone.now())
    row.refresh_from_db()
    assert (row.report["new"], row.report["same"], models.LongWork.objects.count()) == (150, 0, 2)


def test_rebuild_tells_and_mends_what_differed_and_what_cannot_be_read(company: Company) -> None:
    well, differs = company.start("Cedar Falls"), company.start("Harbor County")
    models.Handoff.objects.filter(pk=differs).update(next_title="Something else")
    broken = models.Handoff.objects.create(  # nothing ever happened in it, as after a restore that went wrong
        customer=company.customer("Mill Creek"),
        runbook_version=company.version,
        runbook=company.version.name,
        started_at=NOW,
        changed_at=NOW,
    ).pk
    olga = browser_of(company, "olga")
    answer = olga.post(reverse("rebuild"), follow=True)
    work_off(timezone.now())
    [work] = models.LongWork.objects.all()
    assert answer.redirect_chain == [(reverse("long-work", args=[work.pk]), 302)]
    assert standing(work)[2] == "3 handoffs were looked at, 1 mended. 1 could not be made anew."
    assert work.report["counts"] == {"as they were": 1, "mended": 1, "failed": 1}
    outcomes = models.WorkedHandoff.objects.order_by("handoff").values_list("handoff", "state")
    assert list(outcomes) == [(differs, "mended"), (broken, "failed")]
    assert models.Handoff.objects.get(pk=differs).next_title == models.Handoff.objects.get(pk=well).next_title


def test_one_rebuild_runs_at_a_time(company: Company) -> None:
    first = rebuilding.begin(by=company.people["olga"], now=NOW)
    assert rebuilding.begin(by=company.people["adam"], now=NOW) == first


# --- its pages -------------------------------------------------------------------------------------------------------


def test_list_shows_people_their_own_and_operations_all(company: Company) -> None:
    begun(company, "paula")
    begun(company, "olga")
    texts = {
        who: browser_of(company, who).get(reverse("long-works")).content.decode() for who in ("paula", "ivan", "olga")
    }
    assert {who: text.count("Make teams") for who, text in texts.items()} == {"paula": 1, "ivan": 0, "olga": 2}
    assert "Nothing has run in the background yet" in texts["ivan"]


def test_page_asks_again_while_it_runs_and_is_read_anew_at_the_end(company: Company) -> None:
    work, teams = begun(company), Teams()
    olga, address = browser_of(company, "olga"), reverse("long-work", args=[work.pk])
    work_due(NOW, teams.sorts, slice_seconds=0)
    page = olga.get(address).content.decode()
    assert ('hx-trigger="every 2s"' in page, "1 of 3 handoffs" in page, "Under way, 30 percent" in page) == (True,) * 3
    asked = olga.get(address, headers={"HX-Request": "true"})
    assert ("<html" in asked.content.decode(), asked.headers.get("HX-Refresh")) == (False, None)
    work_off(NOW, teams.sorts)
    assert olga.get(address, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    assert "every 2s" not in olga.get(address).content.decode()


def test_page_says_whether_anybody_goes_on_with_it(company: Company) -> None:
    work = begun(company)
    olga, address = browser_of(company, "olga"), reverse("long-work", args=[work.pk])
    assert "No worker is running" in olga.get(address).content.decode()
    models.Worker.objects.create(key="one", host="one", pid=1, started_at=timezone.now(), seen_at=timezone.now())
    assert "No worker is running" not in olga.get(address).content.decode()


def test_lists_cost_the_same_queries_however_many_there_are(company: Company) -> None:
    olga = browser_of(company, "olga")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            olga.get(reverse("long-works"))
        return len(found)

    begun(company)
    olga.get(reverse("long-works"))
    one = queries()
    for _ in range(2):
        begun(company)
    assert queries() == one


def test_worker_does_it_in_its_turn(company: Company) -> None:
    company.start()
    work = rebuilding.begin(by=company.people["olga"], now=timezone.now())
    worker = Worker(host="here", pid=1)
    while worker.turn():
        pass
    assert standing(work)[0] == State.DONE
