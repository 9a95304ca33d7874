"""The page of a step of every kind: what it shows, what it takes, and that a refusal keeps what was typed."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handrail.desk import ledger, models
from handrail.desk.queries.meeting import SHOWN
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from tests.desk.company import Company, browser_of, done
from tests.desk.kinds import RUNBOOK, begin, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of()
    return company


@pytest.fixture
def go_live() -> date:
    return timezone.now().date() + timedelta(days=60)


@pytest.fixture
def handoff_id(company: Company, go_live: date) -> int:
    """Started now: the pages read the clock."""
    facts = {"mrr": "8000", "go_live": go_live.isoformat()}
    return begin(company, facts={**facts, "invoice_types": [{"name": "Water bill"}]}, now=timezone.now())


def url(handoff_id: int, step: str) -> str:
    return f"/handoffs/{handoff_id}/steps/{step}/"


def text_of(answer: object) -> str:
    assert isinstance(answer, HttpResponse)
    return answer.content.decode()


def state_of(handoff_id: int) -> Handoff:
    return wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state)


def record(handoff_id: int, command: c.Command, now: datetime | None = None) -> None:
    done(ledger.record(handoff_id, command, now=now or timezone.now()))


# ---------------------------------------------------------------------------------------------------------- documents


def test_document_step_shows_each_piece_in_its_state(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "ivan")
    page = text_of(client.get(url(handoff_id, "documents")))
    assert "Project Manager (Paula Reyes) owes it." in page
    assert "Implementation Manager (Ivan Petrov) owes it." in page
    assert page.count("It does not apply") == 1


def test_piece_is_marked_as_not_applicable_and_asked_for_again(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "ivan")
    unsaid = client.post(url(handoff_id, "documents"), {"do": "waive", "item": "contract", "reason": " "})
    assert unsaid.status_code == 422
    assert "Say why you mark this as not applicable: others act on it." in text_of(unsaid)
    waived = {"do": "waive", "item": "contract", "reason": "A framework agreement."}
    assert client.post(url(handoff_id, "documents"), waived).status_code == 302
    page = text_of(client.get(url(handoff_id, "documents")))
    assert ("A framework agreement." in page, "Ask for it again" in page) == (True, True)
    assert client.post(url(handoff_id, "documents"), {"do": "ask-again", "item": "contract"}).status_code == 302
    assert state_of(handoff_id).waived["documents"] == {}


def test_who_owes_a_piece_attaches_it_and_who_does_the_step_finishes(company: Company, handoff_id: int) -> None:
    ivan, paula = browser_of(company, "ivan"), browser_of(company, "paula")
    attach = {"do": "attach", "item": "contract", "link": "https://example.com/contract"}
    assert ivan.post(url(handoff_id, "documents"), attach).status_code == 302
    early = paula.post(url(handoff_id, "documents"), {"do": "finish", "note": "All but one"})
    assert early.status_code == 422
    assert "Project plan is missing: attach a link or a file." in text_of(early)
    assert "All but one</textarea>" in text_of(early)
    assert ivan.post(url(handoff_id, "documents"), {"do": "finish"}).status_code == 403
    paula.post(url(handoff_id, "documents"), {"do": "attach", "item": "plan", "link": "https://example.com/plan"})
    assert paula.post(url(handoff_id, "documents"), {"do": "finish"}).status_code == 302
    assert state_of(handoff_id).state_of("documents") == "done"


# ------------------------------------------------------------------------------------------------------------ updates


def test_update_shows_what_is_to_be_written_and_that_it_is_out_of_step(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "paula")
    page = text_of(client.get(url(handoff_id, "crm")))
    assert ("8,000 USD" in page, "Onboarding" in page, "I have written this" in page) == (True, True, True)
    assert client.post(url(handoff_id, "crm"), {"do": "finish"}).status_code == 302
    record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"mrr": "9000"}))
    again = text_of(client.get(url(handoff_id, "crm")))
    assert "What was written is not true any more" in again
    assert "MRR was written as <strong>8,000 USD</strong>; it is <strong>9,000 USD</strong> now." in again
    assert "Last written" in again


def test_update_whose_value_is_missing_says_which(company: Company) -> None:
    handoff_id = begin(company, facts={"go_live": "2027-01-25"}, now=timezone.now())
    client = browser_of(company, "paula")
    assert "MRR is missing: it is to stand in MRR." in text_of(client.get(url(handoff_id, "crm")))
    assert client.post(url(handoff_id, "crm"), {"do": "finish"}).status_code == 422


# ----------------------------------------------------------------------------------------------------------- meetings


def test_meeting_is_planned_moved_called_off_and_held(company: Company, handoff_id: int, go_live: date) -> None:
    client, at = browser_of(company, "carla"), url(handoff_id, "meet")
    page = text_of(client.get(at))
    assert f"0 of 2 held. Only what is held before {go_live.day} {go_live:%B %Y} counts." in page
    assert "No meeting is planned yet." in page
    day = (timezone.now() + timedelta(days=9)).date()
    plan = {"do": "plan", "meets_at": f"{day}T10:00", "attendees": "Ana Lima\n\nCarla Santos\n", "note": "Agenda"}
    assert client.post(at, plan).status_code == 302
    [meeting] = state_of(handoff_id).meetings["meet"]
    assert (meeting.meets_at.isoformat(), meeting.attendees) == (f"{day}T15:00:00+00:00", ("Ana Lima", "Carla Santos"))
    moved = {"do": "move", "key": meeting.key, "meets_at": f"{day}T11:30", "attendees": "Ana Lima"}
    assert client.post(at, moved).status_code == 302
    [meeting] = state_of(handoff_id).meetings["meet"]
    assert (meeting.meets_at.isoformat(), meeting.attendees) == (f"{day}T16:30:00+00:00", ("Ana Lima",))
    assert f"{day:%a} {day.day} {day:%b}" in text_of(client.get(at))
    assert client.post(at, {"do": "call-off", "key": meeting.key, "reason": "Ana is ill."}).status_code == 302
    yesterday = (timezone.now() - timedelta(days=1)).date()
    for hour in (9, 10):
        held = {"do": "hold", "met_at": f"{yesterday}T{hour:02}:00", "attendees": "Ana Lima", "note": "Done"}
        assert client.post(at, held).status_code == 302
    assert state_of(handoff_id).state_of("meet") == "done"
    assert "2 of 2 held." in text_of(client.get(at))


@pytest.mark.parametrize(("at_least", "held"), [("", "1 held."), ("at_least: 1, ", "1 of 1 held.")])
def test_meetings_go_on_until_something_is_so(company: Company, at_least: str, held: str) -> None:
    quota, until = "{at_least: support.meetings, before: go_live}", f"{{{at_least}until: {{ready: done}}}}"
    version_of(RUNBOOK.replace(quota, until).replace('version: "1.0"', 'version: "1.1"'))
    handoff_id = begin(company, now=timezone.now())
    client, at = browser_of(company, "carla"), url(handoff_id, "meet")
    yesterday = (timezone.now() - timedelta(days=1)).date()
    assert client.post(at, {"do": "hold", "met_at": f"{yesterday}T09:00"}).status_code == 302
    tomorrow = (timezone.now() + timedelta(days=1)).date()
    assert client.post(at, {"do": "plan", "meets_at": f"{tomorrow}T09:00"}).status_code == 302
    assert f"{held} They go on until “Get ready” is done." in text_of(client.get(at))
    assert browser_of(company, "paula").post(url(handoff_id, "ready"), {"do": "finish"}).status_code == 302
    assert state_of(handoff_id).state_of("meet") == "done"
    page = text_of(client.get(at))
    assert (f"{held}</span>" in page, "They go on" in page) == (True, False)
    assert "The step is done without it." in page


def test_meetings_long_over_are_in_the_history(company: Company) -> None:
    quota, until = "{at_least: support.meetings, before: go_live}", "{until: {ready: done}}"
    version_of(RUNBOOK.replace(quota, until).replace('version: "1.0"', 'version: "1.1"'))
    handoff_id = begin(company, now=timezone.now())
    client, at = browser_of(company, "carla"), url(handoff_id, "meet")
    for days in range(SHOWN + 2, 0, -1):
        day = (timezone.now() - timedelta(days=days)).date()
        assert client.post(at, {"do": "hold", "met_at": f"{day}T09:00", "note": f"Note {days}."}).status_code == 302
    page = client.get(at).content.decode()
    assert f'<a href="/handoffs/{handoff_id}/history/?step=meet">2 earlier</a> in the history.' in page
    assert re.findall(r"Note (\d+)\.", page) == [str(days) for days in range(SHOWN, 0, -1)]


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"do": "plan", "meets_at": ""}, "Give the day and the time, like 2027-01-12T10:00."),
        ({"do": "plan", "meets_at": "soon"}, "Give the day and the time, like 2027-01-12T10:00."),
        (
            {"do": "plan", "meets_at": "2020-01-01T10:00"},
            "This time has passed. Choose one to come, or tell that the meeting was held.",
        ),
        (
            {"do": "hold", "met_at": "2090-01-01T10:00"},
            "This time is still to come. Plan the meeting, and tell afterwards that it was held.",
        ),
    ],
)
def test_refused_meeting_keeps_what_was_typed(
    company: Company, handoff_id: int, typed: dict[str, str], says: str
) -> None:
    sent = {**typed, "attendees": "Ana <Lima>\nRui Costa", "note": "Bring the plan"}
    answer = browser_of(company, "carla").post(url(handoff_id, "meet"), sent)
    page = text_of(answer)
    assert answer.status_code == 422
    assert page.count(says) == 2
    assert "Ana &lt;Lima&gt;\nRui Costa</textarea>" in page
    assert "Bring the plan</textarea>" in page
    assert state_of(handoff_id).meetings == {}


def test_session_says_when_it_comes_round_and_is_planned_from_its_dates(company: Company, handoff_id: int) -> None:
    client, at = browser_of(company, "paula"), url(handoff_id, "present")
    answer = client.get(at)
    page = text_of(answer)
    assert "Mondays 09:00–10:00 (America/New_York), 12 seats." in page
    choices = answer.context["view"].meetings.session.choices
    assert [datetime.fromisoformat(one.at).weekday() for one in choices] == [0] * 8
    plan = {"do": "plan", "session": choices[1].at, "meets_at": "", "attendees": "Ana Lima\nRui Costa"}
    assert client.post(at, plan).status_code == 302
    [meeting] = state_of(handoff_id).meetings["present"]
    assert meeting.meets_at == datetime.fromisoformat(choices[1].at)
    assert "2 of 12 seats" in text_of(client.get(at))


def test_who_does_not_hold_the_meetings_sees_why(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "ivan")
    page = text_of(client.get(url(handoff_id, "meet")))
    assert "Only the Customer Success Manager (Carla Santos) does “Meet before go-live”." in page
    assert 'type="datetime-local"' not in page
    plan = {"do": "plan", "meets_at": "2090-01-01T10:00"}
    assert client.post(url(handoff_id, "meet"), plan).status_code == 403


# ----------------------------------------------------------------------------------------------------------- messages


def test_message_is_edited_and_sent_and_its_deliveries_are_shown(company: Company, handoff_id: int) -> None:
    client, at = browser_of(company, "paula"), url(handoff_id, "greet")
    page = text_of(client.get(at))
    assert ('value="We have a new customer"' in page, "Please read it before Monday." in page) == (True, True)
    assert client.post(at, {"do": "send", "subject": "Our customer", "body": "Read it."}).status_code == 302
    sent = text_of(client.get(at))
    assert ("carla.santos@example.com" in sent, "lena.fischer@example.com" in sent, "Queued" in sent) == (
        True,
        True,
        True,
    )


def test_refused_message_keeps_its_words(company: Company) -> None:
    seats = {"pm": "paula", "im": "ivan"}
    handoff_id = begin(company, seats=seats, now=timezone.now())
    typed = {"do": "send", "subject": "Our customer", "body": "Typed for long"}
    answer = browser_of(company, "paula").post(url(handoff_id, "greet"), typed)
    page = text_of(answer)
    assert answer.status_code == 409
    says = "Nobody would get this: it goes to the Customer Success Manager (nobody yet) or the Client Services lead"
    assert says in page
    assert ('value="Our customer"' in page, "Typed for long</textarea>" in page) == (True, True)


def test_what_was_typed_for_a_step_that_was_done_meanwhile_is_shown_again(company: Company, handoff_id: int) -> None:
    record(handoff_id, c.Send(by=company.actor("paula"), step="greet"))
    typed = {"do": "send", "subject": "Our customer", "body": "Typed for long"}
    answer = browser_of(company, "paula").post(url(handoff_id, "greet"), typed)
    assert (answer.status_code, "Typed for long" in text_of(answer)) == (409, True)


def test_automatic_message_says_that_it_sends_itself(company: Company, handoff_id: int) -> None:
    page = text_of(browser_of(company, "paula").get(url(handoff_id, "alert")))
    assert "Sends itself as soon as it opens" in page
    history = text_of(browser_of(company, "paula").get(f"/handoffs/{handoff_id}/history/"))
    assert "</strong> sent “Alert”" not in history


# ----------------------------------------------------------------------------------- checks, waits, what has no button


def test_check_lists_what_it_finds_and_wait_what_it_waits_for(company: Company) -> None:
    handoff_id = begin(company, seats={"pm": "paula", "im": "ivan"}, now=timezone.now())
    client = browser_of(company, "paula")
    page = text_of(client.get(url(handoff_id, "checked")))
    for says in ("Nobody is Client Services lead.", "Nobody is Customer Success Manager.", "Nobody is Director."):
        assert f"<li>{says}</li>" in page
    waits = text_of(client.get(url(handoff_id, "cool")))
    assert "What this waits for" in waits
    assert "<li>“Collect the documents” is not done yet.</li>" in waits
    for one in (page, waits):
        assert 'value="finish"' not in one


def test_repeated_late_and_escalated_steps_say_so(company: Company) -> None:
    started_at = timezone.now() - timedelta(days=10)
    handoff_id = begin(company, now=started_at)
    record(handoff_id, c.Wake())
    client = browser_of(company, "carla")
    watch = text_of(client.get(url(handoff_id, "watch")))
    says = "Once it is done, it is to be done again 7 calendar days later, until “Bring the CRM up to date” is done."
    assert says in watch
    [escalated] = state_of(handoff_id).steps["ready"].escalated
    ready = text_of(client.get(url(handoff_id, "ready")))
    told = f"Lena Fischer, Client Services lead, was turned to on {escalated.day} {escalated:%B %Y}."
    assert told in ready
    assert "See to it that this is done: Get ready" in text_of(browser_of(company, "lena").get("/"))


def test_step_due_in_hours_shows_the_time(company: Company, handoff_id: int) -> None:
    line = browser_of(company, "paula").get(url(handoff_id, "ready")).context["view"].line
    assert line.due.text[-6:-5] == " "
    assert line.due.text[-3] == ":"


# ------------------------------------------------------------------------------------------------------------- ruling


def test_approval_in_order_says_whose_turn_it_is_and_what_silence_means(company: Company, handoff_id: int) -> None:
    lena = browser_of(company, "lena")
    page = text_of(lena.get(url(handoff_id, "approve")))
    assert "All of them must approve. They are asked one after the other." in page
    assert "If nobody answers by " in page
    assert "this approves it." in page
    assert "Carla Santos (Customer Success Manager) is asked before you." in page
    assert lena.post(url(handoff_id, "approve"), {"do": "approve"}).status_code == 409
    assert browser_of(company, "carla").post(url(handoff_id, "approve"), {"do": "approve"}).status_code == 302
    lines = lena.get(url(handoff_id, "approve")).context["view"].approvers
    assert [(one.who.name, one.word) for one in lines] == [("Carla Santos", "Approved"), ("Lena Fischer", "Is next")]


def test_refusal_is_disagreed_with_and_overruled(company: Company, handoff_id: int) -> None:
    record(handoff_id, c.Finish(by=company.actor("paula"), step="ready"))
    refusal = {"do": "refuse", "reason": "documents missing"}
    assert browser_of(company, "carla").post(url(handoff_id, "accept"), refusal).status_code == 302
    paula, lena, at = browser_of(company, "paula"), browser_of(company, "lena"), url(handoff_id, "accept")
    page = text_of(paula.get(at))
    assert "The refusal stands. The Project Manager (Paula Reyes) may disagree with it" in page
    says = "Only the Project Manager (Paula Reyes) disagrees with a refusal here."
    assert says in text_of(lena.get(at))
    assert paula.post(at, {"do": "disagree", "reason": ""}).status_code == 422
    assert paula.post(at, {"do": "disagree", "reason": "All is there."}).status_code == 302
    asked = text_of(lena.get(at))
    assert ("All is there." in asked, "the Director (Dev Patel) decides." in asked) == (True, True)
    assert "Only the Client Services lead (Lena Fischer) decides on this." in text_of(paula.get(at))
    assert paula.post(at, {"do": "overrule", "note": "x"}).status_code == 403
    unsaid = lena.post(at, {"do": "overrule", "note": ""})
    assert unsaid.status_code == 422
    assert "Say why you overrule the receiver: others act on it." in text_of(unsaid)
    assert lena.post(at, {"do": "overrule", "note": "It is enough."}).status_code == 302
    assert models.Handoff.objects.get(pk=handoff_id).end == "over"


def test_refusal_is_upheld(company: Company, handoff_id: int) -> None:
    record(handoff_id, c.Finish(by=company.actor("paula"), step="ready"))
    record(handoff_id, c.Refuse(by=company.actor("carla"), step="accept", reason="documents missing"))
    record(handoff_id, c.Disagree(by=company.actor("paula"), step="accept", reason="All is there."))
    assert browser_of(company, "lena").post(url(handoff_id, "accept"), {"do": "uphold"}).status_code == 302
    assert state_of(handoff_id).disputes == {}


# ------------------------------------------------------------------------------------------- begun, reported, in place


def test_discretionary_step_is_begun_with_a_note(company: Company, handoff_id: int) -> None:
    ivan = browser_of(company, "ivan")
    assert "Audit the data" in text_of(ivan.get(f"/handoffs/{handoff_id}/"))
    assert "It is needed once somebody finds so." in text_of(ivan.get(url(handoff_id, "audit")))
    assert browser_of(company, "carla").post(url(handoff_id, "audit"), {"do": "begin"}).status_code == 403
    begun = ivan.post(url(handoff_id, "audit"), {"do": "begin", "note": "Two duplicates"})
    assert begun.status_code == 302
    assert state_of(handoff_id).state_of("audit") == "open"


def test_happening_is_reported_by_who_may_also_after_the_end(company: Company, handoff_id: int) -> None:
    ivan, at = browser_of(company, "ivan"), f"/handoffs/{handoff_id}/happenings/refreshed/"
    page = text_of(browser_of(company, "carla").get(f"/handoffs/{handoff_id}/"))
    says = "“The test instance was refreshed” is reported by the Implementation Manager (Ivan Petrov) or CS Operations."
    assert says in page
    assert browser_of(company, "carla").post(at, {"note": "Last night"}).status_code == 403
    assert ivan.post(at, {"note": "Last night"}).status_code == 302
    assert "Last night" in text_of(ivan.get(f"/handoffs/{handoff_id}/"))
    assert ivan.post(f"/handoffs/{handoff_id}/happenings/nothing/").status_code == 404
    record(handoff_id, c.Finish(by=company.actor("ivan"), step="setup"))
    record(handoff_id, c.Finish(by=company.actor("paula"), step="ready"))
    record(handoff_id, c.Accept(by=company.actor("carla"), step="accept"))
    assert ivan.post(at).status_code == 302
    assert ivan.post(url(handoff_id, "setup"), {"do": "finish"}).status_code == 302
    assert state_of(handoff_id).state_of("setup") == "done"


def test_milestones_say_whether_they_are_reached(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "paula")
    assert "Not yet" in text_of(client.get(f"/handoffs/{handoff_id}/"))
    for item in ("plan", "contract"):
        add = c.AddEvidence(by=company.actor("paula"), step="documents", key=item, item=item, link="https://a.example")
        record(handoff_id, add)
    record(handoff_id, c.Finish(by=company.actor("paula"), step="documents"))
    [milestone] = client.get(f"/handoffs/{handoff_id}/").context["course"].milestones
    assert (milestone.title, milestone.reached_at is None) == ("All is collected", False)


def test_records_have_steps_of_their_own_under_the_one_that_stands_for_them(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "ivan")
    view = client.get(f"/handoffs/{handoff_id}/").context["view"]
    collect = [(one.title, one.has_records, one.of_record) for one in view.stages[0].steps if "Describe" in one.title]
    assert collect == [
        ("Describe the invoice type", True, False),
        ("Describe the invoice type: Water bill", False, True),
    ]
    assert client.get(url(handoff_id, "describe@water-bill")).status_code == 200
    whole = client.get(url(handoff_id, "describe"))
    assert (whole.status_code, whole.headers["Location"]) == (302, f"/handoffs/{handoff_id}/#step-describe")


def test_list_that_is_missing_keeps_its_place_in_the_plan(company: Company) -> None:
    handoff_id = begin(company, now=timezone.now())
    view = browser_of(company, "ivan").get(f"/handoffs/{handoff_id}/").context["view"]
    waits = {one.title: one.waits for one in view.stages[0].steps if one.has_records}
    assert waits == {"Describe the invoice type": "Invoice types is not known yet."}


def test_stand_in_is_named_until_a_day_and_shown(company: Company, handoff_id: int) -> None:
    carla, at = browser_of(company, "carla"), f"/handoffs/{handoff_id}/roles/csm/"
    until = timezone.now().date() + timedelta(days=20)
    dev = company.people["dev"].pk
    past = carla.post(at, {"person": dev, "until": "2020-01-01"})
    assert past.status_code == 422
    assert "1 January 2020 has passed: name a day to come." in text_of(past)
    assert 'value="2020-01-01"' in text_of(past)
    assert carla.post(at, {"person": dev, "until": "soon"}).status_code == 422
    assert carla.post(at, {"person": dev}).status_code == 403
    assert carla.post(at, {"person": dev, "until": until.isoformat()}).status_code == 302
    page = text_of(carla.get(f"/handoffs/{handoff_id}/"))
    assert f'Stands in for Carla Santos until <time datetime="{until}">' in page


# ---------------------------------------------------------------------------------------------------------- all of it


KINDS = (
    *("alert", "documents", "describe@water-bill", "crm", "setup", "audit", "checked", "cool", "watch"),
    *("meet", "present", "greet", "approve", "ready", "accept"),
)


@pytest.mark.parametrize("step", KINDS)
@pytest.mark.parametrize("visitor", ["paula", "ivan", "carla", "olga"])
def test_page_of_every_kind_opens_for_everybody(company: Company, handoff_id: int, step: str, visitor: str) -> None:
    answer = browser_of(company, visitor).get(url(handoff_id, step))
    page = text_of(answer)
    assert answer.status_code == 200
    assert (" style=" in page, "<script>" in page, "onclick" in page) == (False, False, False)


def test_page_with_meetings_takes_as_many_queries_whatever_it_shows(company: Company, handoff_id: int) -> None:
    client = browser_of(company, "carla")

    def queries(step: str) -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(url(handoff_id, step)).status_code == 200
        return len(counted)

    def plan(key: str) -> None:
        later = timezone.now() + timedelta(days=3)
        record(handoff_id, c.PlanMeeting(by=company.actor("carla"), step="meet", key=key, meets_at=later))

    plan("a")
    queries("meet")  # which reads what is kept in memory from then on
    first = queries("meet")
    plan("b")
    plan("c")
    assert queries("meet") == first
    record(handoff_id, c.Send(by=company.actor("paula"), step="greet"))
    both = queries("greet")
    models.Delivery.objects.filter(step="greet").first().delete()  # type: ignore[union-attr]
    assert queries("greet") == both
