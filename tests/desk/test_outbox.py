"""Messages going out: queued with their event, sent by the worker to a real mail server, never twice by themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parseaddr
from hashlib import sha256

import pytest
from django.conf import settings as desk_settings
from django.test import Client, override_settings

from handrail.desk import ledger, models, outbox
from handrail.desk import mail as mail_rules
from handrail.handoff import commands as c
from handrail.handoff.contacts import Contact
from tests.desk.company import NOW, Company, done, refused
from tests.desk.kinds import begin, version_of
from tests.desk.postman import SMTP_BACKEND, Postman, receiving
from tests.desk.test_wake_loop import ticking

pytestmark = pytest.mark.django_db(transaction=True)

State = models.Delivery.State


@pytest.fixture
def postman() -> Iterator[Postman]:
    with receiving() as postman:
        yield postman


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of()
    return company


def begun(company: Company) -> int:
    """A handoff whose automatic message has gone out of the way."""
    handoff_id = begin(company)
    models.Delivery.objects.all().delete()
    return handoff_id


def send(company: Company, handoff_id: int, subject: str = "", body: str = "") -> ledger.Change:
    command = c.Send(by=company.actor("paula"), step="greet", subject=subject, body=body)
    return done(ledger.record(handoff_id, command, now=NOW))


def _words(part: Message) -> str:
    payload = part.get_payload(decode=True)
    assert isinstance(payload, bytes)
    return payload.decode()


def stands() -> dict[str, tuple[str, int, str]]:
    """By first name: the state of the delivery, how often it was tried, and what is told."""
    rows = models.Delivery.objects.select_related("person")
    return {row.to[1].split(".")[0]: (row.state, row.tries, row.error) for row in rows}


def test_message_is_queued_for_each_person_once_and_only_with_its_event(company: Company) -> None:
    handoff_id = begun(company)
    paula_too = c.FillRole(by=company.actor("olga"), role="lead", person=company.actor("carla").person)
    done(ledger.record(handoff_id, paula_too, now=NOW))
    change = send(company, handoff_id)
    [row] = models.Delivery.objects.all()
    assert (row.handoff_id, row.number, row.step, row.to[0], row.state, row.next_at) == (
        handoff_id,
        change.events[0].number,
        "greet",
        "Carla Santos",
        State.QUEUED,
        NOW,
    )
    refused(ledger.record(handoff_id, c.Send(by=company.actor("paula"), step="greet"), now=NOW))
    assert models.Delivery.objects.count() == 1


def test_message_arrives_as_it_was_written(company: Company, postman: Postman) -> None:
    change = send(company, begun(company), subject="Welcome – Cedar Falls", body="Línea one\nLine two")
    assert (outbox.deliver_due(NOW), outbox.deliver_due(NOW)) == (2, 0)
    assert stands() == {"carla": (State.SENT, 1, ""), "lena": (State.SENT, 1, "")}
    assert [address for address, _ in postman.taken] == ["carla.santos@example.com", "lena.fischer@example.com"]
    carla, mail = company.people["carla"], postman.taken[0][1]
    plain, page = (part for part in mail.walk() if part.get_content_maintype() == "text")
    assert (plain.get_content_type(), page.get_content_type()) == ("text/plain", "text/html")
    assert _words(plain).split() == ["Línea", "one", "Line", "two"]
    assert "<p>Línea one<br />\r\nLine two</p>" in _words(page)
    assert {name: mail[name] for name in ("From", "To", "Reply-To", "Message-ID", "Auto-Submitted")} == {
        "From": "Handrail <handrail@example.net>",
        "To": "carla.santos@example.com",
        "Reply-To": "paula.reyes@example.com",
        "Message-ID": f"<handrail.{change.handoff_id}.{change.events[0].number}.{carla.pk}@example.net>",
        "Auto-Submitted": None,
    }


def test_automatic_message_is_nobodys_and_goes_out(company: Company, postman: Postman) -> None:
    begin(company)
    assert outbox.deliver_due(NOW) == 1
    [(address, mail)] = postman.taken
    assert (address, mail["Subject"], mail["Reply-To"], mail["Auto-Submitted"], mail["List-Unsubscribe"]) == (
        "lena.fischer@example.com",
        "A handoff began",
        None,
        "auto-generated",
        None,
    )


def test_refusal_for_good_fails_and_one_for_now_is_tried_again(company: Company, postman: Postman) -> None:
    send(company, begun(company))
    postman.answers = {"carla.santos@example.com": "550 No such mailbox", "lena.fischer@example.com": "450 Busy"}
    outbox.deliver_due(NOW)
    outbox.deliver_due(NOW)
    assert stands() == {
        "carla": (State.FAILED, 1, "The mail server refused it: 550 No such mailbox"),
        "lena": (State.QUEUED, 1, "The mail server refused it: 450 Busy"),
    }
    assert outbox.deliver_due(NOW + timedelta(seconds=59)) == 0
    postman.answers = {}
    assert outbox.deliver_due(NOW + timedelta(minutes=1)) == 1
    assert stands()["lena"] == (State.SENT, 2, "")


def test_refusals_for_now_come_to_an_end(company: Company, postman: Postman) -> None:
    send(company, begun(company))
    models.Delivery.objects.filter(person=company.people["carla"]).delete()
    postman.answers = {"lena.fischer@example.com": "450 Busy"}
    at = NOW
    for pause in (*mail_rules.PAUSES, timedelta()):
        assert outbox.deliver_due(at) == 1
        at += pause
    assert stands() == {"lena": (State.FAILED, len(mail_rules.PAUSES) + 1, "The mail server refused it: 450 Busy")}
    assert outbox.deliver_due(at + timedelta(days=30)) == 0


def test_worker_that_stood_still_in_between_goes_by_the_time_of_each_message(
    company: Company, postman: Postman
) -> None:
    """The clock is looked at as the batch begins, and for each message before and after it is sent."""
    send(company, begun(company))
    postman.answers = {"lena.fischer@example.com": "450 Busy"}
    hour = timedelta(hours=1)
    assert outbox.deliver_due(ticking(NOW, hour)) == 2
    rows = models.Delivery.objects.order_by("id").values_list("person__name", "changed_at", "next_at")
    assert list(rows) == [
        ("Carla Santos", NOW + 2 * hour, None),
        ("Lena Fischer", NOW + 4 * hour, NOW + 4 * hour + mail_rules.PAUSES[0]),
    ]


@override_settings(EMAIL_BACKEND=SMTP_BACKEND, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1)
def test_everything_waits_while_the_server_is_out_of_reach(company: Company) -> None:
    send(company, begun(company))
    assert outbox.deliver_due(NOW) == 0
    told = {(state, tries, error.partition(":")[0]) for state, tries, error in stands().values()}
    assert told == {(State.QUEUED, 0, "The mail server cannot be reached")}
    assert set(models.Delivery.objects.values_list("next_at", flat=True)) == {NOW + mail_rules.SERVER_PAUSE}


def test_message_whose_connection_broke_is_not_sent_again_by_itself(company: Company, postman: Postman) -> None:
    send(company, begun(company))
    postman.breaks = True
    assert outbox.deliver_due(NOW) == 1
    postman.breaks = False
    assert outbox.deliver_due(NOW + timedelta(days=1)) == 1
    assert [address for address, _ in postman.taken] == ["carla.santos@example.com", "lena.fischer@example.com"]
    state, tries, error = stands()["carla"]
    assert (state, tries, error.partition(":")[0]) == (State.UNKNOWN, 1, "The connection to the mail server broke")


def test_message_whose_sender_was_lost_is_shown_as_not_known(company: Company, postman: Postman) -> None:
    handoff_id = begun(company)
    send(company, handoff_id)
    lost = models.Delivery.objects.filter(person=company.people["carla"])
    lost.update(state=State.SENDING, next_at=NOW + mail_rules.LEASE)
    assert outbox.deliver_due(NOW) == 1
    assert stands()["carla"][0] == State.SENDING
    assert outbox.deliver_due(NOW + mail_rules.LEASE) == 0
    assert stands()["carla"] == (State.UNKNOWN, 0, "Its sender was stopped while sending it.")
    assert [address for address, _ in postman.taken] == ["lena.fischer@example.com"]
    browser = Client()
    browser.force_login(company.people["paula"])
    page = browser.get(f"/handoffs/{handoff_id}/steps/greet/").content.decode()
    assert "Nobody can tell whether it arrived: ask Carla Santos. Its sender was stopped while sending it." in page
    assert re.search(r"Lena Fischer.*?Sent</span>", page, re.DOTALL)


def test_somebody_outside_gets_it_once_at_their_own_address(company: Company, postman: Postman) -> None:
    change = send(company, begun(company))
    models.Delivery.objects.all().delete()
    ana = Contact(group="main", name="Ana “The Boss” Lima", email="ana@cedar.example")
    again = Contact(group="users", name="Somebody else", email="ana@cedar.example")
    nowhere = Contact(group="users", name="No address", email="", written="by phone")
    number = change.events[0].number
    outbox.enqueue(change.handoff_id, number, "greet", (), (ana, again, nowhere), NOW)
    assert (outbox.deliver_due(NOW), outbox.deliver_due(NOW)) == (1, 0)
    assert stands() == {"ana@cedar": (State.SENT, 1, "")}
    [(address, mail)] = postman.taken
    to = parseaddr(str(make_header(decode_header(str(mail["To"])))))
    assert (address, to) == ("ana@cedar.example", ("Ana “The Boss” Lima", "ana@cedar.example"))
    mark = f"{change.handoff_id}.{number}.x{sha256(b'ana@cedar.example').hexdigest()[:20]}"
    assert str(mail["Message-ID"]).startswith(f"<handrail.{mark}@")


def test_who_left_gets_nothing(company: Company, postman: Postman) -> None:
    send(company, begun(company))
    models.Person.objects.filter(pk=company.people["carla"].pk).update(is_active=False)
    outbox.deliver_due(NOW)
    outbox.deliver_due(NOW)
    assert stands() == {
        "carla": (State.FAILED, 1, "Carla Santos does not use Handrail any more."),
        "lena": (State.SENT, 1, ""),
    }


def test_subject_of_several_lines_becomes_one_line(company: Company, postman: Postman) -> None:
    send(company, begun(company), subject="Welcome\r\nBcc: everybody@example.com")
    outbox.deliver_due(NOW)
    _, mail = postman.taken[0]
    assert (mail["Subject"], mail["Bcc"]) == ("Welcome Bcc: everybody@example.com", None)


def test_without_a_mail_server_nothing_leaves_the_machine() -> None:
    from handrail.desk import settings as installed

    assert installed.EMAIL_BACKEND == "django.core.mail.backends.filebased.EmailBackend"
    assert desk_settings.EMAIL_FILE_PATH == desk_settings.DATA_DIR / "mail"
