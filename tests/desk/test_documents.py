"""Documents: shared as a gate, kept as versions, compared, added to, made into files, and verified."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from docx.oxml.ns import qn
from PIL import Image

from handrail.desk import ledger, models, runbooks
from handrail.desk.people import person_of
from handrail.desk.rebuild import rebuild
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, browser_of, done
from tests.desk.outside import link_of, look

pytestmark = pytest.mark.django_db

DOCUMENTS = """\
runbook: documents
title: Transition
version: "1"
facts:
  go_live: {title: Go-live, kind: date, owed_by: pm}
  contact: {title: Main contact, kind: text}
  email: {title: E-mail, kind: text}
  pledges: {title: Pledges, kind: list, of: {what: text, kept: yes/no}}
roles: {pm: {title: Project Manager}, csm: {title: Success Manager}}
contacts: {main: {title: Main contact, name: contact, email: email}}
promises: {pledges: {title: Promises, of: pledges, what: what, done: kept}}
documents:
  handover:
    title: Handover document
    sections:
      - {title: The customer, facts: [go_live], contacts: all}
      - {title: Promises, promises: all}
    in: {de: {The customer: Der Kunde, Go-live: Produktivstart}, ar: {The customer: العميل}}
  overview: {title: Go-live overview, sections: [{title: Your go-live, facts: [go_live]}]}
stages: [all]
steps:
  send: {title: Share it, stage: all, kind: document, shares: handover, raci: {pm: RA, csm: I}}
  call: {stage: all, kind: meeting, needs: [send], raci: {pm: RA}}
  accept: {stage: all, kind: acceptance, needs: [call], raci: {csm: RA}}
