"""Mail that comes in: taken in once, told to its handoff, kept for CS Operations where it is nobody's."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import transaction

from handrail.desk import ledger, models, outbox, reply_address, unsubscribing
from handrail.desk.post import calendar_answers, keeping, subscriptions
from handrail.desk.post.taking_in import Brought, Taken, take_in
from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff import wire
from handrail.handoff.contacts import Contact
from handrail.handoff.hearing import What
from handrail.handoff.history import Heard
from tests.core.mails import OURS, bounce, mail
from tests.desk.company import NOW, Company, done
from tests.desk.kinds import begin, version_of

pytestmark = pytest.mark.django_db

ANA, BO = "ana@cedar.example", "bo@cedar.example"


@pytest.fixture(autouse=True)
def mailbox(settings: object, tmp_path: Path) -> None:
    settings.REPLIES_TO = "replies@handrail.example"  # type: ignore[attr-defined]
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of()
    return company


def written_to(company: Company, *addresses: str, name: str = "Cedar Falls Water") -> list[models.Delivery]:
    """A message of a new handoff that went to these addresses."""
    handoff_id = begin(company, name)
    sent = done(ledger.record(handoff_id, c.Send(by=company.actor("paula"), step="greet"), now=NOW))
    people = [Contact(group="contacts", name=one.partition("@")[0].title(), email=one) for one in addresses]
    number = sent.events[0].number
    outbox.enqueue(handoff_id, number, "greet", (), people, NOW)
    models.Delivery.objects.filter(handoff=handoff_id).update(state="sent", tries=1, next_at=None)
    return list(models.Delivery.objects.filter(handoff=handoff_id, person=None).order_by("address"))


def answering(delivery: models.Delivery, raw: bytes) -> bytes:
    return raw.replace(OURS.encode(), f"handrail.{delivery.mark}@handrail.example".encode())


def taken(raw: bytes, also: Callable[[], None] = lambda: None) -> Taken:
    return take_in(raw, Brought(by="a test", now=NOW, also=also))


def heard_in(handoff_id: int) -> list[What]:
    return [one.event for one in ledger.history_of(handoff_id) if isinstance(one.event, What)]


def notices_of(handoff_id: int) -> list[tuple[str, str, str]]:
    rows = models.Notice.objects.filter(handoff=handoff_id, sort="answer").order_by("id")
    return list(rows.values_list("person__name", "title", "name"))


def test_reply_is_taken_in_once_and_told_to_its_handoff(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    raw = answering(delivery, mail(body="Yes, please.\n\nOn 4 Jan 2027 Handrail wrote:\n> Hello\n"))
    first, again = taken(raw), taken(raw.replace(b"\r\nTo:", b"\r\nReceived: from elsewhere\r\nTo:"))
    assert (first.became, again) == ("taken", Taken(key=first.key, became="known"))
    said = e.Replied(contact=ANA, name="Ana", step="greet", subject="Re: Hello", says="Yes, please.", mail=first.key)
    assert heard_in(delivery.handoff_id) == [said]
    row = models.Mail.objects.get()
    assert (row.state, row.handoff_id, row.step, row.contact, row.text, row.sort) == (
        "taken",
        delivery.handoff_id,
        "greet",
        ANA,
        "Yes, please.",
        "reply",
    )
    assert keeping.kept(first.key) == raw
    assert notices_of(delivery.handoff_id) == [("Paula Reyes", "Reply from Ana: Re: Hello", "greet")]
    state = wire.decode_handoff(models.Handoff.objects.get(pk=delivery.handoff_id).state)
    assert state.heard == {ANA: Heard(replied=state.number)}


def test_reply_is_known_by_the_token_of_its_address_where_nothing_else_tells(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    to = reply_address.address_for(delivery)
    assert taken(mail("In-Reply-To:", f"To: {to.upper()}")).became == "taken"
    forged = to[:-22] + ("0" if to[-22] != "0" else "1") + to[-21:]
    assert reply_address.delivery_of(reply_address.token_in(forged)) is None
    assert taken(mail("In-Reply-To:", f"To: {forged}", "Message-ID: <2@x>")).became == "unclaimed"


def test_answer_of_somebody_else_is_shown_and_counts_as_nobodys(company: Company) -> None:
    ana, bo = written_to(company, ANA, BO)
    taken(answering(ana, mail(sender="Xu <xu@elsewhere.example>")))
    taken(answering(ana, mail("Message-ID: <2@x>", sender=f"Bo <{BO}>")))
    first, second = heard_in(ana.handoff_id)
    assert isinstance(first, e.Replied)
    assert isinstance(second, e.Replied)
    assert (first.contact, first.name, first.instead_of) == ("xu@elsewhere.example", "Xu", ANA)
    assert (second.contact, second.name, second.instead_of) == (BO, "Bo", "")
    state = wire.decode_handoff(models.Handoff.objects.get(pk=bo.handoff_id).state)
    assert list(state.heard) == [BO]


def test_bounce_is_of_whom_the_message_went_to(company: Company) -> None:
    [delivery] = written_to(company, BO)
    assert taken(answering(delivery, bounce())).became == "taken"
    [heard] = heard_in(delivery.handoff_id)
    assert isinstance(heard, e.Bounced)
    assert (heard.contact, heard.step, heard.for_good, heard.says) == (BO, "greet", True, "550 5.1.1 No such user here")


def test_mail_that_answers_nothing_is_nobodys(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    models.Delivery.objects.update(state="queued", tries=0)
    assert taken(answering(delivery, mail())).became == "unclaimed"  # nobody has that message yet
    assert taken(mail("Message-ID: <2@x>")).became == "unclaimed"
    assert taken(b"").became == "unclaimed"
    assert heard_in(delivery.handoff_id) == []
    assert set(models.Mail.objects.values_list("state", flat=True)) == {"unclaimed"}


def test_mail_of_a_handoff_that_cannot_be_written_to_is_kept(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    models.Handoff.objects.filter(pk=delivery.handoff_id).update(state="{nonsense")
    assert taken(answering(delivery, mail())).became == "unclaimed"
    assert models.Mail.objects.get().problem.startswith("It could not be recorded in its handoff")


def test_what_fails_while_a_mail_is_taken_in_leaves_nothing_behind(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    raw = answering(delivery, mail())
    with transaction.atomic():
        assert taken(raw).became == "taken"
        transaction.set_rollback(True)
    assert (heard_in(delivery.handoff_id), models.Mail.objects.count()) == ([], 0)
    assert taken(raw).became == "taken"
    assert len(heard_in(delivery.handoff_id)) == 1


# --- unsubscribing ---------------------------------------------------------------------------------------------------


def test_unsubscribing_by_mail_is_heard_by_every_handoff_that_runs(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    [other] = written_to(company, ANA, name="Harbor County")
    [over] = written_to(company, ANA, name="Mill Creek")
    done(ledger.record(over.handoff_id, c.Cancel(by=company.actor("olga"), reason="They left."), now=NOW))
    assert not unsubscribing.is_unsubscribed(ANA)
    assert taken(answering(delivery, mail(body="STOP\n"))).became == "taken"
    assert taken(answering(delivery, mail("Message-ID: <2@x>", body="unsubscribe\n"))).became == "taken"
    assert unsubscribing.is_unsubscribed(ANA.upper())
    told = [heard_in(one.handoff_id) for one in (delivery, other, over)]
    assert told == [[e.Unsubscribed(contact=ANA, name="Ana", step="greet")]] * 2 + [[]]
    row = models.Unsubscribed.objects.get()
    assert (row.address, row.how, row.handoff_id, row.step, row.to_tell) == (
        ANA,
        "by mail",
        delivery.handoff_id,
        "greet",
        False,
    )


def test_address_of_the_list_says_who_is_meant_whoever_writes_to_it(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    headers = unsubscribing.headers_for(delivery)
    page, by_mail = headers["List-Unsubscribe"].split(", ")
    assert (page, headers["List-Unsubscribe-Post"]) == (
        f"<{unsubscribing.address_for(delivery)}>",
        "List-Unsubscribe=One-Click",
    )
    to = by_mail.removeprefix("<mailto:").partition("?")[0]
    assert taken(mail(f"To: {to}", "In-Reply-To:", sender="x@alias.example")).became == "taken"
    assert unsubscribing.unsubscribed_among([ANA, BO]) == {ANA}


def test_somebody_else_unsubscribes_nobody(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    taken(answering(delivery, mail(body="STOP\n", sender="Xu <xu@elsewhere.example>")))
    assert not unsubscribing.is_unsubscribed(ANA)
    assert [type(one) for one in heard_in(delivery.handoff_id)] == [e.Replied]


def test_taking_back_needs_a_reason_and_is_heard(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    subscriptions.leave(delivery, "through a link", now=NOW)
    olga = company.people["olga"]
    refused = subscriptions.take_back(ANA, " ", olga, now=NOW)
    assert refused is not None
    assert refused.says == "Say why they are to get messages again."
    assert subscriptions.take_back(ANA, "They asked by phone.", olga, now=NOW) is None
    assert heard_in(delivery.handoff_id)[-1] == e.Resubscribed(
        contact=ANA, name="Ana", reason=f"{olga.name}: They asked by phone."
    )
    assert not unsubscribing.is_unsubscribed(ANA)
    told = (
        models.AuditEntry.objects.filter(about="unsubscribed").order_by("id").values_list("action", "by_name", "says")
    )
    assert list(told) == [
        ("unsubscribed", "Ana", "They said so through a link."),
        ("subscribed", olga.name, "They asked by phone."),
    ]


def test_what_was_not_told_to_its_end_is_gone_on_with(company: Company) -> None:
    [delivery] = written_to(company, ANA)
    models.Unsubscribed.objects.create(address=ANA, name="Ana", how="by mail", step="greet", at=NOW)
    assert (subscriptions.tell_due(NOW), subscriptions.tell_due(NOW)) == (1, 0)
    assert heard_in(delivery.handoff_id) == [e.Unsubscribed(contact=ANA, name="Ana", step="greet")]


# --- answers to invitations ------------------------------------------------------------------------------------------


def test_answer_to_an_invitation_goes_to_who_takes_it(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    [delivery] = written_to(company, ANA)
    asked: list[calendar_answers.Answer] = []

    def taker(answer: calendar_answers.Answer, now: object) -> int | None:
        asked.append(answer)
        return delivery.handoff_id if answer.calendar.method == "REPLY" else None

    monkeypatch.setattr(calendar_answers, "_takers", [taker])
    calendar = "BEGIN:VCALENDAR\nMETHOD:{}\nEND:VCALENDAR\n"
    for number, method in enumerate(("REPLY", "COUNTER")):
        raw = mail("Content-Type: text/calendar", f"Message-ID: <{number}@x>", body=calendar.format(method))
        assert taken(answering(delivery, raw)).became == "taken"
    assert [(one.calendar.method, one.sender, one.delivery) for one in asked] == [
        ("REPLY", ANA, delivery),
        ("COUNTER", ANA, delivery),
    ]
    assert [type(one) for one in heard_in(delivery.handoff_id)] == [e.Replied]  # what nobody took
