"""Letters to customers: what each gets, from whom, and what a person can do with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.message import Message

import pytest
from anymail.backends.test import EmailBackend as ServiceBackend
from django.core import mail as django_mail
from django.http import HttpResponse
from django.test import override_settings
from django.utils import timezone

from handrail.desk import ledger, models, outbox, reply_address
from handrail.desk.letter_text import as_html, as_plain
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from tests.desk.company import Company, browser_of, done
from tests.desk.kinds import version_of
from tests.desk.postman import Postman, receiving

pytestmark = pytest.mark.django_db(transaction=True)

State = models.Delivery.State

RUNBOOK = """\
runbook: every-kind
version: "2"
facts:
  first: {title: First name, kind: text}
  email: {title: E-mail, kind: text, owed_by: csm}
  tongue: {title: Language, kind: text}
  about: {title: About, kind: text}
  seats: {title: Seats, kind: number, owed_by: csm}
roles:
  csm: {title: Success Manager}
  pm: {title: Project Manager}
contacts:
  main: {title: Main contact, name: first, email: email, language: tongue}
messages:
  welcome:
    title: Welcome
    to: [main]
    from: csm
    on_behalf_of: pm
    bcc: crm@example.com
    subject: "Welcome, {about}"
    body: |
      Dear {recipient.first_name}, **hello** about {about}.

      - one
      - [two](https://example.com/)
    in:
      de: {subject: "Willkommen, {about}", body: "Guten Tag {recipient.name}: {about}."}
  seats: {title: Seats, to: [main], subject: Seats, body: "You have {seats} seats."}
stages: [go]
steps:
  begin: {stage: go, kind: task, raci: {pm: RA}}
  welcome: {stage: go, kind: message, message: welcome, sent: automatically, needs: [begin], raci: {csm: RA}}
  count: {stage: go, kind: message, message: seats, sent: automatically, needs: [begin], raci: {csm: RA}}
  accept: {stage: go, kind: acceptance, needs: [welcome], raci: {csm: RA}}
ends:
  over: {when: {accept: done}}
"""
HOSTILE = "*Bo* <script>x</script> [a](javascript:b)\nBcc: all@example.com"


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of(RUNBOOK)
    return company


@pytest.fixture
def postman() -> Iterator[Postman]:
    with receiving() as postman:
        yield postman


def begun(company: Company, customer: str = "Cedar & Co", **facts: str) -> int:
    version = models.RunbookVersion.objects.get(name="every-kind", is_current=True)
    row = company.customer(customer)
    known = {"first": "Ana", "email": "ana@cedar.example", "about": HOSTILE, **facts}
    people = {"csm": company.actor("carla").person, "pm": company.actor("paula").person}
    command = c.Start(by=company.actor("olga"), customer_id=row.pk, customer=row.name, facts=known, people=people)
    handoff_id = done(ledger.start(version, command, now=timezone.now())).handoff_id
    done(ledger.record(handoff_id, c.Finish(by=company.actor("paula"), step="begin"), now=timezone.now()))
    return handoff_id


def parts(mail: Message) -> list[str]:
    """Its plain text, and the same as a page."""
    return [as_words(part) for part in mail.walk() if part.get_content_maintype() == "text"]


def as_words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode().replace("\r\n", "\n")


def state_of(handoff_id: int) -> Handoff:
    return wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state)


def post(company: Company, who: str, handoff_id: int, step: str, **fields: str) -> HttpResponse:
    answer = browser_of(company, who).post(f"/handoffs/{handoff_id}/steps/{step}/", fields, follow=True)
    assert isinstance(answer, HttpResponse)
    return answer


@override_settings(MAIL_DOMAINS=frozenset({"example.com"}), REPLIES_TO="replies@example.net")
def test_letter_goes_once_in_their_language_and_hostile_facts_are_text(company: Company, postman: Postman) -> None:
    begun(company, tongue="de-AT")
    assert (outbox.deliver_due(timezone.now()), outbox.deliver_due(timezone.now())) == (1, 0)
    row = models.Delivery.objects.get()
    (to, mail), (copied, copy) = postman.taken
    assert (to, copied, copy["Message-ID"], row.state) == (
        "ana@cedar.example", "crm@example.com", mail["Message-ID"], State.SENT
    )  # fmt: skip
    plain, page = parts(mail)
    assert plain.split("\n-- ")[0].strip() == (
        "Guten Tag Ana: *Bo* <script>x</script> [a](javascript:b)\nBcc: all@example.com."
    )
    assert "Im Auftrag von Paula Reyes." in plain
    assert '<html lang="de">' in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert {name: " ".join(str(mail[name]).split()) for name in ("From", "Subject", "Bcc", "Auto-Submitted")} == {
        "From": "Carla Santos on behalf of Paula Reyes <carla.santos@example.com>",
        "Subject": "Willkommen, *Bo* <script>x</script> [a](javascript:b) Bcc: all@example.com",
        "Bcc": "None",
        "Auto-Submitted": "auto-generated",
    }
    answers_to = str(mail["Reply-To"]).partition("<")[2].rstrip(">")
    assert reply_address.delivery_of(reply_address.token_in(answers_to)) == row
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "https://" in mail["List-Unsubscribe"] or "http://" in mail["List-Unsubscribe"]


def test_letter_of_a_person_whose_domain_is_not_ours_comes_from_our_address(company: Company, postman: Postman) -> None:
    handoff_id = begun(company, about="")
    assert models.Delivery.objects.count() == 0
    done(ledger.record(handoff_id, c.GiveFacts(by=company.actor("olga"), values={"about": "us"}), now=timezone.now()))
    outbox.deliver_due(timezone.now())
    mail = postman.taken[0][1]
    assert (mail["From"], mail["Reply-To"]) == (
        "Carla Santos on behalf of Paula Reyes <handrail@example.net>",
        "carla.santos@example.com",
    )
    assert (
        parts(mail)[0].split("\n-- ")[0].strip() == "Dear Ana, hello about us.\n\n- one\n- two (https://example.com/)"
    )


def test_mail_service_gets_the_letter_whole(company: Company) -> None:
    begun(company)
    backend = "anymail.backends.test.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, REPLIES_TO="replies@example.net"):
        outbox.deliver_due(timezone.now())
    [sent] = django_mail.outbox
    params = vars(sent)["anymail_test_params"]
    assert models.Delivery.objects.get().state == State.SENT
    assert [one.addr_spec for one in (*params["to"], *params["bcc"])] == ["ana@cedar.example", "crm@example.com"]
    assert "hello about \\*Bo\\*" not in params["text_body"]
    assert "<strong>hello</strong>" in params["html_body"]
    assert {"Message-ID", "List-Unsubscribe", "Auto-Submitted"} <= set(params["extra_headers"])
    assert ServiceBackend.esp_name == "Test"


def test_what_is_missing_holds_a_letter_back_and_the_page_says_so(company: Company) -> None:
    handoff_id = begun(company)
    page = browser_of(company, "carla").get(f"/handoffs/{handoff_id}/steps/count/").content.decode()
    assert "Seats is missing: the Success Manager (Carla Santos) owes it." in page
    assert "You have [Seats is missing] seats." in page
    given = c.GiveFacts(by=company.actor("carla"), values={"seats": "12"})
    done(ledger.record(handoff_id, given, now=timezone.now()))
    assert state_of(handoff_id).steps["count"].outcome == "sent"


def test_person_pauses_edits_and_sends_a_letter_now(company: Company) -> None:
    handoff_id = begun(company)
    refused = post(company, "carla", handoff_id, "count", do="pause", reason=" ")
    assert (refused.status_code, "Say why you pause it" in refused.content.decode()) == (422, True)
    paused = post(company, "carla", handoff_id, "count", do="pause", reason="They are away.").content.decode()
    assert "Paused by Carla Santos" in paused
    given = c.GiveFacts(by=company.actor("carla"), values={"seats": "12"})
    done(ledger.record(handoff_id, given, now=timezone.now()))
    assert state_of(handoff_id).state_of("count") == "open"
    unfit = post(company, "carla", handoff_id, "count", do="edit", subject="Seats", body="Hello {recipient.nme}")
    assert (unfit.status_code, "names nothing that could be filled in" in unfit.content.decode()) == (422, True)
    assert "Hello {recipient.nme}</textarea>" in unfit.content.decode()
    kept = post(company, "carla", handoff_id, "count", do="edit", subject="Seats", body="Hi {recipient.name}: {seats}")
    assert "Hi Ana: 12" in kept.content.decode()
    assert post(company, "paula", handoff_id, "count", do="send").status_code == 403
    post(company, "carla", handoff_id, "count", do="send")
    assert state_of(handoff_id).steps["count"].outcome == "sent"
    history = browser_of(company, "carla").get(f"/handoffs/{handoff_id}/history/").content.decode()
    assert "To: Ana &lt;ana@cedar.example&gt;" in history
    assert "Hi Ana: 12" in history


def test_letter_skipped_is_not_sent(company: Company) -> None:
    handoff_id = begun(company)
    post(company, "carla", handoff_id, "count", do="skip", reason="They know.")
    known = state_of(handoff_id).steps["count"]
    assert (known.state, known.outcome, known.note) == ("done", "skipped", "They know.")


def test_letter_is_sent_again_by_whoever_may_and_knows_the_risk(company: Company, postman: Postman) -> None:
    handoff_id = begun(company)
    postman.breaks = True
    outbox.deliver_due(timezone.now())
    postman.breaks = False
    row = models.Delivery.objects.get()
    assert (row.state, outbox.deliver_due(timezone.now() + timedelta(days=3))) == (State.UNKNOWN, 0)
    page = browser_of(company, "carla").get(f"/handoffs/{handoff_id}/steps/welcome/").content.decode()
    assert "It may have arrived: then Ana gets it twice." in page
    again = {"do": "send-again", "delivery": str(row.pk)}
    assert post(company, "paula", handoff_id, "welcome", **again, sure="yes").status_code == 403
    assert post(company, "carla", handoff_id, "welcome", **again).status_code == 422
    post(company, "carla", handoff_id, "welcome", **again, sure="yes")
    outbox.deliver_due(timezone.now() + timedelta(minutes=1))
    row.refresh_from_db()
    ids = {mail["Message-ID"] for to, mail in postman.taken if to == "ana@cedar.example"}
    assert (row.state, len(ids)) == (State.SENT, 1)
    assert models.AuditEntry.objects.filter(action="sent again").values_list("name", flat=True).get() == "Cedar & Co"


def test_trial_shows_how_letters_read_to_a_real_customer(company: Company) -> None:
    customer = company.customer(
        "Blue Hill", {"first": "Ida", "email": "ida@blue.example", "about": "you", "tongue": "de"}
    )
    page = browser_of(company, "paula").get(f"/runbooks/every-kind/try/?customer={customer.pk}").content.decode()
    assert "Guten Tag Ida: you." in page
    assert "Seats is missing" in page


@pytest.mark.parametrize(
    ("body", "plain", "page"),
    [
        ("a <b>c</b>", "a <b>c</b>", "<p>a &lt;b&gt;c&lt;/b&gt;</p>\n"),
        ("[x](javascript:y)", "[x](javascript:y)", "<p>[x](javascript:y)</p>\n"),
        ("![x](https://a.b/c)", "!x (https://a.b/c)", '<p>!<a href="https://a.b/c">x</a></p>\n'),
        (
            "1. a\n2. b\n\n> c",
            "1. a\n2. b\n\n> c",
            "<ol>\n<li>a</li>\n<li>b</li>\n</ol>\n<blockquote>\n<p>c</p>\n</blockquote>\n",
        ),
        ("a\nb", "a\nb", "<p>a<br />\nb</p>\n"),
    ],
)
def test_letter_reads_the_same_as_page_and_as_text(body: str, plain: str, page: str) -> None:
    assert (as_plain(body), as_html(body)) == (plain, page)
