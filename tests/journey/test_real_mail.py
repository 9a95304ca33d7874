"""Whole handoffs with real mail: what goes out is taken by a real mail server, what is answered lies in a real mailbox.

The people of the demo company go through the shipped runbooks, two months in a moment; what they do on pages is done on
pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from email.message import Message
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from handrail.desk import calendar_answers, models, outbox, runbooks, starting
from handrail.desk.demo_life import Life
from handrail.desk.invitations import NOT_TO_BE_HANDED_ON, invite_due
from handrail.desk.people import actor_of, person_of
from handrail.desk.post import imap
from handrail.desk.queries.opened import open_handoff
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Written
from tests.desk.company import Company, browser_of
from tests.desk.imap_server import MailServer, mail_server
from tests.desk.postman import Postman, receiving
from tests.desk.test_invitations import event_of, parts, reply, text_of

pytestmark = pytest.mark.django_db(transaction=True)

ANA, BO, EVE = "ana@harbor.example", "bo@harbor.example", "eve@harbor.example"


@pytest.fixture
def company() -> Company:
    return Company()


@pytest.fixture
def postman() -> Iterator[Postman]:
    with receiving() as postman:
        yield postman


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[MailServer]:
    replies = {"REPLIES_TO": "replies@example.net", "MEETINGS_ADDRESS": "replies@example.net"}
    calendar_answers.listen()
    with mail_server() as server, override_settings(IMAP=server.address, MEDIA_ROOT=tmp_path, **replies):
        yield server


class Customer:
    """One customer's handoff by a shipped runbook, begun sixty days ago."""

    def __init__(self, company: Company, runbook: str, people: Mapping[str, str], facts: Mapping[str, Written]) -> None:
        (path,) = (one for one in runbooks.shipped() if one.stem == runbook)
        version = runbooks.publish(path.read_text(encoding="utf-8"), path.name)
        assert isinstance(version, models.RunbookVersion)
        self.now = timezone.now()
        began = self.now - timedelta(days=60)
        customer = company.customer("Harbor Clinic", {})
        for name, value in facts.items():
            models.CustomerFact.objects.create(customer=customer, name=name, value=value, source="the CRM", at=began)
        seats = {role: person_of(company.people[name]) for role, name in people.items()}
        olga = actor_of(company.people["olga"], began)
        [begun] = starting.begin([customer], version, seats, olga, began)
        assert not isinstance(begun.outcome, Refused), begun.outcome
        self.id = begun.outcome.handoff_id
        everybody = {row.email.partition("@")[0]: row for row in models.Person.objects.all()}
        self.life = Life(handoff_id=self.id, olga=olga, people=everybody, at=began, until=self.now)

    @property
    def state(self) -> Any:
        return open_handoff(self.id).state

    def step(self, name: str) -> str:
        return reverse("step", args=[self.id, name])


def day(days: int) -> str:
    return (timezone.now() + timedelta(days=days)).date().isoformat()


def told(mails: list[tuple[str, Message]]) -> list[tuple[str, str, str]]:
    """Of each: who got it, from whom as people read it, and what it is about."""
    return [(to, parseaddr(str(mail["From"]))[0], str(mail["Subject"])) for to, mail in mails]


def outside(postman: Postman) -> list[tuple[str, Message]]:
    return [(to, mail) for to, mail in postman.taken if to.endswith("@harbor.example")]


TRANSFER = {"tl": "lena", "csm": "carla", "manager": "mona", "ops": "olga"}
ACCOUNT: dict[str, Written] = {
    "reason": "workload balancing",
    "new_csm": "tom.okafor@example.com",
    "crm_id": "0015e00002",
    "account_name": "Harbor Clinic",
    "lms_id": "L-2210",
    "billing_id": "B-731",
    "mrr": "2400",
    "contact_first_name": "Ana",
    "contact_last_name": "Lima",
    "contact_email": ANA,
    "health": "good",
    "opportunities": [],
    "pending": [],
    "cases": [],
    "active_users": "100",
    "inactive_users": "3",
    "terminated_users": "1",
    "paid_seats": "100",
    "cred_soft": "no",
    "learning": "no",
}


def test_account_transition_whose_sequence_sends_itself(company: Company, postman: Postman) -> None:  # S2.6
    account = Customer(company, "account-transition", TRANSFER, {**ACCOUNT, "effective": day(-30)})
    account.life.advance(99)
    assert account.state.end == "with the new CSM"
    outbox.deliver_due(account.now)
    assert told(outside(postman)) == [
        (ANA, "Carla Santos", "Your new Customer Success Manager: Tom Okafor"),
        (ANA, "Tom Okafor", "I look after your account from now on"),
    ]
    _, first = outside(postman)[0]
    assert "my colleague Tom Okafor looks after your account." in " ".join(text_of(parts(first)["text/plain"]).split())
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert outbox.deliver_due(account.now) == 0


