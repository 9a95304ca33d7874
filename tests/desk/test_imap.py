"""The mailbox that answers come to, with a real IMAP server: read from where it was left, faults told in words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.urls import reverse

from handrail.desk import models
from handrail.desk.post import imap, keeping
from handrail.handoff import events as e
from tests.core.mails import mail
from tests.desk.company import NOW, Company, browser_of
from tests.desk.imap_server import MailServer, mail_server
from tests.desk.test_post import ANA, answering, company, heard_in, mailbox, written_to

__all__ = ["company", "mailbox"]

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def server(settings: object) -> Iterator[MailServer]:
    with mail_server() as server:
        settings.IMAP = server.address  # type: ignore[attr-defined]
        yield server


def test_mailbox_is_read_from_where_it_was_left(company: Company, server: MailServer, settings: object) -> None:
    [delivery] = written_to(company, ANA)
    server.put(answering(delivery, mail()), mail("In-Reply-To:", "Message-ID: <2@x>"))
    assert [imap.poll_due(NOW), imap.poll_due(NOW), imap.poll_due(NOW + MINUTE)] == [2, 0, 0]
    assert [(type(one), one.contact) for one in heard_in(delivery.handoff_id)] == [(e.Replied, ANA)]
    assert (server.count("INBOX"), server.count("Done")) == (0, 2)
    server.put(answering(delivery, mail("Message-ID: <3@x>")))
    assert imap.poll_due(NOW + 2 * MINUTE) == 1
    # All is read anew where the mailbox was made anew: nothing is told twice.
    models.Mailbox.objects.update(uidvalidity=1)
    server.put(answering(delivery, mail("Message-ID: <3@x>")))
    assert imap.poll_due(NOW + 3 * MINUTE) == 1
    assert (len(heard_in(delivery.handoff_id)), models.Mail.objects.count()) == (2, 3)
    # With no folder for what was read, it stays where it is.
    settings.IMAP = server.address.partition("?")[0]  # type: ignore[attr-defined]
    server.put(mail("In-Reply-To:", "Message-ID: <4@x>"))
    assert [imap.poll_due(NOW + number * MINUTE) for number in (4, 5)] == [1, 0]
    assert server.count("INBOX") == 1


def test_mail_too_large_is_kept_by_its_headers(
    company: Company, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    [delivery] = written_to(company, ANA)
    monkeypatch.setattr(keeping, "LARGEST", 1000)
    server.put(answering(delivery, mail(body="x" * 2000)))
    assert imap.poll_due(NOW) == 1
    row = models.Mail.objects.get()
    assert (row.state, row.text, row.problem) == (
        "taken",
        "",
        "It is too large to be kept: only its headers are. The whole is in the mailbox.",
    )
    assert server.count("INBOX") == 1


def test_fault_of_the_mailbox_is_told_and_tried_again_less_and_less_often(
    company: Company, server: MailServer, settings: object
) -> None:
    settings.IMAP = server.address.replace("open", "shut")  # type: ignore[attr-defined]
    now, pauses = NOW, []
    for _ in range(3):
        assert imap.poll_due(now) == 0
        box = models.Mailbox.objects.get()
        pauses.append((box.next_at - now).total_seconds())
        now = box.next_at
    assert (pauses, box.error) == ([60, 120, 240], "127.0.0.1 does not let replies in. Look at HANDRAIL_IMAP.")
    page = browser_of(company, "olga").get(reverse("health")).content.decode()
    assert "The mailbox cannot be read: 127.0.0.1 does not let replies in." in page
    settings.IMAP = server.address  # type: ignore[attr-defined]
    server.put(mail())
    assert imap.poll_due(now) == 1
    assert models.Mailbox.objects.get().error == ""
    settings.IMAP = "imap://a:b@127.0.0.1:1"  # type: ignore[attr-defined]
    assert imap.poll_due(now) == 0
    assert models.Mailbox.objects.get(key="a@127.0.0.1/INBOX").error.startswith("127.0.0.1 cannot be reached: ")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("imaps://u:p%40ss@mail.example/", ("mail.example", 993, "u", "p@ss", "INBOX", "", True)),
        ("imap://u@mail.example:143/A%20b?done=Read", ("mail.example", 143, "u", "", "A b", "Read", False)),
    ],
)  # fmt: skip
def test_address_of_the_mailbox_says_where_and_how(address: str, told: tuple[object, ...]) -> None:
    one = imap.server_of(address)
    assert one is not None
    assert (one.host, one.port, one.user, one.password, one.folder, one.done, one.at_once) == told
    assert imap.server_of("") is None


def test_mailbox_elsewhere_is_never_read_without_encryption(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its certificate is nobody's whom this machine trusts."""
    monkeypatch.setattr(imap, "_THIS_MACHINE", frozenset())
    assert imap.poll_due(NOW) == 0
    assert models.Mailbox.objects.get().error.startswith("127.0.0.1 cannot be reached: ")
