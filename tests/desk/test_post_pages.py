"""Mail that came in, on pages: whose it is, what came with it, the hook that brings it, and unsubscribing."""

from __future__ import annotations

import re
import time
from base64 import b64encode

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import models, unsubscribing
from handrail.desk.post import hook
from handrail.handoff import events as e
from tests.core.mails import mail
from tests.desk.company import Company, browser_of
from tests.desk.test_post import ANA, answering, company, heard_in, mailbox, taken, written_to

__all__ = ["company", "mailbox"]

pytestmark = pytest.mark.django_db

SECRET = "a secret of the hook"
WITH_FILES = f"""--b
Content-Type: text/plain

See <b>there</b>.
--b
Content-Type: application/pdf; name="plan.pdf"
Content-Transfer-Encoding: base64

{b64encode(b"%PDF-1.7 plan").decode()}
--b
Content-Type: text/html; name="page.html"
Content-Disposition: attachment; filename="page.html"

<script>alert(1)</script>
--b
Content-Type: application/pdf; name="not.pdf"

no PDF at all
--b--
"""


@pytest.fixture(autouse=True)
def nothing_is_counted() -> None:
    cache.clear()


def words(answer: object) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())  # type: ignore[attr-defined]


def test_reply_stands_on_its_step_as_text_with_what_came_with_it(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    raw = answering(delivery, mail('Content-Type: multipart/mixed; boundary="b"', body=WITH_FILES))
    key = taken(raw).key
    paula = browser_of(company, "paula")
    page = paula.get(reverse("step", args=[delivery.handoff_id, "greet"])).content.decode()
    assert "See &lt;b&gt;there&lt;/b&gt;." in page
    assert reverse("mail-file", args=[key, 1]) in page
    assert reverse("mail-file", args=[key, 2]) not in page
    assert "mailto:ana%40cedar.example?subject=Re%3A%20Hello" in page
    history = words(paula.get(reverse("history", args=[delivery.handoff_id])))
    assert "Ana replied to “Greet the team”" in history
    taken(answering(delivery, mail("Message-ID: <2@x>", sender="Xu <xu@elsewhere.example>")))
    told = words(paula.get(reverse("history", args=[delivery.handoff_id])))
    assert "Xu replied to “Greet the team”, in place of ana@cedar.example" in told
    answers = {number: paula.get(reverse("mail-file", args=[key, number])) for number in (1, 2, 3, 9)}
    assert {number: one.status_code for number, one in answers.items()} == {1: 200, 2: 404, 3: 404, 9: 404}
    assert (answers[1].content, answers[1]["Content-Disposition"], answers[1]["Content-Type"]) == (
        b"%PDF-1.7 plan",
        'attachment; filename="plan.pdf"',
        "application/octet-stream",
    )


def test_what_is_nobodys_is_assigned_with_a_reason(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    key = taken(mail("In-Reply-To:")).key
    url, olga = reverse("mail", args=[key]), browser_of(company, "olga")
    assert browser_of(company, "paula").get(url).status_code == 403
    assert "Thank you!" in words(olga.get(reverse("mail-inbox")))
    assert "Cedar Falls Water" in words(olga.get(url))  # which wrote to that address
    form = {"do": "assign", "handoff": str(delivery.handoff_id), "contact": "", "step": "greet", "reason": ""}
    unsaid = olga.post(url, form)
    assert (unsaid.status_code, "Say why, for those who look at it later." in words(unsaid)) == (422, True)
    assert olga.post(url, {**form, "reason": "She wrote anew."}).status_code == 302
    [heard] = heard_in(delivery.handoff_id)
    assert isinstance(heard, e.Replied)
    assert (heard.contact, heard.step, heard.mail) == (ANA, "greet", key)
    assert olga.post(url, {**form, "reason": "Once more."}).status_code == 409
    assert len(heard_in(delivery.handoff_id)) == 1
    assert browser_of(company, "paula").get(url).status_code == 200
    told = models.AuditEntry.objects.get(about="mail")
    assert (told.action, told.key, told.says) == ("assigned", key, f"To handoff {delivery.handoff_id}: She wrote anew.")


def test_what_is_nobodys_is_put_away_and_taken_up_again(company: Company) -> None:
    key = taken(mail()).key
    url, olga = reverse("mail", args=[key]), browser_of(company, "olga")
    assert olga.post(url, {"do": "put away", "reason": " "}).status_code == 422
    assert olga.post(url, {"do": "put away", "reason": "A newsletter."}).status_code == 302
    assert "A newsletter." in words(olga.get(reverse("mail-inbox"), {"view": "away"}))
    assert "Nothing waits to be sorted" in words(olga.get(reverse("mail-inbox")))
    assert olga.post(url, {"do": "take up"}).status_code == 302
    assert models.Mail.objects.get().state == "unclaimed"


def test_handoff_of_unclaimed_mail_is_found_by_its_customer(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    customer = models.Customer.objects.get(name="Cedar Falls Water")
    models.CustomerWord.objects.create(customer=customer, word="cedar")
    key = taken(mail(sender="Xu <xu@elsewhere.example>")).key
    olga, url = browser_of(company, "olga"), reverse("mail", args=[key])
    assert f"?handoff={delivery.handoff_id}" in olga.get(url, {"find": "cedar"}).content.decode()
    assert "No handoff is found by “nowhere”." in words(olga.get(url, {"find": "nowhere"}))
    assert "Assign" in words(olga.get(url, {"handoff": delivery.handoff_id}))
    assert "There is no handoff 999999." in words(
        olga.post(url, {"do": "assign", "handoff": "999999", "reason": "So."})
    )


def test_lists_take_as_many_queries_for_many_as_for_one(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    olga = browser_of(company, "olga")
    urls = [reverse("mail-inbox"), reverse("unsubscribed"), reverse("step", args=[delivery.handoff_id, "greet"])]
    counts = []
    for number in range(1, 4):
        taken(mail("In-Reply-To:", f"Message-ID: <n{number}@x>"))
        taken(answering(delivery, mail(f"Message-ID: <r{number}@x>")))
        models.Unsubscribed.objects.create(address=f"a{number}@x.example", how="by mail", at=delivery.changed_at)
        with CaptureQueriesContext(connection) as asked:
            assert [olga.get(url).status_code for url in urls] == [200, 200, 200]
        counts.append(len(asked))
    assert counts[1] == counts[2]


# --- the hook --------------------------------------------------------------------------------------------------------


def brought(raw: bytes, name: str = "relay", at: float | None = None, secret: str = SECRET) -> tuple[int, str]:
    timestamp = str(int(time.time() if at is None else at))
    headers = {
        "X-Handrail-Timestamp": timestamp,
        "X-Handrail-Signature": f"sha256={hook.signature_of(secret, timestamp, raw)}",
    }
    client = Client(enforce_csrf_checks=True)
    answer = client.post(reverse("mail-hook", args=[name]), raw, content_type="message/rfc822", headers=headers)
    return answer.status_code, answer.content.decode().strip()


@pytest.fixture
def hooked(settings: object) -> None:
    settings.MAIL_HOOKS = {"relay": SECRET}  # type: ignore[attr-defined]


def test_hook_takes_in_what_is_signed(company: Company, hooked: None) -> None:
    [delivery] = written_to(company, ANA)
    raw = answering(delivery, mail())
    assert brought(raw) == (202, "Taken in: it belongs to a handoff.")
    assert brought(raw, at=time.time() - 30) == (202, "Known: it was taken in before.")
    assert brought(b"Subject: Hi\r\n\r\nHi") == (
        202,
        "Taken in: it answers no message, so CS Operations look at it.",
    )
    assert models.Mail.objects.filter(came_by="the hook relay").count() == 2


def test_hook_turns_away_what_is_not_signed_late_or_brought_twice(company: Company, hooked: None) -> None:
    unsigned = "The signature is not the one of this mail. Nothing was taken in."
    assert brought(mail(), secret="guessed") == (401, unsigned)
    assert brought(mail(), name="other") == (401, unsigned)
    assert brought(mail(), name="other", secret="nobody's") == (401, unsigned)
    late = "The signature is more than five minutes old, or the clock is wrong."
    assert [brought(mail(), at=time.time() + off) for off in (-400, 400)] == [(401, late), (401, late)]
    assert models.Mail.objects.count() == 0
    at = time.time()
    assert [brought(mail(), at=at)[0] for _ in range(2)] == [202, 401]
    assert Client().get(reverse("mail-hook", args=["relay"])).status_code == 405


def test_hook_takes_nothing_too_large(hooked: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handrail.desk.web.mail_hook._LARGEST", 100)
    assert brought(b"x" * 101)[0] == 413


# --- unsubscribing ---------------------------------------------------------------------------------------------------


def test_link_asks_and_only_posting_unsubscribes(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    url = unsubscribing.address_for(delivery).partition("//")[2].partition("/")[2]
    browser = Client(enforce_csrf_checks=True)
    asks = browser.get(f"/{url}")
    assert (asks.status_code, "Get no more messages?" in words(asks), list(asks.cookies)) == (200, True, [])
    assert not unsubscribing.is_unsubscribed(ANA)
    done = browser.post(f"/{url}")
    assert (done.status_code, "You get no more messages" in words(done)) == (200, True)
    assert models.Unsubscribed.objects.get().how == "through a link"
    assert browser.get("/u/1-00000000000000000000/").status_code == 404


def test_one_click_needs_no_cookie_and_is_done_once(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    url = reverse("unsubscribe", args=[unsubscribing.token_of(delivery)])
    for _ in range(2):
        answer = Client(enforce_csrf_checks=True).post(
            url, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
        )
        assert answer.status_code == 200
    assert models.Unsubscribed.objects.get().how == "with one click"
    assert [type(one) for one in heard_in(delivery.handoff_id)] == [e.Unsubscribed]


def test_operations_take_an_address_back_with_a_reason(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    Client().post(reverse("unsubscribe", args=[unsubscribing.token_of(delivery)]))
    olga, url = browser_of(company, "olga"), reverse("unsubscribed")
    assert ANA in words(olga.get(url))
    assert ANA not in words(olga.get(url, {"q": "bo"}))
    assert olga.post(url, {"address": ANA, "reason": ""}).status_code == 422
    assert olga.post(url, {"address": ANA, "reason": "They asked."}).status_code == 302
    assert olga.post(url, {"address": ANA, "reason": "They asked."}).status_code == 409
    assert not unsubscribing.is_unsubscribed(ANA)