def test_account_transition_that_becomes_tasks_as_an_opportunity_is_open(  # S2.7
    company: Company, postman: Postman, mailbox: MailServer
) -> None:
    opened = [{"name": "Renewal", "stage": "proposal", "value": "9000", "next_step": "Call"}]
    facts = {**ACCOUNT, "effective": day(-30), "opportunities": opened}
    account = Customer(company, "account-transition", TRANSFER, facts)
    account.life.advance(99, until_open="introduce")
    outbox.deliver_due(account.now)
    assert outside(postman) == []
    carla = browser_of(company, "carla")
    page = carla.get(account.step("introduce")).content.decode()
    assert "Dear Ana," in page
    subject, body = "News about your account", "Dear {recipient.first_name},\n\n**{new_csm}** calls you on Monday.\n"
    sent = {"do": "send", "subject": subject, "body": body, "wording.subject": subject, "wording.body": body}
    assert carla.post(account.step("introduce"), sent).status_code == 302
    now = timezone.now()
    outbox.deliver_due(now)
    [(to, mail)] = outside(postman)
    assert (to, str(mail["Subject"])) == (ANA, subject)
    assert text_of(parts(mail)["text/plain"]).splitlines()[:3] == ["Dear Ana,", "", "Tom Okafor calls you on Monday."]
    answer = (
        f"From: Ana Lima <{ANA}>\r\nTo: {mail['Reply-To']}\r\nSubject: Re: {subject}\r\n"
        f"Message-ID: <1@harbor.example>\r\n"
        f"In-Reply-To: {mail['Message-ID']}\r\nDate: Mon, 4 Jan 2027 09:00:00 +0000\r\n\r\nTuesday is better.\r\n"
    )
    mailbox.put(answer.encode())
    assert imap.poll_due(now) == 1
    assert "Tuesday is better." in carla.get(account.step("introduce")).content.decode()
    account.life.until = now + timedelta(days=40)
    account.life.advance(99)
    assert account.state.end == "with the new CSM"


SUPPORT = {
    "pm": "paula", "em": "emma", "im": "ivan", "sa": "sara", "ta": "theo", "ts_architect": "amara", "cvm": "vera",
    "support_manager": "sven", "integration_support": "iris",
}  # fmt: skip


def test_mid_market_customer_is_added_to_a_group_call_and_a_forwarded_invitation_is_noticed(  # S1.15
    company: Company, postman: Postman, mailbox: MailServer
) -> None:
    facts: dict[str, Written] = {
        "segment": "Mid-Market", "region": "US", "partner_led": "no", "pay_product": "no",
        "go_live": day(40), "handoff_date": day(37), "portal_users": [{"name": "Ana Lima", "email": ANA}],
        "call_attendees": [{"name": "Ana Lima", "email": ANA}, {"name": "Bo Falk", "email": BO}],
    }  # fmt: skip
    customer = Customer(company, "transition-to-support-and-cvm", SUPPORT, facts)
    customer.life.advance(99, until_open="hold-group-call")
    assert customer.state.state_of("hold-group-call") == "open"
    emma, at = browser_of(company, "emma"), customer.step("hold-group-call")
    view = emma.get(at).context["view"].meetings
    guests = [one.value for one in view.plan.guests]
    assert {f"c:{ANA}", f"c:{BO}"} <= set(guests)
    plan = {"do": "plan", "session": view.session.choices[0].at, "invite": guests}
    assert emma.post(at, plan).status_code == 302
    now = timezone.now()
    invite_due(now)
    invited = dict(outside(postman))
    assert invited.keys() == {ANA, BO}
    assert str(event_of(invited[ANA])["x-microsoft-donotforwardmeeting"]).upper() == "TRUE"
    assert NOT_TO_BE_HANDED_ON in " ".join(text_of(parts(invited[ANA])["text/plain"]).split())
    mailbox.put(_answer(invited[ANA], ANA, "ACCEPTED", now), _answer(invited[BO], EVE, "ACCEPTED", now))
    assert imap.poll_due(now) == 2
    [meeting] = customer.state.meetings["hold-group-call"]
    page = " ".join(emma.get(at).content.decode().split())
    assert f"{EVE} was not invited" in page
    postman.taken.clear()
    admit = {"do": "admit", "key": meeting.key, "email": EVE, "name": "Eve Ode"}
    assert emma.post(at, admit).status_code == 302
    invite_due(timezone.now())
    assert EVE in [
        to for to, mail in outside(postman) if "REQUEST" in str(parts(mail)["text/calendar"].get_param("method"))
    ]
    customer.life.until = now + timedelta(days=120)
    customer.life.advance(99)
    assert customer.state.is_over, customer.state.steps
    outbox.deliver_due(timezone.now() + timedelta(days=121))
    assert (ANA, "What you can learn from") in [(to, subject) for to, _, subject in told(outside(postman))]  # S1.4


def _answer(invitation: Message, sender: str, partstat: str, now: datetime) -> bytes:
    """The mail with which a calendar program answers."""
    calendar = reply(invitation, sender, partstat, at=f"{now:%Y%m%dT%H%M%SZ}").decode()
    return (
        f"From: <{sender}>\r\nTo: replies@example.net\r\nSubject: Accepted\r\nMessage-ID: <{sender}.{partstat}>\r\n"
        f"MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REPLY; charset=utf-8\r\n\r\n{calendar}"
    ).encode()
