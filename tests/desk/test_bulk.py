"""One act for many handoffs: the preview, what becomes of each, restarts in its middle, and taking it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from handrail.desk import ledger, models
from handrail.desk.long_work import each
from handrail.desk.long_work.previewing import MOST_LOOKED_AT
from handrail.desk.long_work.working import SORTS, work_due, work_off
from handrail.handoff import commands as c
from tests.desk.company import Company, browser_of, done
from tests.desk.kinds import begin as begin_of_kinds
from tests.desk.kinds import version_of
from tests.desk.test_moving import LATER

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

pytestmark = pytest.mark.django_db

NAMES = ("Cedar Falls Water", "Harbor County", "Mill Creek")


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def three(company: Company) -> list[int]:
    return [company.start(name) for name in NAMES]


def posted(company: Company, who: str, ids: list[int], **more: object) -> _MonkeyPatchedWSGIResponse:
    return browser_of(company, who).post(reverse("bulk"), {"handoff": ids, **more})


def confirmed(company: Company, who: str, ids: list[int], **more: object) -> models.LongWork:
    """Confirmed, and done by the worker."""
    answer = posted(company, who, ids, do="confirm", **more)
    assert answer.status_code == 302, answer.content.decode()
    work_off(timezone.now)
    return models.LongWork.objects.latest("pk")


def taken_back(company: Company, who: str, work: models.LongWork) -> models.LongWork:
    browser_of(company, who).post(reverse("long-work-undo", args=[work.pk]))
    work_off(timezone.now)
    undo = models.LongWork.objects.latest("pk")
    assert undo.undoes == work
    return undo


def outcomes(work: models.LongWork) -> Mapping[int, tuple[str, str]]:
    rows = models.WorkedHandoff.objects.filter(work=work).values_list("handoff", "state", "says")
    return {handoff: (state, says) for handoff, state, says in rows}


def statuses(ids: list[int]) -> list[bool]:
    """Which of them are on hold."""
    return [ledger.standing(one).handoff.hold is not None for one in ids]


def record(handoff_id: int, command: c.Command) -> ledger.Change:
    return done(ledger.record(handoff_id, command, now=timezone.now()))


def test_preview_tells_what_would_change_and_what_is_refused_and_why(company: Company, three: list[int]) -> None:
    record(three[1], c.Hold(by=company.actor("paula"), reason="They merge."))
    before = models.Event.objects.count()
    answer = posted(company, "olga", three, action="hold")
    preview = answer.context["preview"]
    assert [one.handoff_id for one in preview.changed] == [three[0], three[2]]
    [group] = preview.refused
    assert ([one.customer for one in group.seen], group.says.partition(" since ")[0]) == (
        ["Harbor County"],
        "This handoff is on hold",
    )
    assert (answer.status_code, models.Event.objects.count(), models.LongWork.objects.count()) == (200, before, 0)


def test_each_gets_its_outcome_as_on_its_own_page(company: Company, three: list[int]) -> None:
    record(three[1], c.Hold(by=company.actor("paula"), reason="They merge."))
    work = confirmed(company, "olga", three, action="hold", reason="Nobody works this week.")
    assert (work.title, work.says) == ("Put on hold: 3 handoffs", "Put on hold: 2. Refused: 1.")
    assert [state for state, _ in outcomes(work).values()] == ["changed", "refused", "changed"]
    told = models.WorkedHandoff.objects.get(work=work, handoff=three[0])
    assert told.first is not None
    event = models.Event.objects.get(handoff=three[0], number=told.first)
    assert (event.kind, event.by, told.first) == ("Held", company.people["olga"], told.last)
    page = browser_of(company, "olga").get(reverse("long-work", args=[work.pk]))
    [(says, count)] = page.context["reasons"]
    assert (says, count) == (outcomes(work)[three[1]][1], 1)
    assert [line.customer for line in page.context["page"].rows] == ["Harbor County"]  # what went wrong comes first
    lines = b"".join(browser_of(company, "olga").get(reverse("long-work-csv", args=[work.pk]))).decode().splitlines()
    assert [line.split(",")[1] for line in lines] == ["Customer", "Cedar Falls Water", "Mill Creek", "Harbor County"]


def test_who_may_do_it_on_one_may_do_it_on_those(company: Company, three: list[int]) -> None:
    other = company.start("Elm Grove")
    record(other, c.FillRole(by=company.actor("olga"), role="pm", person=None))
    work = confirmed(company, "paula", [*three, other], action="hold", reason="I am ill.")
    assert [state for state, _ in outcomes(work).values()] == ["changed", "changed", "changed", "refused"]
    assert outcomes(work)[other][1] == "Only CS Operations, or a person with a role in it, does this."
    page = posted(company, "paula", three, action="cancel")
    assert [group.says for group in page.context["preview"].refused] == ["Only CS Operations cancels a handoff."]
    assert "None of them would be changed" in page.content.decode()


def test_killed_between_handoffs_each_is_done_once(company: Company, three: list[int]) -> None:
    posted(company, "olga", three, action="hold", reason="A pause", do="confirm")
    now = timezone.now()
    assert work_due(now, slice_seconds=0) == 1
    work = models.LongWork.objects.get()

    def killed_in_the_middle(one: models.LongWork, at: object) -> object:
        SORTS["bulk"].bit(one, now)
        raise KeyboardInterrupt

    broken = {"bulk": replace(SORTS["bulk"], bit=killed_in_the_middle)}  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        work_due(now, broken)
    assert statuses(three) == [True, False, False]
    models.LongWork.objects.update(next_at=now)  # its lease is over
    work_off(now)
    work.refresh_from_db()
    held = models.Event.objects.filter(kind="Held").values_list("handoff", flat=True).order_by("handoff")
    assert (list(held), work.says, work.done) == (three, "Put on hold: 3.", 3)


def test_all_of_a_list_are_those_that_it_shows_when_it_is_confirmed(company: Company, three: list[int]) -> None:
    models.CustomerWord.objects.create(customer=models.Customer.objects.get(name="Mill Creek"), word="creek")
    query = "q=creek&status=running"
    page = posted(company, "olga", [], all="yes", query=query, action="hold")
    assert [one.customer for one in page.context["preview"].changed] == ["Mill Creek"]
    posted(company, "olga", [], all="yes", query="status=running", action="hold", reason="A pause", do="confirm")
    later = company.start("Later Town")
    work_off(timezone.now)
    assert statuses([*three, later]) == [True, True, True, False]
    assert models.LongWork.objects.get().total == 3


def test_long_lists_are_written_down_in_pieces(
    company: Company, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(each, "AT_ONCE", 2)
    work = confirmed(company, "olga", [], all="yes", query="status=all", action="hold", reason="A pause")
    assert (list(outcomes(work)), work.total, work.says) == (three, 3, "Put on hold: 3.")
    assert taken_back(company, "olga", work).says == "Taken back: 3."


def test_hold_is_taken_back_where_nothing_newer_says_otherwise(company: Company, three: list[int]) -> None:
    work = confirmed(company, "olga", three, action="hold", reason="A pause")
    record(three[1], c.Resume(by=company.actor("paula")))
    record(three[1], c.Hold(by=company.actor("paula"), reason="For another reason."))
    undo = taken_back(company, "olga", work)
    assert (undo.title, undo.says) == ("Take back “Put on hold: 3 handoffs”", "Taken back: 2. Refused: 1.")
    assert statuses(three) == [False, True, False]
    resumed = models.Event.objects.get(handoff=three[1], kind="Resumed").at
    says = f"It was resumed since, by Paula Reyes on {resumed.day} {resumed:%B %Y}."
    assert outcomes(undo)[three[1]] == ("refused", says)
    again = browser_of(company, "olga").post(reverse("long-work-undo", args=[work.pk]), follow=True)
    assert "It is taken back already." in again.content.decode()


def test_resuming_is_taken_back_with_the_reason_of_the_hold(company: Company, three: list[int]) -> None:
    for one in three:
        record(one, c.Hold(by=company.actor("paula"), reason=f"Because of {one}"))
    work = confirmed(company, "olga", three, action="resume")
    assert statuses(three) == [False, False, False]
    taken_back(company, "olga", work)
    holds = [ledger.standing(one).handoff.hold for one in three]
    assert [one.reason if one else "" for one in holds] == [f"Because of {one}" for one in three]


def test_role_goes_back_to_whoever_had_it(company: Company, three: list[int]) -> None:
    tom, ivan = company.people["tom"], company.people["ivan"]
    until = timezone.now().date().replace(year=2099)
    lent = c.FillRole(by=company.actor("olga"), role="pm", person=company.actor("adam").person, until=until)
    record(three[1], lent)
    work = confirmed(company, "olga", three, action="fill", role="pm", person=tom.pk)
    assert {ledger.standing(one).handoff.people["pm"].id for one in three} == {tom.pk}
    record(three[2], c.FillRole(by=company.actor("olga"), role="pm", person=company.actor("ivan").person))
    undo = taken_back(company, "olga", work)
    assert undo.says == "Taken back: 2. Refused: 1."
    states = [ledger.standing(one).handoff for one in three]
    names = [one.people["pm"].name for one in states]
    assert names == ["Paula Reyes", company.people["adam"].name, ivan.name]
    loan = states[1].loans["pm"]
    assert (loan.until, loan.back_to and loan.back_to.name) == (until, "Paula Reyes")


def test_what_cannot_be_taken_back_says_so_before_and_after(company: Company, three: list[int]) -> None:
    page = posted(company, "olga", three, action="cancel").content.decode()
    says = "A handoff that is cancelled stays so: this cannot be undone."
    assert says in page
    work = confirmed(company, "olga", three, action="cancel", reason="They left us.")
    assert work.says == "Cancelled: 3."
    assert says in browser_of(company, "olga").get(reverse("long-work", args=[work.pk])).content.decode()
    browser_of(company, "olga").post(reverse("long-work-undo", args=[work.pk]))
    assert models.LongWork.objects.count() == 1


def test_handoffs_move_to_the_current_version_of_their_runbook(company: Company, three: list[int]) -> None:
    version_of()
    old = begin_of_kinds(company, "Elm Grove")
    version = version_of(LATER)
    page = posted(company, "olga", [old, three[0]], action="move")
    assert [one.handoff_id for one in page.context["preview"].changed] == [old]
    work = confirmed(company, "olga", [old, three[0]], action="move", reason="The new table")
    assert models.Handoff.objects.get(pk=old).runbook_version_id == version.pk
    assert outcomes(work)[three[0]] == ("refused", f"This handoff follows version {company.version.version} already.")


def test_counting_anew_is_refused_where_nothing_is_counted(company: Company, three: list[int]) -> None:
    version_of()
    other = begin_of_kinds(company, "Elm Grove")
    work = confirmed(company, "olga", [three[0], other], action="count")
    assert outcomes(work) == {
        three[0]: ("unchanged", "It was so already."),
        other: ("refused", "Its runbook has nothing that is counted beyond the handoff."),
    }
    assert work.says == "Counted anew: 0. As they were: 1. Refused: 1."


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"action": "hold"}, ["Say why you hold them: others act on it."]),
        (
            {"action": "fill", "role": "nonsense", "reason": "Kept"},
            ["Choose which role.", "Choose who gets it, or that it is to be empty."],
        ),
    ],
)
def test_what_is_missing_is_told_at_once_with_what_was_typed(
    company: Company, three: list[int], asked: dict[str, str], says: list[str]
) -> None:
    answer = posted(company, "olga", three, do="confirm", **asked)
    assert (answer.status_code, [one.says for one in answer.context["mistakes"]]) == (422, says)
    assert asked.get("reason", "") in answer.content.decode()
    assert models.LongWork.objects.count() == 0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"action": "hold"}, "No handoff is chosen"),
        ({"action": "hold", "handoff": "999999"}, "No handoff is chosen"),
        ({"action": "paint", "all": "yes"}, "Nothing to do is chosen"),
    ],
)
def test_nothing_to_do_says_so(company: Company, three: list[int], asked: dict[str, str], says: str) -> None:
    answer = browser_of(company, "olga").post(reverse("bulk"), asked)
    assert (answer.status_code, says in answer.content.decode()) == (422, True)


def test_preview_costs_the_same_queries_however_many_there_are(company: Company, three: list[int]) -> None:
    def queries(ids: list[int]) -> int:
        with CaptureQueriesContext(connection) as found:
            posted(company, "olga", ids, action="hold")
        return len(found)

    queries(three)
    assert queries(three[:1]) == queries(three)


def test_report_costs_the_same_queries_however_many_there_are(company: Company, three: list[int]) -> None:
    works = [confirmed(company, "olga", ids, action="hold", reason="A pause") for ids in (three[:1], three[1:])]
    olga = browser_of(company, "olga")

    def queries(work: models.LongWork) -> int:
        with CaptureQueriesContext(connection) as found:
            olga.get(reverse("long-work", args=[work.pk]))
        return len(found)

    olga.get(reverse("long-work", args=[works[0].pk]))
    assert queries(works[0]) == queries(works[1])


def test_long_list_is_previewed_by_a_sample_that_is_said_to_be_one(
    company: Company, three: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert MOST_LOOKED_AT == 200
    monkeypatch.setattr("handrail.desk.long_work.previewing.MOST_LOOKED_AT", 2)
    page = posted(company, "olga", [], all="yes", query="status=running", action="hold").content.decode()
    assert "This is a sample: the first 2 of 3 handoffs" in page
