"""The pages of people outside: what is asked of them, what they give, who takes it; and that nothing internal leaks."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.desk import customer_links, ledger, models
from handrail.desk.outbox import deliver_due
from handrail.desk.queries import asked_outside, customer_part
from handrail.desk.queries.opened import open_handoff
from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff.events import Answer
from handrail.handoff.people import Outsider
from tests.desk.company import NOW, Company, browser_of, done
from tests.desk.outside import ANA, BO, LATER, begin, link_of, look

pytestmark = pytest.mark.django_db
WHOM = "Ana Lima (ana@cedar.example), of the customer"


@pytest.fixture
def company() -> Iterator[Company]:
    cache.clear()
    yield Company()
    cache.clear()


def test_contact_is_sent_a_link_fills_a_form_and_a_colleague_gives_it_back_and_then_takes_it(company: Company) -> None:
    handoff_id = begin(company)
    paula = browser_of(company, "paula")
    url = reverse("customer-links", args=[handoff_id])
    assert paula.post(url, {"contact": "", "days": "30", "do": "send"}).status_code == 422
    paula.post(url, {"contact": [ANA], "days": "7", "do": "send"})
    deliver_due(LATER)
    (letter,) = mail.outbox
    assert (letter.to, letter.reply_to) == (["Ana Lima <ana@cedar.example>"], [company.people["paula"].email])
    assert "- Name who needs access" in str(letter.body)
    assert "{link}" not in str(letter.body)
    token = str(letter.body).split("/c/")[1].split("/")[0]
    kept = [*models.Event.objects.values_list("data", flat=True), *models.CustomerLink.objects.values_list("digest")]
    assert token not in str(kept)

    status, page = look(token)
    assert status == 200
    assert "What is asked of you" in page
    asked = reverse("customer-asked", args=[token, "access"])
    guest = Client(enforce_csrf_checks=True)
    row = {"f.who.name": "Ben Roe", "f.who.email": "ben@cedar.example", "f.who.phone": ""}
    typed = {**row, "is.who": "given", "is.portal": "given", "f.portal": "", "is.since": "given", "f.since": "soon"}
    wrong = guest.post(asked, {**typed, "do": "hand-in"})
    page = wrong.content.decode()
    assert (wrong.status_code, dict(wrong.cookies)) == (422, {})
    assert 'value="soon"' in page
    assert 'value="Ben Roe"' in page
    assert "is not a date" in page
    missing = guest.post(asked, {**typed, "f.since": "", "do": "hand-in"})
    assert missing.status_code == 422
    assert "Portal name is missing." in missing.content.decode()
    right = {**typed, "f.since": "", "is.portal": "not-applicable", "reason.portal": "We have none", "note": "Thanks"}
    assert guest.post(asked, {**right, "do": "hand-in"})["Location"] == f"{asked}?did=hand-in"
    state = open_handoff(handoff_id).state
    assert (state.facts["people"].source, state.facts["people"].by) == (WHOM, None)
    assert (state.answers["access"]["portal"].source, state.turns["access"].whose) == (WHOM, "ours")
    assert guest.post(asked, {**typed, "do": "answer"}).status_code == 409

    notice = models.Notice.objects.get(person=company.people["paula"], title="Handed in: Name who needs access")
    assert notice.why == f"{WHOM}, handed it in: Thanks"
    step = reverse("step", args=[handoff_id, "access"])
    shown = paula.get(step).content.decode()
    assert WHOM in shown
    assert paula.post(step, {"do": "give-back", "again": ""}).status_code == 422
    paula.post(step, {"do": "give-back", "again": "Who else?"})
    deliver_due(LATER)
    assert "Who else?" in str(mail.outbox[-1].body)
    assert "Who else?" in look(token, "access")[1]
    assert guest.post(asked, {"do": "hand-in"}).status_code == 302
    assert paula.post(step, {"do": "sign"}).status_code == 302
    assert "This is done. Thank you." in look(token, "access")[1]
    told = models.AuditEntry.objects.filter(about="customer link").exclude(action="seen").order_by("pk")
    assert [(row.action, row.by_name) for row in told] == [
        ("made", "Paula Reyes"), ("filled in", "Ana Lima"), ("filled in", "Ana Lima"), ("handed in", "Ana Lima"),
        ("handed in", "Ana Lima"),
    ]  # fmt: skip
    history = browser_of(company, "olga").get(reverse("history", args=[handoff_id])).content.decode()
    assert "handed in “Name who needs access”" in history.replace("&quot;", '"')


def test_partner_hands_over_documents_that_only_they_and_colleagues_open(company: Company) -> None:
    handoff_id = begin(company)
    token, other = link_of(company, handoff_id, BO), link_of(company, handoff_id, ANA)
    asked = reverse("customer-asked", args=[token, "hand-over"])
    assert Client().get(reverse("customer-asked", args=[other, "hand-over"])).status_code == 404
    bad = Client().post(asked, {"item": "plan", "do": "attach", "file": SimpleUploadedFile("x.exe", b"MZ")})
    assert (bad.status_code, "are not kept here" in bad.content.decode()) == (422, True)
    assert not models.Upload.objects.exists()
    Client().post(asked, {"item": "plan", "do": "attach", "file": SimpleUploadedFile("plan b.txt", b"The plan")})
    upload = models.Upload.objects.get()
    assert (upload.is_loose, upload.by, upload.source) == (False, None, f"{BO} ({BO}), of the partner")
    file = reverse("customer-file", args=[token, upload.key])
    answer = Client().get(file)
    assert b"".join(answer) == b"The plan"
    names = ("Content-Disposition", "Content-Security-Policy", "X-Content-Type-Options", "Referrer-Policy")
    assert [answer.headers[name] for name in names] == [
        'attachment; filename="plan b.txt"', "default-src 'none'; sandbox", "nosniff", "no-referrer"
    ]  # fmt: skip
    assert Client().get(reverse("customer-file", args=[other, upload.key])).status_code == 404
    internal = Client().post(asked, {"item": "review", "do": "attach", "link": "https://example.com/"})
    assert (internal.status_code, "This is not asked of you." in internal.content.decode()) == (403, True)
    wrong = Client().post(asked, {"item": "plan", "do": "attach", "link": "our folder"})
    assert (wrong.status_code, 'value="our folder"' in wrong.content.decode()) == (422, True)
    Client().post(asked, {"item": "videos", "do": "waive", "reason": "None were made"})
    assert Client().post(asked, {"do": "hand-in"}).status_code == 302
    paula = browser_of(company, "paula")
    step = reverse("step", args=[handoff_id, "hand-over"])
    paula.post(step, {"do": "finish"})
    key = open_handoff(handoff_id).state.evidence["hand-over"][0].key
    paula.post(step, {"do": "share", "key": key})
    shared = Client().get(reverse("customer-file", args=[other, upload.key]))
    assert b"".join(shared) == b"The plan"
    assert "plan b.txt" in look(other)[1]


def test_link_ends_when_it_is_revoked_or_its_contact_is_none_any_more(company: Company) -> None:
    handoff_id = begin(company)
    ana, bo = link_of(company, handoff_id, ANA), link_of(company, handoff_id, BO)
    give = c.GiveFacts(by=company.actor("olga"), values={"contact_email": "eve@cedar.example", "contact_name": "Eve"})
    done(ledger.record(handoff_id, give, now=NOW))
    link = models.CustomerLink.objects.get(address=BO)
    customer_links.revoke(handoff_id, link.pk, company.people["paula"], now=timezone.now())
    gone = models.CustomerLink.objects.get(address=ANA)
    assert gone.why_ended == "Not a contact of this handoff any more."
    invalid = look("x" * 43)
    assert {look(ana), look(ana, "access"), look(bo), look(bo, "hand-over"), invalid} == {invalid}
    assert models.AuditEntry.objects.get(about="customer link", action="ended").says == gone.why_ended


def test_link_made_anew_takes_the_place_of_the_one_before_and_is_told_once(company: Company) -> None:
    handoff_id = begin(company)
    before = link_of(company, handoff_id, ANA)
    again = link_of(company, handoff_id, ANA)
    assert again == before
    answer = browser_of(company, "paula").post(
        reverse("customer-links", args=[handoff_id]), {"contact": [ANA], "days": "3", "do": "make"}
    )
    ((_, address),) = answer.context["addresses"]
    fresh = address.split("/c/")[1].strip("/")
    assert (look(before)[0], look(fresh)[0]) == (404, 200)


def test_letter_whose_link_ended_meanwhile_does_not_go_out(company: Company) -> None:
    handoff_id = begin(company)
    link_of(company, handoff_id, ANA)
    browser_of(company, "paula").post(
        reverse("customer-links", args=[handoff_id]), {"contact": [ANA], "days": "3", "do": "send"}
    )
    models.CustomerLink.objects.update(revoked_at=timezone.now())
    sent = len(mail.outbox)
    deliver_due(LATER)
    row = models.Delivery.objects.order_by("-pk").first()
    assert row is not None
    assert (len(mail.outbox), row.state, row.error) == (sent, "failed", "The link was ended before it was sent.")


def test_fields_of_everything_that_people_outside_see_are_these() -> None:
    """Whatever is added here is seen outside: think first."""
    views = {
        "CustomerPart": (
            "customer title phase is_over is_on_hold stages milestones meetings asked shared documents people zone "
            "changed"
        ),
        "StageOfCustomer": "title look",
        "MeetingOfCustomer": "when key",
        "AskedStep": "name title says kind stand due missing again is_open",
        "AskedPage": "step sections items note seen",
        "AskedSection": "title says fields",
        "AskedField": "name title says control words state reason required may_not_apply error theirs",
        "AskedItem": "name title kind state required may_not_apply reason given",
        "GivenPiece": "key title link upload is_outside",
        "SharedPiece": "title link upload",
        "SharedDocument": "number title on",
    }
    for name, expected in views.items():
        view = getattr(customer_part, name, None) or getattr(asked_outside, name)
        assert " ".join(one.name for one in fields(view)) == expected, name


def test_no_internal_word_is_on_any_page_outside(company: Company) -> None:
    """Whatever colleagues write is marked; what the runbook calls things inside too."""
    mark = "Zz9Internal"
    handoff_id = begin(company, {"secret": mark})
    ana, bo = link_of(company, handoff_id, ANA), link_of(company, handoff_id, BO)
    paula, olga, at = company.actor("paula"), company.actor("olga"), timezone.now()
    commands: list[c.Command] = [
        c.AnswerForm(by=paula, step="access", answers={"ticket": Answer(value=mark), "portal": Answer(reason=mark)}),
        c.AddEvidence(by=paula, step="hand-over", key="k1", item="plan", link=f"https://{mark}.example/", title=mark),
        c.AddEvidence(by=paula, step="hand-over", key="k2", item="review", link=f"https://{mark}.example/", title=mark),
        c.AddEvidence(by=paula, step="hand-over", key="k3", link=f"https://{mark}.example/", title=mark),
        c.WaiveEvidence(by=paula, step="hand-over", item="videos", reason=mark),
        c.PlanMeeting(
            by=paula, step="meet", key="m1", meets_at=at + timedelta(days=3), attendees=("Ana Lima", mark), note=mark
        ),
        c.FillRole(by=olga, role="lead", person=None, reason=mark),
        c.Hold(by=paula, reason=mark),
    ]
    for command in commands:
        done(ledger.record(handoff_id, command, now=at))
    assert Client().post(reverse("customer-asked", args=[ana, "access"]), {"do": "hand-in"}).status_code == 409
    held = Client().post(reverse("customer-asked", args=[ana, "access"]), {"do": "hand-in"}).content.decode()
    done(ledger.record(handoff_id, c.Resume(by=paula, note=mark), now=at))
    file = Client().get(reverse("customer-meeting", args=[ana, "m1"])).content.decode()
    pages = [held, file, look(ana)[1], look(bo)[1], look(ana, "access")[1], look(bo, "hand-over")[1]]
    inside = (mark, "Internal ticket", "Internal review", "Internal meeting name", "Internal acceptance", "hush", "@")
    inside = (*inside[:-1], company.people["paula"].email)
    assert [word for word in inside for page in pages if word.lower() in page.lower()] == []
    assert "BEGIN:VEVENT" in file
    assert "Given by those who look after you" in pages[-1]
    contact = Outsider(name="Ana Lima", address=ANA, side="customer")
    give = o.AnswerOutside(contact=contact, step="access", answers={"who": Answer(value=[{"name": "Ben"}])})
    done(ledger.record(handoff_id, give, now=at))
    done(ledger.record(handoff_id, o.HandIn(contact=contact, step="access"), now=at))
    done(ledger.record(handoff_id, c.Sign(by=paula, step="access"), now=at))
    assert mark not in look(ana, "access")[1]
