"""Receivers are asked, answer for each account, and the handoffs of the accounts keep in step with it."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handrail.desk import models
from handrail.desk.notice_mail import mail_due
from handrail.desk.transfers import accompanying, answering, asking
from handrail.handoff import wire
from handrail.handoff.refusal import Refused
from tests.desk.books import follow, line_of, money, record, transfer_of
from tests.desk.company import NOW, Company, browser_of

pytestmark = pytest.mark.django_db

State = models.TransferLine.State


@pytest.fixture
def company() -> Company:
    return Company()


def states(transfer: models.Transfer) -> dict[str, str]:
    rows = models.TransferLine.objects.filter(transfer=transfer).values_list("customer__name", "state")
    return dict(rows)


def ask(company: Company, transfer: models.Transfer) -> Refused | None:
    return asking.ask(transfer.pk, by=company.people["lena"], now=NOW)


def notices_of(person: models.Person) -> list[tuple[str, str, bool]]:
    rows = models.Notice.objects.filter(person=person, about="transfer").order_by("id")
    return [(row.title, row.why, row.over_at is not None) for row in rows]


# -------------------------------------------------------------------------------------------------------------- asking


def test_receivers_are_asked_once_and_told(company: Company, mailoutbox: list[object]) -> None:
    transfer = transfer_of(company, "Aster", "Birch")
    line = line_of(transfer, "Birch")
    models.TransferLine.objects.filter(pk=line.pk).update(receiver=None)
    assert ask(company, transfer) == Refused(
        code="nobody", says="Nobody gets Birch yet. Propose owners, or choose them by hand."
    )
    models.TransferLine.objects.filter(pk=line.pk).update(receiver=company.people["dev"])
    assert ask(company, transfer) is None
    assert states(transfer) == {"Aster": "asked", "Birch": "asked"}
    assert notices_of(company.people["dev"]) == [
        (
            "2 accounts for you: Carla’s book",
            f"{company.people['lena'].name} asks you to take over on 11 January 2027. Nothing moves before you accept.",
            False,
        )
    ]
    assert mail_due(NOW) == 1
    assert len(mailoutbox) == 1
    says = "Everybody who gets an account has been asked. Choose somebody else for what was refused, then ask."
    assert ask(company, transfer) == Refused(code="asked", says=says)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.revision) == ("asked", 1)


def test_only_who_makes_transfers_asks(company: Company) -> None:
    transfer = transfer_of(company, "Aster")
    refused = asking.ask(transfer.pk, by=company.people["dev"], now=NOW)
    says = "Only a team lead or CS Operations transfers accounts. Ask one of them; Teams shows who they are."
    assert refused == Refused(code="not-yours", says=says)


# ----------------------------------------------------------------------------------------------------------- answering


def test_receiver_answers_account_by_account(company: Company) -> None:
    transfer = transfer_of(company, "Aster", "Birch", "Cedar")
    assert ask(company, transfer) is None
    dev, lena = company.people["dev"], company.people["lena"]
    aster, birch = line_of(transfer, "Aster"), line_of(transfer, "Birch")
    assert answering.accept(transfer.pk, [aster.pk], by=dev, now=NOW) is None
    refused = answering.refuse(transfer.pk, [birch.pk], "something else", "", by=dev, now=NOW)
    assert isinstance(refused, Refused)
    assert refused.says == "Say in the note what it is."
    too_much = "too much work already"
    assert answering.refuse(transfer.pk, [birch.pk], too_much, "I have forty.", by=dev, now=NOW) is None
    assert states(transfer) == {"Aster": "accepted", "Birch": "refused", "Cedar": "asked"}
    assert notices_of(lena) == [
        (
            "Dev Patel refused 1 account: Carla’s book",
            "Each needs another owner. The reason: too much work already. “I have forty.”",
            False,
        )
    ]
    assert [over for _, _, over in notices_of(dev)] == [False]  # Cedar still waits: silence never accepts
    assert answering.accept(transfer.pk, None, by=dev, now=NOW) is None
    assert states(transfer) == {"Aster": "accepted", "Birch": "refused", "Cedar": "accepted"}
    assert [over for _, _, over in notices_of(dev)] == [True]
    assert answering.accept(transfer.pk, None, by=dev, now=NOW) == Refused(
        code="empty", says="No account waits for this answer."
    )


def test_who_stands_in_or_leads_answers_on_behalf(company: Company) -> None:
    transfer = transfer_of(company, "Aster", "Birch", "Cedar")
    assert ask(company, transfer) is None
    dev, tom, lena = (company.people[name] for name in ("dev", "tom", "lena"))
    aster, birch = line_of(transfer, "Aster"), line_of(transfer, "Birch")
    says = "Only whoever is to get an account answers, who stands in for them, a team lead or CS Operations."
    assert answering.accept(transfer.pk, [aster.pk], by=tom, now=NOW) == Refused(code="not-yours", says=says)
    today = NOW.date()
    models.Absence.objects.create(person=dev, first_day=today, last_day=today + timedelta(days=3), delegate=tom)
    assert answering.accept(transfer.pk, [aster.pk], by=tom, now=NOW) is None
    assert answering.accept(transfer.pk, [birch.pk], by=lena, now=NOW) is None
    told = models.AuditEntry.objects.filter(about="transfer", action="accepted").order_by("id")
    assert [(one.by_name, one.says) for one in told] == [
        (tom.name, "1 account on behalf of Dev Patel."),
        (lena.name, "1 account on behalf of Dev Patel."),
    ]
    assert {line_of(transfer, name).answered_by_id for name in ("Aster", "Birch")} == {tom.pk, lena.pk}


def test_nothing_is_answered_unless_asked_or_once_it_moves(company: Company) -> None:
    transfer = transfer_of(company, "Aster")
    dev, line = company.people["dev"], line_of(transfer, "Aster")
    says = "This transfer is being prepared: nobody has been asked yet."
    assert answering.accept(transfer.pk, [line.pk], by=dev, now=NOW) == Refused(code="state", says=says)
    models.Transfer.objects.filter(pk=transfer.pk).update(state="moving")
    says = "The accounts are on their way: what was accepted moves, and nothing else."
    assert answering.accept(transfer.pk, [line.pk], by=dev, now=NOW) == Refused(code="state", says=says)


# --------------------------------------------------------------------------------------------------------- the handoffs


def stored(line: models.TransferLine) -> str:
    return models.Handoff.objects.get(transfer_lines=line).state


def facts_of(line: models.TransferLine) -> dict[str, object]:
    assert line.handoff is not None
    state = wire.decode_handoff(stored(line))
    return {name: fact.value for name, fact in state.facts.items()}


def test_handoff_of_an_account_follows_its_line(company: Company) -> None:
    follow()
    transfer = transfer_of(company, "Aster", "Birch")
    record(
        "Aster",
        "pending",
        "Export of certificates",
        company.people["carla"],
        about="integration",
        context="Asked in May",
    )
    record("Aster", "opportunity", "Renewal", company.people["carla"], amount=money("1200"), stage="Proposal")
    assert accompanying.accompany_due(NOW) == 0  # nobody was asked
    assert ask(company, transfer) is None
    assert (accompanying.accompany_due(NOW), accompanying.accompany_due(NOW)) == (2, 0)
    aster = line_of(transfer, "Aster")
    started = facts_of(aster)
    assert {
        name: started[name]
        for name in ("new_csm", "reason", "effective", "pending", "opportunities", "cases")
        if name in started
    } == {
        "new_csm": "dev.patel@example.com",
        "reason": "leave",
        "effective": "2027-01-11",
        "pending": [
            {
                "name": "Export of certificates",
                "sort": "integration",
                "context": "Asked in May",
                "key": "pending-Export of certificates",
            }
        ],
        "opportunities": [
            {
                "name": "Renewal",
                "state": "open",
                "stage": "Proposal",
                "value": "1200",
                "next_step": "Its stage in the CRM: Proposal",
                "key": "opportunity-Renewal",
            }
        ],
    }
    handoff = wire.decode_handoff(stored(aster))
    assert {role: person.name.split()[0] for role, person in handoff.people.items()} == {
        "tl": "Lena",
        "csm": "Carla",
        "new_csm": "Dev",
    }

    assert answering.accept(transfer.pk, None, by=company.people["dev"], now=NOW) is None
    assert accompanying.accompany_due(NOW) == 2
    assert facts_of(aster)["accepted"] == "2026-12-01"
    models.TransferLine.objects.filter(pk=aster.pk).update(state=State.MOVED, moved_at=NOW)
    assert accompanying.accompany_due(NOW) == 1
    assert facts_of(aster)["moved"] == "2026-12-01"

    birch = line_of(transfer, "Birch")
    models.TransferLine.objects.filter(pk=birch.pk).update(state=State.PROPOSED, receiver=company.people["tom"])
    assert accompanying.accompany_due(NOW) == 1
    assert (facts_of(birch)["new_csm"], "accepted" in facts_of(birch)) == ("tom.okafor@example.com", False)
    models.TransferLine.objects.filter(pk=birch.pk).update(state=State.DROPPED)
    assert accompanying.accompany_due(NOW) == 1
    assert models.TransferLine.objects.get(pk=birch.pk, handoff__status="cancelled").handoff_id
    assert accompanying.accompany_due(NOW) == 0


def test_cancelled_transfer_ends_its_handoffs_and_asks_no_more(company: Company) -> None:
    follow()
    transfer = transfer_of(company, "Aster")
    sheet = {"lms_id": "L-2210", "mrr": "2400", "new_csm": "Tom Okafor"}
    models.TransferLine.objects.filter(transfer=transfer).update(sheet=sheet)
    assert ask(company, transfer) is None
    assert accompanying.accompany_due(NOW) == 1
    facts = facts_of(line_of(transfer, "Aster"))
    assert (facts["lms_id"], facts["mrr"], facts["new_csm"]) == ("L-2210", "2400", "dev.patel@example.com")
    models.Transfer.objects.filter(pk=transfer.pk).update(state="cancelled")
    asking.withdraw(transfer.pk, now=NOW)
    assert [over for _, _, over in notices_of(company.people["dev"])] == [True]
    assert (accompanying.accompany_due(NOW), accompanying.accompany_due(NOW)) == (1, 0)
    cancelled = models.Event.objects.filter(kind="Cancelled").values_list("data", flat=True)
    assert [json.loads(one)["reason"] for one in cancelled] == ["The transfer “Carla’s book” was cancelled."]


def test_handoff_that_runs_already_is_kept(company: Company) -> None:
    follow()
    first, again = transfer_of(company, "Aster"), transfer_of(company, "Aster", to="tom")
    assert ask(company, first) is None
    assert accompanying.accompany_due(NOW) == 1
    assert ask(company, again) is None
    assert accompanying.accompany_due(NOW) == 1
    assert line_of(first, "Aster").handoff_id == line_of(again, "Aster").handoff_id
    assert facts_of(line_of(again, "Aster"))["new_csm"] == "tom.okafor@example.com"


# ------------------------------------------------------------------------------------------------------------ the pages


def test_pages_show_what_they_would_get(company: Company) -> None:
    follow()
    transfer = transfer_of(company, "Aster", "Birch")
    carla, address = company.people["carla"], reverse("transfer-answer", args=[transfer.pk])
    record("Aster", "opportunity", "Renewal", carla, amount=money("1200.50"), stage="Proposal")
    record("Aster", "opportunity", "Old sale", carla, is_open=False, closed_on=date(2020, 1, 1))
    record("Aster", "case", "Login fails", company.people["tom"], is_escalated=True)
    lena = browser_of(company, "lena")
    assert "Ask the receivers" in lena.get(address).content.decode()
    assert lena.post(reverse("transfer-ask", args=[transfer.pk])).status_code == 302
    assert "Ask the receivers" not in lena.get(address).content.decode()
    dev = browser_of(company, "dev")
    notice = models.Notice.objects.get(person=company.people["dev"], about="transfer")
    assert dev.get(reverse("notice", args=[notice.pk])).headers["Location"] == address
    assert "2 accounts for you: accept or refuse" in dev.get(reverse("work")).content.decode()
    page = dev.get(address).content.decode()
    assert ("1 opportunity" in page, "1 case is escalated and open" in page, "3 stay or are history" in page) == (
        True,
        True,
        True,
    )
    manifest = dev.get(reverse("transfer-line", args=[transfer.pk, line_of(transfer, "Aster").pk])).content.decode()
    for says in ("Renewal", "1,200.50", "Somebody else holds it.", "Closed before 2026-10-13: whose sale it was"):
        assert says in manifest
    line = line_of(transfer, "Aster").pk
    answer = dev.post(address, {"do": "refuse", "line": line, "reason": "", "note": "Too far away"})
    assert (answer.status_code, "Choose why you refuse" in answer.content.decode()) == (422, True)
    assert "Too far away" in answer.content.decode()
    answer = dev.post(address, {"do": "refuse", "line": line, "reason": "something else", "note": "Too far away"})
    assert answer.status_code == 302
    assert "1 account refused: it needs another owner" in lena.get(reverse("work")).content.decode()
    assert browser_of(company, "paula").get(address).status_code == 403
    assert dev.post(address, {"do": "accept-all"}).status_code == 302
    assert states(transfer) == {"Aster": "refused", "Birch": "accepted"}


def test_answer_page_asks_the_database_as_often_for_many(company: Company) -> None:
    counts = []
    for names in (("One",), ("Two", "Three", "Four")):
        transfer = transfer_of(company, *names)
        assert ask(company, transfer) is None
        dev = browser_of(company, "dev")
        dev.get(reverse("transfer-answer", args=[transfer.pk]))
        with CaptureQueriesContext(connection) as queries:
            assert dev.get(reverse("transfer-answer", args=[transfer.pk])).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
