"""The pages of one handoff: what they show, what they take, and that nothing a person typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handrail.desk import ledger, models, uploads
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.events import Answer
from handrail.handoff.history import Handoff
from tests.desk.company import CEDAR_FALLS, NO_PHASES, NOW, SUMMARY, Company, browser_of, done

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return Company()


def state_of(handoff_id: int) -> Handoff:
    return wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state)


def step_url(handoff_id: int, step: str = SUMMARY) -> str:
    return f"/handoffs/{handoff_id}/steps/{step}/"


def test_handoff_page_says_where_we_are_who_has_it_and_why_90_days(company: Company) -> None:
    page = browser_of(company, "paula").get(f"/handoffs/{company.start()}/").content.decode()
    for words in (
        "Decide who the TSM or TAM is",
        "Lena Fischer",
        "Transition Success",
        "MRR is exactly 5,000 USD, where rule 4 begins and rule 1 ends: rule 4 was taken.",
        "The source puts 5,000 in two rows; the upper one is taken.",
        "Meetings with the TSM before go-live",
    ):
        assert words in page


def test_handoff_page_takes_as_many_queries_whatever_it_shows(company: Company) -> None:
    handoff_id = company.start()
    client = browser_of(company, "paula")

    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert client.get(f"/handoffs/{handoff_id}/").status_code == 200
        return len(counted)

    first = queries()
    company.fill_summary(handoff_id)
    done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    done(ledger.record(handoff_id, c.Reopen(by=company.actor("ivan"), step=SUMMARY, reason="Again"), now=NOW))
    done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    assert queries() == first


def test_form_keeps_what_is_right_and_shows_what_is_wrong(company: Company) -> None:
    handoff_id = company.start()
    typed = {
        "do": "answer",
        "seen": state_of(handoff_id).number,
        "is.project_notes": "given",
        "f.project_notes": "not a link at all",
        "is.ivr": "not-applicable",
        "reason.ivr": "",
        "is.rejects": "not-applicable",
        "reason.rejects": "No rejects <yet>",
        "is.payments": "given",
        "f.payments": "Lockbox only",
    }
    answer = browser_of(company, "ivan").post(step_url(handoff_id), typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="not a link at all"' in page
    assert "“not a link at all” is not a link. Write it whole, like https://example.com/page." in page
    assert "Say why it does not apply: blank is not the same as not applicable." in page
    assert 'value="No rejects &lt;yet&gt;"' in page
    kept = state_of(handoff_id).answers[SUMMARY]
    assert {name: (one.value, one.reason) for name, one in kept.items()} == {
        "rejects": (None, "No rejects <yet>"),
        "payments": ("Lockbox only", None),
    }


def test_form_cannot_be_signed_while_a_field_is_missing_and_says_who_owes_it(company: Company) -> None:
    handoff_id = company.start()
    answer = browser_of(company, "ivan").post(step_url(handoff_id), {"do": "sign", "seen": state_of(handoff_id).number})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“Complete the Integration Summary” cannot be signed yet: 18 things are missing." in page
    assert "RAID log is missing: the Project Manager (Paula Reyes) owes it." in page
    assert models.SignedDocument.objects.count() == 0


def test_form_that_two_people_fill_at_once_loses_nothing_of_either(company: Company) -> None:
    handoff_id = company.start()
    seen = state_of(handoff_id).number
    theirs = {"ivr": Answer(value="Press 1"), "payments": Answer(value="Lockbox")}
    done(ledger.record(handoff_id, c.AnswerForm(by=company.actor("ivan"), step=SUMMARY, answers=theirs), now=NOW))
    mine = {
        "do": "answer",
        "seen": seen,
        "is.ivr": "given",
        "f.ivr": "Press 2",
        "is.payments": "given",
        "f.payments": "",
        "is.rejects": "given",
        "f.rejects": "Daily",
    }
    client = browser_of(company, "paula")
    answer = client.post(step_url(handoff_id), mine)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Ivan Petrov wrote: Press 1" in page
    assert ">Press 2</textarea>" in page
    kept = {name: one.value for name, one in state_of(handoff_id).answers[SUMMARY].items()}
    assert kept == {"ivr": "Press 1", "payments": "Lockbox", "rejects": "Daily"}

    again = client.post(step_url(handoff_id), {**mine, "seen": state_of(handoff_id).number, "f.payments": "Lockbox"})
    assert again.status_code == 302
    assert state_of(handoff_id).answers[SUMMARY]["ivr"].value == "Press 2"


def test_form_typed_after_the_step_was_closed_is_shown_again(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    seen = state_of(handoff_id).number
    done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    typed = {"do": "answer", "seen": seen, "is.ivr": "given", "f.ivr": "Typed for ten minutes"}
    answer = browser_of(company, "ivan").post(step_url(handoff_id), typed)
    assert answer.status_code == 409
    assert "Typed for ten minutes" in answer.content.decode()


def test_list_field_keeps_its_rows_and_leaves_empty_ones_out(company: Company) -> None:
    handoff_id = company.start()
    typed = {
        "do": "answer",
        "seen": state_of(handoff_id).number,
        "is.invoice_types": "given",
        "f.invoice_types.name": ["Water", "", "Sewer"],
        "f.invoice_types.description": ["Monthly", "", ""],
    }
    assert browser_of(company, "ivan").post(step_url(handoff_id), typed).status_code == 302
    assert state_of(handoff_id).facts["invoice_types"].value == [
        {"name": "Water", "description": "Monthly"},
        {"name": "Sewer"},
    ]


def test_signing_saves_what_stands_in_the_fields_first(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    typed = {"do": "sign", "seen": state_of(handoff_id).number, "is.ivr": "given", "f.ivr": "The last word"}
    assert browser_of(company, "ivan").post(step_url(handoff_id), typed).status_code == 302
    assert state_of(handoff_id).state_of(SUMMARY) == "done"
    assert "The last word" in models.SignedDocument.objects.get().content


def test_signing_is_refused_when_somebody_changed_the_content_meanwhile(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    seen = state_of(handoff_id).number
    theirs = c.AnswerForm(by=company.actor("paula"), step=SUMMARY, answers={"ivr": Answer(value="Changed")})
    done(ledger.record(handoff_id, theirs, now=NOW))
    typed = {"do": "sign", "seen": seen, "is.rejects": "given", "f.rejects": "Also mine"}
    answer = browser_of(company, "ivan").post(step_url(handoff_id), typed)
    assert answer.status_code == 409
    assert "Paula Reyes changed it" in answer.content.decode()
    assert state_of(handoff_id).state_of(SUMMARY) == "open"
    assert state_of(handoff_id).answers[SUMMARY]["rejects"].value == "Also mine"


def test_override_is_asked_for_and_approved_by_two_different_people(company: Company) -> None:
    handoff_id = company.start()
    url = f"/handoffs/{handoff_id}/decisions/support/"
    wanted = {"o.type": "Transition Success", "o.days": "90", "o.meetings": "4"}
    asked = browser_of(company, "paula").post(url, {"do": "ask", "reason": "UAT slipped twice", **wanted})
    assert asked.status_code == 302
    own = browser_of(company, "paula").post(url, {"do": "approve"})
    assert own.status_code == 403
    assert "Only the Client Services lead (Lena Fischer) decides on this request." in own.content.decode()
    assert browser_of(company, "lena").post(url, {"do": "approve"}).status_code == 302
    assert state_of(handoff_id).outputs_of("support") == {"type": "Transition Success", "days": "90", "meetings": "4"}
    page = browser_of(company, "carla").get(f"/handoffs/{handoff_id}/").content.decode()
    assert "Asked by Paula Reyes, approved by Lena Fischer: UAT slipped twice" in page


def test_override_with_unfit_values_keeps_what_was_typed(company: Company) -> None:
    url = f"/handoffs/{company.start()}/decisions/support/"
    typed = {"do": "ask", "reason": "Because", "o.type": "Transition Success", "o.days": "ninety", "o.meetings": "4"}
    answer = browser_of(company, "paula").post(url, typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="ninety"' in page
    assert "“ninety” is not a whole number. Write it like 12 or 1.5." in page
    assert ">Because</textarea>" in page


def test_evidence_is_attached_downloaded_and_removed(company: Company) -> None:
    handoff_id = company.start()
    client = browser_of(company, "ivan")
    file = SimpleUploadedFile("../../notes <b>.txt", b"Call notes")
    assert client.post(step_url(handoff_id), {"do": "attach", "file": file}).status_code == 302
    row = models.Upload.objects.get()
    with uploads.opened(row) as kept:
        assert (row.name, row.size, row.is_loose, kept.read()) == ("notes b.txt", 10, False, b"Call notes")
    answer = client.get(f"/handoffs/{handoff_id}/uploads/{row.key}/")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="notes b.txt"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert b"".join(answer) == b"Call notes"
    [attached] = state_of(handoff_id).evidence[SUMMARY]
    assert client.post(step_url(handoff_id), {"do": "detach", "key": attached.key}).status_code == 302
    assert state_of(handoff_id).evidence[SUMMARY] == ()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("page.html", b"<script>alert(1)</script>", "Files .html are not kept here."),
        ("run.exe", b"MZ\x90", "Files .exe are not kept here."),
        ("scan.pdf", b"<html>", "The content of “scan.pdf” is not that of a .pdf file."),
        ("sheet.xlsx", b"not a zip", "The content of “sheet.xlsx” is not that of a .xlsx file."),
        ("empty.txt", b"", "This file is empty."),
        ("noending", b"x", "Files without an ending are not kept here."),
    ],
)
def test_hostile_or_unfit_file_is_refused_and_nothing_is_kept(
    company: Company, name: str, content: bytes, says: str
) -> None:
    handoff_id = company.start()
    before = _kept_files()
    file = SimpleUploadedFile(name, content)
    answer = browser_of(company, "ivan").post(step_url(handoff_id), {"do": "attach", "file": file})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert (models.Upload.objects.count(), _kept_files()) == (0, before)


def _kept_files() -> int:
    from django.conf import settings

    root = Path(settings.MEDIA_ROOT)
    return sum(1 for path in root.rglob("*") if path.is_file()) if root.exists() else 0


def test_link_that_would_run_a_script_is_refused(company: Company) -> None:
    handoff_id = company.start()
    answer = browser_of(company, "ivan").post(step_url(handoff_id), {"do": "attach", "link": "javascript:alert(1)"})
    assert answer.status_code == 422
    assert "“javascript:alert(1)” is not a link." in answer.content.decode()


def test_fact_that_is_unfit_is_told_beside_its_field(company: Company) -> None:
    handoff_id = company.start()
    typed = {"mrr": "a lot", "was.mrr": "5000", "seen": state_of(handoff_id).number}
    answer = browser_of(company, "paula").post(f"/handoffs/{handoff_id}/facts/", typed)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "“a lot” is not a USD amount. Write it like 5000 or 5,000.00." in page
    assert 'value="a lot"' in page


def test_newer_fact_of_the_customers_record_is_offered_and_taken_over(company: Company) -> None:
    handoff_id = company.start()
    customer = models.Customer.objects.get()
    newer = NOW.replace(day=2)
    models.CustomerFact.objects.create(customer=customer, name="mrr", value="7000", source="import of b.csv", at=newer)
    client = browser_of(company, "paula")
    assert "The customer’s record says something newer" in client.get(f"/handoffs/{handoff_id}/").content.decode()
    typed = {"mrr": "7000", "seen": state_of(handoff_id).number, "source": "the customer's record"}
    assert client.post(f"/handoffs/{handoff_id}/facts/", typed).status_code == 302
    assert state_of(handoff_id).facts["mrr"].value == "7000"


def test_person_who_left_cannot_be_named(company: Company) -> None:
    handoff_id = company.start()
    models.Person.objects.filter(pk=company.people["tom"].pk).update(is_active=False)
    client = browser_of(company, "olga")
    client.post(f"/handoffs/{handoff_id}/roles/tsm/", {"person": company.people["tom"].pk})
    assert "tsm" not in state_of(handoff_id).people


def test_document_shows_each_line_in_its_state(company: Company) -> None:
    handoff_id = company.start()
    page = browser_of(company, "carla").get(f"/handoffs/{handoff_id}/document/").content.decode()
    assert "What is missing" in page
    assert "Project Manager (Paula Reyes) owes this." in page


def test_signed_document_page_verifies_its_digest_and_says_when_things_changed_since(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    signed = done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    url = f"/handoffs/{handoff_id}/document/{signed.events[0].number}/"
    client = browser_of(company, "carla")
    fresh = client.get(url).content.decode()
    assert "its digest agrees with the one that was recorded" in fresh
    assert "Things have changed since" not in fresh
    news = c.GiveFacts(by=company.actor("paula"), values={"integrator": "Southgate"})
    done(ledger.record(handoff_id, news, now=NOW))
    later = client.get(url).content.decode()
    assert "Things have changed since" in later
    assert ("Northgate Systems" in later, "Southgate" in later) == (True, False)
    models.SignedDocument.objects.update(content=models.SignedDocument.objects.get().content.replace("Northgate", "X"))
    assert "it was altered outside Handrail" in client.get(url).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/handoffs/999999/",
        "/handoffs/99999999999999999999/",
        "/handoffs/{id}/steps/nothing/",
        "/handoffs/{id}/decisions/nothing/",
        "/handoffs/{id}/document/999/",
        "/handoffs/{id}/uploads/..%2f..%2fsecret_key/",
    ],
)
def test_what_does_not_exist_is_not_found(company: Company, path: str) -> None:
    handoff_id = company.start()
    assert browser_of(company, "olga").get(path.format(id=handoff_id)).status_code == 404


def test_history_tells_the_story_newest_first(company: Company) -> None:
    handoff_id = company.start()
    company.fill_summary(handoff_id)
    page = browser_of(company, "carla").get(f"/handoffs/{handoff_id}/history/").content.decode()
    told = ["filled in “Complete the Integration Summary”", "Decided: Support (rule 4)", "started the handoff on"]
    positions = [page.index(words) for words in told]
    assert positions == sorted(positions)


def test_handover_is_not_accepted_while_a_signed_form_lacks_a_field_again(company: Company) -> None:
    handoff_id = company.start(facts={**CEDAR_FALLS, "vertical": "insurance", "mrr": "1000", **NO_PHASES})
    company.fill_summary(handoff_id)
    done(ledger.record(handoff_id, c.Sign(by=company.actor("ivan"), step=SUMMARY), now=NOW))
    company.describe_invoice_type(handoff_id)
    for first_name, step in (
        ("paula", "share-go-live-overview"),
        ("carla", "attend-go-live-presentation"),
        ("carla", "share-welcome-leaflet"),
        ("carla", "show-support-access"),
    ):
        company.do(handoff_id, first_name, step)
    withdrawn = c.GiveFacts(by=company.actor("ivan"), values={"integrator": None})
    done(ledger.record(handoff_id, withdrawn, now=NOW))
    client, seen = browser_of(company, "lena"), {"do": "accept", "seen": state_of(handoff_id).number}
    answer = client.post(step_url(handoff_id, "accept"), seen)
    assert answer.status_code == 422
    assert "Integrator is missing in “Complete the Integration Summary”." in answer.content.decode()
    given = c.GiveFacts(by=company.actor("ivan"), values={"integrator": "Northgate"})
    done(ledger.record(handoff_id, given, now=NOW))
    again = {"do": "accept", "seen": state_of(handoff_id).number}
    assert client.post(step_url(handoff_id, "accept"), again).status_code == 302
    assert models.Handoff.objects.get(pk=handoff_id).end == "at the help desk"


def test_handoff_is_held_and_resumed_on_its_page(company: Company) -> None:
    handoff_id = company.start()
    client = browser_of(company, "paula")
    assert client.post(f"/handoffs/{handoff_id}/hold/", {"reason": ""}).status_code == 422
    assert client.post(f"/handoffs/{handoff_id}/hold/", {"reason": "They merge"}).status_code == 302
    page = client.get(f"/handoffs/{handoff_id}/").content.decode()
    assert "On hold since" in page
    assert models.Handoff.objects.get(pk=handoff_id).wake_at is None
    mine = client.get("/").content.decode()
    assert "Resume the handoff, or cancel it" in mine
    assert "Paula Reyes put it on hold: They merge" in mine
    closed = client.post(step_url(handoff_id, "share-go-live-overview"), {"do": "finish"})
    assert closed.status_code == 409
    assert client.post(f"/handoffs/{handoff_id}/resume/", {}).status_code == 302
    assert state_of(handoff_id).hold is None


OUTCOMES = """\
runbook: outcomes
version: "1"
roles:
  pm: {title: Project Manager}
  lead: {title: Client Services lead}