ends: {over: {when: {accept: done}}}
"""


@pytest.fixture
def company() -> Company:
    return Company()


def begun(company: Company) -> int:
    version = runbooks.publish(DOCUMENTS, "documents.yaml")
    assert isinstance(version, models.RunbookVersion)
    start = c.Start(
        by=company.actor("olga"),
        customer_id=company.customer("Cedar Falls").pk,
        customer="Cedar Falls",
        facts={
            "contact": "Ana Lima",
            "email": "ana@cedar.example",
            "pledges": [{"what": "A report 🚀"}, {"what": '#import "x" $y$ <b>&', "kept": "yes"}],
        },
        people={role: person_of(company.people[who]) for role, who in {"pm": "paula", "csm": "carla"}.items()},
    )
    return done(ledger.start(version, start, now=NOW)).handoff_id


def give(company: Company, handoff_id: int, day: str) -> None:
    done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("paula"), values={"go_live": day}), now=NOW))


def test_document_is_asked_for_shared_and_kept_and_opens_the_call(company: Company) -> None:
    handoff_id = begun(company)
    paula, path = browser_of(company, "paula"), f"/handoffs/{handoff_id}/document/"
    page = paula.get(path).content.decode()
    assert "What is missing" in page
    assert "Project Manager (Paula Reyes)" in page
    asked = browser_of(company, "carla").post(path, {"do": "ask", "gap": "1", "label": "Go-live"}, follow=True)
    assert "Asked: Paula Reyes." in asked.content.decode()
    [notice] = models.Notice.objects.filter(sort="mention")
    assert (notice.person_id, notice.title) == (
        company.people["paula"].pk,
        "Carla Santos mentions you: Go-live is missing",
    )
    shared = {"do": "share", "step": "send", "role": "csm", "contact": "ana@cedar.example", "note": "As agreed."}
    refused = paula.post(path, shared)
    assert refused.status_code == 422
    assert "“Handover document” cannot be shared yet: 1 thing is missing." in refused.content.decode()
    give(company, handoff_id, "2027-03-01")
    assert paula.post(path, shared).status_code == 302
    [row] = models.SignedDocument.objects.filter(handoff=handoff_id)
    assert (row.act, row.name, row.sha256) == ("shared", "handover", hashlib.sha256(row.content.encode()).hexdigest())
    told = models.Notice.objects.filter(person=company.people["carla"], sort="told")
    assert [one.title for one in told] == ["Shared: Share it"]
    assert rebuild().broken == []
    assert "genuine" in paula.get("/documents/verify/", {"sha256": row.sha256}).content.decode()


def test_document_that_was_shared_with_a_contact_is_on_their_own_page(company: Company) -> None:
    handoff_id = begun(company)
    give(company, handoff_id, "2027-03-01")
    token = link_of(company, handoff_id, "ana@cedar.example")
    assert "Documents for you" not in look(token)[1]
    share = c.Share(by=company.actor("paula"), step="send", contacts=("ana@cedar.example",))
    number = done(ledger.record(handoff_id, share, now=NOW)).events[0].number
    page = look(token)[1]
    assert f'href="/c/{token}/documents/{number}/"' in page
    assert "Handover document (PDF)" in page
    file = Client().get(f"/c/{token}/documents/{number}/")
    assert (file.status_code, file["Content-Type"], file.content[:5]) == (200, "application/pdf", b"%PDF-")
    assert file["Content-Disposition"].startswith("attachment")
    assert Client().get(f"/c/{token}/documents/{number + 1}/").status_code == 404
    digest = hashlib.sha256(file.content).hexdigest()
    assert "genuine" in browser_of(company, "paula").get("/documents/verify/", {"sha256": digest}).content.decode()


def test_what_changed_is_told_between_versions_and_since_somebody_looked(company: Company) -> None:
    handoff_id = begun(company)
    give(company, handoff_id, "2027-03-01")
    share = c.Share(by=company.actor("paula"), step="send", roles=("csm",))
    number = done(ledger.record(handoff_id, share, now=NOW)).events[0].number
    carla, path = browser_of(company, "carla"), f"/handoffs/{handoff_id}/document/"
    assert "since you last looked" not in carla.get(path).content.decode()
    give(company, handoff_id, "2027-04-01")
    assert "1 line changed since you last looked" in carla.get(path).content.decode()
    assert "since you last looked" not in carla.get(path).content.decode()
    changes = carla.get(f"{path}changes/", {"from": str(number), "to": "now"}).content.decode()
    assert "Now 1 April 2027 (was 1 March 2027)" in changes
    assert carla.get(f"{path}changes/", {"from": "999"}).status_code == 404
    kept = carla.get(f"{path}{number}/").content.decode()
    assert ("1 March 2027" in kept, "1 April 2027" in kept) == (True, False)


def test_addenda_follow_what_is_frozen_and_show_when_they_were_altered(company: Company) -> None:
    handoff_id = begun(company)
    give(company, handoff_id, "2027-03-01")
    done(ledger.record(handoff_id, c.Share(by=company.actor("paula"), step="send", roles=("csm",)), now=NOW))
    [row] = models.SignedDocument.objects.filter(handoff=handoff_id)
    carla, path = browser_of(company, "carla"), f"/handoffs/{handoff_id}/document/"
    assert carla.post(path, {"do": "add", "text": " "}).status_code == 422
    assert carla.post(path, {"do": "add", "text": "They use Oracle."}).status_code == 302
    page = carla.get(f"{path}{row.number}/").content.decode()
    assert "They use Oracle." in page
    assert "its digest agrees" in page
    row.refresh_from_db()
    assert "Oracle" not in row.content
    event = models.Event.objects.get(handoff=handoff_id, kind="AddendumAdded")
    assert row.sha256 in event.data


def test_files_of_a_kept_version_are_told_by_their_digest(company: Company) -> None:
    handoff_id = begun(company)
    give(company, handoff_id, "2027-03-01")
    done(ledger.record(handoff_id, c.Share(by=company.actor("paula"), step="send", roles=("csm",)), now=NOW))
    [row] = models.SignedDocument.objects.filter(handoff=handoff_id)
    carla, path = browser_of(company, "carla"), f"/handoffs/{handoff_id}/document/files"
    made = {kind: carla.get(f"{path}/{kind}/", {"number": row.number}) for kind in ("pdf", "docx", "json")}
    assert [one.status_code for one in made.values()] == [200, 200, 200]
    assert made["pdf"].content.startswith(b"%PDF-")
    assert b"/StructTreeRoot" in made["pdf"].content
    assert hashlib.sha256(made["json"].content).hexdigest() == row.sha256
    for kind, answer in made.items():
        again = carla.get(f"{path}/{kind}/", {"number": row.number})
        assert again.content == answer.content, kind
        file = SimpleUploadedFile(f"x.{kind}", answer.content)
        assert "This is genuine" in carla.post("/documents/verify/", {"file": file}).content.decode()
        spoiled = SimpleUploadedFile(f"x.{kind}", answer.content + b" ")
        assert "Nothing kept here is this file" in carla.post("/documents/verify/", {"file": spoiled}).content.decode()
    assert models.MadeFile.objects.count() == 2
    book = docx.Document(BytesIO(made["docx"].content))
    heads = [one.text for one in book.paragraphs if one.style is not None and one.style.name.startswith("Heading")]
    assert heads == ["The customer", "Promises"]
    tables = [[[cell.text for cell in line.cells] for line in table.rows] for table in book.tables]
    assert tables[-1] == [["Promise", "Kept"], ["A report 🚀", "no"], ['#import "x" $y$ <b>&', "yes"]]
    assert book.tables[-1].rows[0]._tr.get_or_add_trPr().find(qn("w:tblHeader")) is not None
    assert carla.get(f"{path}/exe/").status_code == 404


def test_document_is_in_the_languages_that_the_runbook_has(company: Company) -> None:
    handoff_id = begun(company)
    carla, path = browser_of(company, "carla"), f"/handoffs/{handoff_id}/document/"
    german = carla.get(path, {"lang": "de"}).content.decode()
    assert ("Der Kunde" in german, "Produktivstart" in german, "Zusage" in german) == (True, True, True)
    assert 'lang="ar" dir="rtl"' in carla.get(path, {"lang": "ar"}).content.decode()
    arabic = carla.get(f"{path}files/docx/", {"lang": "ar"}).content
    body = docx.Document(BytesIO(arabic)).element.body
    assert all(one.find(qn("w:pPr")).find(qn("w:bidi")) is not None for one in body.iter(qn("w:p")))
    checklist = carla.get(path, {"checklist": ""}).content.decode()
    assert ("Share it" in checklist, "tick-box" in checklist) == (True, True)
    assert "Your go-live" in carla.get(path, {"document": "overview"}).content.decode()
    assert carla.get(path, {"document": "nothing"}).status_code == 404


def test_logo_is_made_anew_and_colours_can_be_read(company: Company) -> None:
    models.Person.objects.filter(pk=company.people["olga"].pk).update(is_administrator=True)
    olga = browser_of(company, "olga")
    picture = BytesIO()
    Image.new("RGB", (3000, 100), "red").save(picture, "JPEG", comment=b"<script>")
    logo = SimpleUploadedFile("logo.jpg", picture.getvalue())
    assert olga.post("/settings/brand/", {"name": "Acme", "accent": "#0B5563", "logo": logo}).status_code == 302
    shown = olga.get("/settings/brand/logo/")
    assert (Image.open(BytesIO(shown.content)).size, b"<script>" in shown.content) == ((1200, 40), False)
    pale = olga.post("/settings/brand/", {"accent": "#ffee00"})
    assert pale.status_code == 422
    assert "On white this colour has a contrast of 1.2 to 1; text needs 4.5." in pale.content.decode()
    svg = SimpleUploadedFile("logo.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")
    assert olga.post("/settings/brand/", {"accent": "#000000", "logo": svg}).status_code == 422
    assert models.AuditEntry.objects.filter(key="brand").count() == 1


def test_promises_that_a_runbook_declares_stand_on_the_page_of_the_customer(company: Company) -> None:
    handoff_id = begun(company)
    row = models.Handoff.objects.get(pk=handoff_id)
    page = browser_of(company, "carla").get(f"/customers/{row.customer_id}/").content.decode()
    promises = page.split('id="promises"')[1].split("</section>")[0]
    assert ("A report 🚀" in promises, "Kept: yes" in promises, "Promises" in promises) == (True, True, True)


def test_page_asks_no_more_of_the_database_for_more_versions(company: Company) -> None:
    handoff_id = begun(company)
    give(company, handoff_id, "2027-03-01")
    carla, path = browser_of(company, "carla"), f"/handoffs/{handoff_id}/document/"
    share = c.Share(by=company.actor("paula"), step="send", roles=("csm",))
    counts = []
    for times in (1, 2):
        for _ in range(times):
            done(ledger.record(handoff_id, share, now=NOW + timedelta(minutes=times)))
        carla.get(path)
        with CaptureQueriesContext(connection) as asked:
            carla.get(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
