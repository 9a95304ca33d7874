"""How one handoff is looked at: its head, what would change, beside the plan, its story, and as it was on a day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import comments, ledger, models
from handrail.desk.comments import Subject
from handrail.desk.people import actor_of
from handrail.desk.queries.drawing import plan_drawing, plan_graph
from handrail.desk.queries.handoff import HandoffView, handoff_view
from handrail.desk.queries.opened import Opened, open_handoff
from handrail.handoff import commands as c
from tests.desk.company import NOW, SUMMARY, Company, browser_of, done

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def company() -> Company:
    return Company()


def record(handoff_id: int, command: c.Command, now: datetime = NOW) -> None:
    done(ledger.record(handoff_id, command, now=now))


def view_of(company: Company, handoff_id: int, who: str = "paula", now: datetime = NOW) -> tuple[Opened, HandoffView]:
    opened = open_handoff(handoff_id)
    return opened, handoff_view(opened, actor_of(company.people[who], now), now)


def words_of(page: str) -> str:
    return unescape(" ".join(re.sub(r"<[^>]+>", " ", page.split('id="main"')[1]).split()))


# ---------------------------------------------------------------------------------------------------------- the head


def test_head_says_where_we_are_who_has_it_and_what_blocks_it(company: Company) -> None:
    handoff_id = company.start()
    _, view = view_of(company, handoff_id, now=datetime(2027, 1, 8, 12, 0, tzinfo=UTC))
    assert [(one.title, one.look, one.done, one.needed) for one in view.stages][:2] == [
        ("Decide", "current", 0, 1),
        ("Prepare", "to come", 0, 5),
    ]
    assert (view.next_step, view.next_who and view.next_who.name) == ("choose-tsm", "Lena Fischer")
    assert [(one.look, one.says, one.step or one.decision or one.part) for one in view.blocking] == [
        ("late", "“Decide who the TSM or TAM is” is late: 8 days late, with Lena Fischer.", "choose-tsm"),
        ("undecided", "Approach is not decided: 1 step waits for it.", "approach"),
        ("missing", "Invoice types is not known: 1 step waits for it.", "facts"),
    ]


def test_head_of_a_handoff_on_hold_says_so_first(company: Company) -> None:
    handoff_id = company.start()
    record(handoff_id, c.Hold(by=company.actor("olga"), reason="The contract is looked at"))
    _, view = view_of(company, handoff_id)
    assert (view.blocking[0].says, view.blocking[0].part) == (
        "On hold since 1 December: The contract is looked at",
        "hold",
    )
    page = words_of(browser_of(company, "paula").get(f"/handoffs/{handoff_id}/").content.decode())
    assert "Due Its clock stands" in page


def test_empty_role_blocks_and_nobody_has_it(company: Company) -> None:
    handoff_id = company.start()
    record(handoff_id, c.FillRole(by=company.actor("olga"), role="lead", person=None))
    _, view = view_of(company, handoff_id)
    assert "Nobody holds “Decide who the TSM or TAM is”." in [one.says for one in view.blocking]
    assert view.next_who is not None
    assert view.next_who.is_vacant


def test_what_one_may_only_for_another_is_not_told_as_ones_own(company: Company) -> None:
    handoff_id = company.start()
    today = timezone.now().date()
    models.Absence.objects.create(
        person=company.people["lena"], delegate=company.people["tom"], first_day=today - DAY, last_day=today + DAY
    )
    path = f"/handoffs/{handoff_id}/"
    step = 'id="step-choose-tsm"'
    mine = browser_of(company, "tom").get(path).content.decode().split(step)[1].split("</li>")[0]
    assert ("You may, for Lena Fischer" in mine, "Yours" in mine) == (True, False)
    hers = browser_of(company, "lena").get(path).content.decode().split(step)[1].split("</li>")[0]
    assert ("Yours" in hers, "You may" in hers) == (True, False)


def test_people_to_choose_from_are_asked_for_where_somebody_is_to_be_chosen(company: Company) -> None:
    handoff_id = company.start()
    client, path = browser_of(company, "olga"), f"/handoffs/{handoff_id}/"
    team = models.Team.objects.get(key="client-services")
    models.Person.objects.create(email="p1@example.com", name="Aa 1", team=team)
    assert ">Aa 1" not in client.get(path).content.decode()
    assert ">Aa 1" in client.get(path, {"seat": "csm"}).content.decode()


def test_people_too_many_to_look_through_are_searched_and_named_by_name_or_address(company: Company) -> None:
    handoff_id = company.start()
    client, path = browser_of(company, "olga"), f"/handoffs/{handoff_id}/"
    team = models.Team.objects.get(key="client-services")
    for number in range(101):
        models.Person.objects.create(email=f"p{number}@example.com", name=f"Aa {number // 2:03}", team=team)
    page = client.get(path, {"seat": "csm"}).content.decode()
    assert ('name="address"' in page, "A name, or the e-mail address. Empty: nobody." in page, page.count(">Aa ")) == (
        True,
        True,
        0,
    )
    offered = client.get("/find/people/", {"q": "aa 04"}).content.decode()
    assert offered.count("<option") == 12
    assert offered.startswith('<option value="p80@example.com">Aa 040</option><option value="p81@example.com">')
    assert client.get("/find/people/", {"q": " "}).content.decode() == ""

    def named(text: str) -> str:
        told = client.post(f"{path}roles/csm/", {"address": text}, follow=True).content.decode()
        holder = open_handoff(handoff_id).state.people.get("csm")
        if "Nobody here is called" in told:
            return told.split("Nobody here is called ")[1].split("</")[0].strip()
        return holder.name if holder else "nobody"

    assert named("P80@example.com ") == "Aa 040"
    assert named("aa 050") == "Aa 050"
    assert named("Aa 041") == "Aa 041, or more than one is. Write the e-mail address."
    assert named("zz@example.com") == "zz@example.com, or more than one is. Write the e-mail address."
    assert named("") == "nobody"


# --------------------------------------------------------------------------------------------------------- the drawing


def test_plan_is_drawn_with_the_words_that_say_the_same(company: Company) -> None:
    opened, view = view_of(company, company.start())
    drawn = plan_drawing(opened, view.stages)
    rows = {line.name: row for stage in drawn.stages for line, row in stage.rows}
    assert rows["meet-before-go-live"].needs == ("choose-tsm",)
    assert rows[SUMMARY].needed_by == "“Client Services accepts”"
    assert [line.part for line in rows[SUMMARY].lines if line.hub == "to:accept"] == ["down", "out"]
    page = browser_of(company, "paula").get(f"/handoffs/{opened.row.pk}/").content.decode()
    assert "Needed by “Client Services accepts”." in unescape(page)


def test_graph_has_a_box_for_each_step_and_a_way_for_each_need(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    opened, view = view_of(company, handoff_id)
    graph = plan_graph(opened, view.stages)
    names = [line.name for stage in view.stages for line in stage.steps if not line.of_record]
    assert sorted(box.line.name for box in graph.boxes) == sorted(names)
    assert (SUMMARY, "accept") in {(way.of, way.to) for way in graph.ways}
    assert len({(box.x, box.y) for box in graph.boxes}) == len(graph.boxes)
    page = browser_of(company, "paula").get(f"/handoffs/{handoff_id}/?plan=graph").content.decode()
    assert page.count("graph-box ") == len(names)


# ------------------------------------------------------------------------------------------------------- what follows


def fact(company: Company, handoff_id: int, do: str, **values: str) -> dict[str, str]:
    known = open_handoff(handoff_id).state
    was = {f"was.{name}": str(known.facts[name].value) if name in known.facts else "" for name in values}
    return {**was, **values, "do": do, "seen": str(known.number), "source": "the contract"}


def test_what_would_change_is_shown_before_it_is_kept(company: Company) -> None:
    handoff_id = company.start()
    client, path = browser_of(company, "paula"), f"/handoffs/{handoff_id}/facts/"
    number = open_handoff(handoff_id).state.number
    answer = client.post(path, fact(company, handoff_id, "look", mrr="25000", go_live="2027-03-01"))
    page = words_of(answer.content.decode())
    assert (answer.status_code, open_handoff(handoff_id).state.number) == (200, number)
    for told in (
        "MRR 25,000 USD now 5,000 USD",
        "Support Type: Transition Success, Days after go-live: 90, Meetings before go-live: 4",
        "Complete the Integration Summary Mon 25 Jan 2027 Mon 22 Feb 2027",
        "Whose work it changes",
        "Lena Fischer Client Services lead",
    ):
        assert told in page
    sent_on = dict(re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.content.decode()))
    sent_on.pop("csrfmiddlewaretoken", None)
    back = client.post(path, {**sent_on, "do": "back"}).content.decode()
    assert ('name="mrr" value="25000"' in back, 'value="the contract"' in back) == (True, True)
    assert client.post(path, {**sent_on, "do": "change"}).status_code == 302
    state = open_handoff(handoff_id).state
    assert (state.facts["mrr"].value, state.facts["mrr"].source) == ("25000", "the contract")


def test_fact_from_which_nothing_follows_is_kept_at_once(company: Company) -> None:
    handoff_id = company.start()
    answer = browser_of(company, "paula").post(
        f"/handoffs/{handoff_id}/facts/", fact(company, handoff_id, "look", mrr="6000")
    )
    assert answer.status_code == 302
    assert open_handoff(handoff_id).state.facts["mrr"].value == "6000"


def test_look_at_what_somebody_changed_meanwhile_is_a_clash(company: Company) -> None:
    handoff_id = company.start()
    typed = fact(company, handoff_id, "look", mrr="25000")
    record(handoff_id, c.GiveFacts(by=company.actor("olga"), values={"mrr": "100"}))
    answer = browser_of(company, "paula").post(f"/handoffs/{handoff_id}/facts/", typed)
    page = answer.content.decode()
    assert (answer.status_code, "Olga Lind changed this meanwhile." in page, 'value="25000"' in page) == (
        409,
        True,
        True,
    )


def test_fact_that_would_be_cleared_is_sent_on_as_cleared(company: Company) -> None:
    handoff_id = company.start()
    client, path = browser_of(company, "paula"), f"/handoffs/{handoff_id}/facts/"
    page = client.post(path, fact(company, handoff_id, "look", go_live="")).content.decode()
    assert '<input type="hidden" name="go_live" value="">' in page
    assert "not known" in words_of(page)


def test_approver_sees_what_follows_from_an_override(company: Company) -> None:
    handoff_id = company.start()
    outputs = {"type": "Help Desk", "days": "0", "meetings": "0"}
    record(handoff_id, c.AskOverride(by=company.actor("paula"), decision="support", outputs=outputs, reason="Small"))
    path = f"/handoffs/{handoff_id}/decisions/support/"
    hers = words_of(browser_of(company, "lena").get(path).content.decode())
    assert "If it is approved" in hers
    assert "Not needed any more" in hers
    assert "If it is approved" not in words_of(browser_of(company, "paula").get(path).content.decode())


# ------------------------------------------------------------------------------------------------------ beside the plan


def test_step_beside_the_plan_is_its_page_without_the_page(company: Company) -> None:
    handoff_id = company.start()
    path, part = f"/handoffs/{handoff_id}/steps/{SUMMARY}/", {"Handrail-Part": "step"}
    client = browser_of(company, "ivan")
    answer = client.get(path, headers=part)
    page = answer.content.decode()
    assert ("<html" in page, 'id="beside-part"' in page, answer["Cache-Control"]) == (False, True, "no-store")
    refused = client.post(path, {"do": "answer", "is.ivr": "not-applicable", "reason.ivr": ""}, headers=part)
    page = refused.content.decode()
    assert (refused.status_code, "Say why it does not apply" in page, "<html" in page) == (422, True, False)
    kept = client.post(path, {"do": "answer", "is.ivr": "given", "f.ivr": "Press 1"}, headers=part, follow=True)
    assert ("Saved." in kept.content.decode(), "<html" in kept.content.decode()) == (True, False)


# ---------------------------------------------------------------------------------------------------------- the story


def lived(company: Company) -> int:
    """Started on 1 December; on the 3rd a fact was given and commented on, on the 7th a step was done."""
    handoff_id = company.start()
    record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": "25000"}), NOW + 2 * DAY)
    said = Subject(handoff=handoff_id, about=f"step:{SUMMARY}", title="Cedar Falls Water")
    comments.say(said, "Is that so?", by=company.people["ivan"], now=NOW + 2 * DAY + timedelta(hours=1))
    command = c.Finish(by=company.actor("lena"), step="choose-tsm", person=company.actor("tom").person)
    record(handoff_id, command, NOW + 6 * DAY)
    return handoff_id


def story_of(page: str) -> list[tuple[str, list[str]]]:
    """Each day with what its acts say."""
    days = page.split('class="story-day"')[1:]
    return [
        (
            words_of(f'id="main"{re.search("<h3.*?</h3>", day).group()}'),  # type: ignore[union-attr]
            [words_of(f'id="main"{what}') for what in re.findall(r'<p class="event-what">.*?</p>', day)],
        )
        for day in days
    ]


def test_history_is_told_by_day_with_what_followed_and_what_was_said(company: Company) -> None:
    page = browser_of(company, "paula").get(f"/handoffs/{lived(company)}/history/").content.decode()
    assert story_of(page) == [
        (
            "Mon 7 Dec",
            [
                "Lena Fischer finished “Decide who the TSM or TAM is”",
                "Lena Fischer made Tom Okafor the Transition Success Manager",
            ],
        ),
        ("Thu 3 Dec", ["Ivan Petrov said on “Complete the Integration Summary”", "Paula Reyes gave facts"]),
        (
            "Tue 1 Dec",
            ["Olga Lind gave facts", "Olga Lind started the handoff on Transition to Client Services 1.2"],
        ),
    ]
    assert "What followed: Decided: Support (rule 5)" in words_of(page)


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"person": "ivan"}, ["Ivan Petrov said on “Complete the Integration Summary”"]),
        ({"person": "lena"}, ["Lena Fischer finished", "Lena Fischer made Tom Okafor the"]),
        ({"step": "choose-tsm"}, ["Lena Fischer finished", "Olga Lind gave facts"]),
        ({"person": "tom"}, []),
    ],
)
def test_history_is_narrowed_to_a_person_or_a_step(company: Company, asked: dict[str, str], told: list[str]) -> None:
    handoff_id = lived(company)
    query = {name: str(company.people[one].pk) if name == "person" else one for name, one in asked.items()}
    page = browser_of(company, "paula").get(f"/handoffs/{handoff_id}/history/", query).content.decode()
    found = [what for _, acts in story_of(page) for what in acts]
    assert [what[: len(begins)] for what, begins in zip(found, told, strict=True)] == told
    assert ("Nothing like that happened" in page) is not bool(told)


def test_long_history_goes_on_where_the_page_ended(company: Company) -> None:
    handoff_id = company.start()
    for number in range(45):
        at = NOW + timedelta(minutes=number + 1)
        record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": str(5001 + number)}), at)
    client, path = browser_of(company, "paula"), f"/handoffs/{handoff_id}/history/"
    first = client.get(path)
    shown = [line.entry.number for day in first.context["days"] for line in day.lines]
    rest = client.get(path, {"before": str(first.context["more"])})
    earlier = [line.entry.number for day in rest.context["days"] for line in day.lines]
    assert (len(shown), len(earlier), rest.context["more"]) == (40, 7, None)
    assert shown + earlier == sorted(shown + earlier, reverse=True)


# ---------------------------------------------------------------------------------------------------------- as it was


def test_handoff_is_shown_as_it_was_at_the_end_of_a_day(company: Company) -> None:
    handoff_id = lived(company)
    client = browser_of(company, "paula")

    def on(day: str) -> str:
        answer = client.get(f"/handoffs/{handoff_id}/", {"on": day})
        assert answer.status_code == 200
        return answer.content.decode()

    first, third = words_of(on("2026-12-02")), words_of(on("2026-12-03"))
    assert ("As it was at the end of 2 Dec 2026" in first, "5,000 USD" in first, "25,000 USD" in first) == (
        True,
        True,
        False,
    )
    assert ("25,000 USD" in third, "Decide 0 of 1" in third) == (True, True)
    assert "Decide 1 of 1" in words_of(on("2026-12-07"))
    page = on("2026-12-03")
    assert ('method="post"' in page.split('id="main"')[1], "/steps/" in page) == (False, False)


def test_as_it_was_is_what_was_recorded_then(company: Company) -> None:
    """Also of a handoff that has moved to another version since."""
    handoff_id = company.start()
    then = handoff_view(open_handoff(handoff_id), actor_of(company.people["paula"], NOW), NOW)
    client = browser_of(company, "paula")
    record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": "25000"}), NOW + 3 * DAY)
    shown = client.get(f"/handoffs/{handoff_id}/", {"on": "2026-12-02"}).context["view"]
    assert (shown.number, shown.done, shown.needed, shown.stage) == (then.number, then.done, then.needed, then.stage)
    assert [(one.title, one.outputs) for one in shown.decisions] == [(one.title, one.outputs) for one in then.decisions]


@pytest.mark.parametrize(
    ("day", "says"),
    [
        ("soon", "“soon” is not a day. Write it like 2027-01-12."),
        ("2026-11-30", "This handoff started on 1 December 2026: choose that day or a later one."),
        ("2999-01-01", "1 January 2999 is still to come."),
    ],
)
def test_day_that_cannot_be_shown_is_told_at_its_field(company: Company, day: str, says: str) -> None:
    answer = browser_of(company, "paula").get(f"/handoffs/{company.start()}/", {"on": day})
    page = unescape(answer.content.decode())
    assert (answer.status_code, f"{says}</p>" in page, f'value="{day}"' in page) == (422, True, True)


def test_as_it_was_takes_as_many_queries_whatever_happened(company: Company) -> None:
    handoff_id = lived(company)
    client = browser_of(company, "paula")

    def queries(day: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/handoffs/{handoff_id}/", {"on": day}).status_code == 200
        return len(counted)

    assert queries("2026-12-02") == queries("2026-12-07")