stages: [work]
steps:
  evaluate:
    stage: work
    kind: task
    outcomes:
      hand on: {}
      extend: {again: after 30 calendar days, reason: yes}
    raci: {pm: RA}
  accept: {stage: work, kind: acceptance, needs: [evaluate], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""


def test_task_is_finished_with_how_it_turned_out(company: Company) -> None:
    version = publish(OUTCOMES, "outcomes.yaml")
    assert isinstance(version, models.RunbookVersion)
    customer = company.customer("Acme")
    people = {"pm": company.actor("paula").person, "lead": company.actor("lena").person}
    command = c.Start(by=company.actor("olga"), customer_id=customer.pk, customer=customer.name, people=people)
    handoff_id = done(ledger.start(version, command, now=NOW)).handoff_id
    client, url = browser_of(company, "paula"), step_url(handoff_id, "evaluate")
    page = client.get(url).content.decode()
    assert "To be done again after 30 calendar days." in page
    unsaid = client.post(url, {"do": "finish"})
    assert unsaid.status_code == 422
    assert "Say how it turned out: hand on, or extend." in unsaid.content.decode()
    unreasoned = client.post(url, {"do": "finish", "outcome": "extend"})
    assert "Say why you choose “extend”: others act on it." in unreasoned.content.decode()
    assert client.post(url, {"do": "finish", "outcome": "extend", "note": "Two issues"}).status_code == 302
    again = client.get(url).content.decode()
    assert "It opens again on" in again
    assert "Two issues" in again
