"""Owners are proposed for a transfer, taken, chosen by hand; and the pages on which that is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handrail.book.policy import Policy
from handrail.desk import models
from handrail.desk.long_work import proposing as long_proposing
from handrail.desk.long_work.working import work_off
from handrail.desk.transfers import proposing
from handrail.desk.transfers.policies import Asked, of_json, to_json
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, Company, browser_of

pytestmark = pytest.mark.django_db

LineState = models.TransferLine.State
EFFECTIVE = date(2026, 12, 7)


class Book:
    """Greta of the customer success team gives her accounts; Hana, Igor and Jo of it may get them, Jo is away."""

    def __init__(self, accounts: int = 6, reason: str = "job change") -> None:
        self.company = Company()
        team = models.Team.objects.create(key="care", name="Care", lead=self.company.people["olga"])
        self.greta, self.hana, self.igor, self.jo = (
            self._person(team, name) for name in ("Greta", "Hana", "Igor", "Jo")
        )
        models.Absence.objects.create(person=self.jo, first_day=date(2026, 12, 1), last_day=date(2026, 12, 9))
        self.transfer = models.Transfer.objects.create(
            title="Greta’s book", reason=reason, giver=self.greta, effective_date=EFFECTIVE, by_name="Olga", at=NOW
        )
        self.lines = [self._line(number) for number in range(accounts)]

    def _person(self, team: models.Team, name: str) -> models.Person:
        email = f"{name.lower()}@example.com"
        return models.Person.objects.create(email=email, name=name, team=team, languages=["en"], region="EMEA")

    def _line(self, number: int) -> models.TransferLine:
        customer = models.Customer.objects.create(key=f"C{number}", name=f"Customer {number}", owner=self.greta)
        return models.TransferLine.objects.create(transfer=self.transfer, customer=customer, giver=self.greta)

    @property
    def olga(self) -> models.Person:
        return self.company.people["olga"]

    def fact(self, number: int, name: str, value: object) -> None:
        customer = self.lines[number].customer
        assert customer is not None
        models.CustomerFact.objects.create(customer=customer, name=name, value=value, source="a test", at=NOW)

    def proposed(self, asked: Asked | None = None, name: str = "First") -> models.Scenario:
        made = proposing.propose(self.transfer.pk, asked or Asked(), name=name, by=self.olga, now=NOW)
        assert not isinstance(made, Refused), made
        return made

    def receivers(self) -> list[str]:
        rows = self.transfer.lines.order_by("pk").select_related("receiver")
        return [row.receiver.name if row.receiver else "" for row in rows]


def test_proposal_is_taken_with_its_words() -> None:
    book = Book()
    book.fact(0, "contact_language", "de")
    book.igor.languages = ["en", "de"]
    book.igor.save()
    scenario = book.proposed()
    assert book.receivers() == [""] * 6  # nothing is anybody's until it is taken
    assert [(one["name"], one["after"]["accounts"], one["cannot"]) for one in scenario.books] == [
        ("Greta", 0, "gives these accounts away"),
        ("Hana", 3, ""),
        ("Igor", 3, ""),
        ("Jo", 0, "away until 9 December 2026"),
    ]
    assert (scenario.quality["unplaced"], scenario.quality["is_best"]) == (0, True)
    assert proposing.take(scenario.pk, by=book.olga, now=NOW) is None
    assert sorted(book.receivers()) == ["Hana"] * 3 + ["Igor"] * 3
    first = book.transfer.lines.select_related("receiver").order_by("pk")[0]
    assert (first.receiver, first.next_best) == (book.igor, "Nobody else speaks German.")
    assert first.why.startswith("Does not know the customer; speaks German; would have ")
    book.transfer.refresh_from_db()
    assert (book.transfer.revision, of_json(book.transfer.policy)) == (1, Asked())
    told = models.AuditEntry.objects.filter(about="transfer").values_list("name", "says", "by_name")
    assert list(told) == [("Greta’s book", "The owners that “First” proposes were taken.", book.olga.name)]


def test_who_cannot_be_placed_is_said_with_what_would_help() -> None:
    book = Book(2)
    book.fact(1, "language", "fi")
    assert proposing.take(book.proposed().pk, by=book.olga, now=NOW) is None
    line = book.transfer.lines.order_by("pk")[1]
    assert (line.receiver, line.why, line.next_best) == (
        None,
        "Nobody: Nobody who can get accounts speaks Finnish.",
        "Add somebody who does, or make the rule a wish.",
    )


def test_choice_by_hand_stays_and_the_rest_adapts() -> None:
    book = Book()
    assert proposing.take(book.proposed().pk, by=book.olga, now=NOW) is None
    was = book.receivers()
    line = book.lines[was.index("Hana")]
    chosen = proposing.choose(book.transfer.pk, [line.pk], book.igor.pk, by=book.olga, now=NOW, adapt=True)
    assert chosen is None
    after = book.receivers()
    assert sorted(after) == ["Hana"] * 3 + ["Igor"] * 3
    changed = [number for number, (one, other) in enumerate(zip(was, after, strict=True)) if one != other]
    assert len(changed) == 2
    line.refresh_from_db()
    assert (line.receiver, line.is_pinned, line.why) == (book.igor, True, f"Chosen by hand, by {book.olga.name}.")
    away = proposing.choose(book.transfer.pk, [line.pk], book.jo.pk, by=book.olga, now=NOW, adapt=False)
    assert away == Refused(code="unfit", says="Jo can get nothing: this person is away until 9 December 2026.")


def test_what_receivers_have_before_them_stays_and_who_refused_gets_it_no_more() -> None:
    book = Book(4)
    models.TransferLine.objects.filter(pk=book.lines[0].pk).update(state=LineState.ACCEPTED, receiver=book.hana)
    models.TransferLine.objects.filter(pk=book.lines[1].pk).update(state=LineState.REFUSED, receiver=book.hana)
    assert proposing.take(book.proposed().pk, by=book.olga, now=NOW) is None
    rows = list(book.transfer.lines.order_by("pk").values_list("state", "receiver"))
    assert rows[:2] == [("accepted", book.hana.pk), ("proposed", book.igor.pk)]


def test_giver_keeps_a_share_where_it_is_about_workload() -> None:
    book = Book(6, reason="workload balancing")
    assert proposing.take(book.proposed().pk, by=book.olga, now=NOW) is None
    assert sorted(book.receivers()) == ["", "", "Hana", "Hana", "Igor", "Igor"]
    assert sorted(book.transfer.lines.values_list("state", flat=True)) == ["dropped"] * 2 + ["proposed"] * 4


def test_scenario_is_refused_with_the_reason() -> None:
    book = Book(1)
    scenario = book.proposed()
    again = proposing.propose(book.transfer.pk, Asked(), name="First", by=book.olga, now=NOW)
    assert again == Refused(code="unfit", says="There is a scenario “First” already. Give this one another name.")
    book.transfer.lines.all().delete()
    empty = proposing.propose(book.transfer.pk, Asked(), name="Second", by=book.olga, now=NOW)
    assert empty == Refused(code="empty", says="There is no account in this transfer that somebody could get yet.")
    models.Person.objects.filter(pk__in=[book.hana.pk, book.igor.pk]).update(is_active=False)
    left = proposing.take(scenario.pk, by=book.olga, now=NOW)
    assert isinstance(left, Refused)
    assert left.says.endswith(" has left since this was proposed. Propose anew.")
    models.Transfer.objects.filter(pk=book.transfer.pk).update(state="moved")
    assert proposing.take(scenario.pk, by=book.olga, now=NOW) == Refused(
        code="state", says="This transfer is done: what it moves to whom is settled."
    )


def test_long_work_proposes_and_takes() -> None:
    book = Book(3)
    work = long_proposing.begin(book.transfer.pk, Asked(), name="Proposal 1", takes=True, by=book.olga, now=NOW)
    assert isinstance(work, models.LongWork)
    assert long_proposing.under_way(book.transfer.pk) == work
    for second in range(200):
        if not work_off(NOW + timedelta(seconds=second)):
            break
    work.refresh_from_db()
    assert (work.state, work.says) == ("done", "3 accounts have an owner proposed.")
    assert sorted(book.receivers())[0] != ""


def test_policy_is_read_as_it_was_kept() -> None:
    asked = Asked(
        policy=Policy(must=frozenset({"zone"}), wishes={"skills": 7}, most_growth=None, most_moves=3, rest_days=0),
        teams=(4,),
        people=(7, 9),
    )
    assert of_json(to_json(asked)) == asked
    assert of_json({}) == Asked()


@pytest.mark.parametrize("accounts", [1, 3])
def test_proposing_asks_as_often_however_many_accounts(accounts: int, django_assert_num_queries: object) -> None:
    book = Book(accounts)
    with django_assert_num_queries(17):  # type: ignore[operator]
        gathered = proposing.gather(book.transfer.pk, Asked(), name="First")
    assert not isinstance(gathered, Refused)


# ---------------------------------------------------------------------------------------------------------------- pages

POLICY = {
    "name": "First",
    "must": ["skills", "language"],
    "wish_skills": "0",
    "wish_language": "0",
    "wish_region": "40",
    "wish_zone": "20",
    "continuity": "60",
    "balance_accounts": "40",
    "balance_mrr": "0",
    "balance_effort": "0",
    "balance_handoffs": "0",
    "most_growth": "",
    "rest_days": "90",
    "most_moves": "",
}


def _said(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_page_proposes_and_chooses_by_hand() -> None:
    book = Book(3)
    client = browser_of(book.company, "olga")
    address = f"/transfers/{book.transfer.pk}/proposal/"
    assert "no owners are proposed yet" in _said(client, address)
    wrong = client.post(address, {**POLICY, "continuity": "101", "name": "Mine"})
    assert wrong.status_code == 422
    assert "Ensure this value is less than or equal to 100." in wrong.content.decode()
    assert 'value="Mine"' in wrong.content.decode()
    assert client.post(address, {**POLICY, "does": "propose"}).status_code == 302
    assert "" not in book.receivers()
    shown = _said(client, address)
    assert "Proven: no proposal under this policy is better." in shown
    assert "Gets nothing: away until 9 December 2026" in shown
    line = book.lines[0]
    chosen = {"does": "choose", "line": [str(line.pk)], "receiver": str(book.igor.pk), "adapt": "yes"}
    assert client.post(address, chosen).status_code == 302
    line.refresh_from_db()
    assert (line.receiver, line.is_pinned) == (book.igor, True)
    nobody = client.post(address, {"does": "choose", "line": [str(line.pk)], "receiver": ""})
    assert nobody.status_code == 422
    assert "Choose who gets the ticked accounts, or that they are let go of." in nobody.content.decode()
    client.post(address, {"does": "choose", "line": [str(line.pk)], "receiver": "nobody"})
    assert "1–1 of 1" in _said(client, f"{address}?show=nobody")
    again = client.post(address, {**POLICY, "does": "propose"})
    assert again.status_code == 422
    assert "There is a scenario “First” already." in again.content.decode()


def test_scenarios_stand_side_by_side() -> None:
    book = Book(4)
    client = browser_of(book.company, "olga")
    address = f"/transfers/{book.transfer.pk}/scenarios/"
    assert "No scenario yet" in _said(client, address)
    for name in ("Even", "Known"):
        client.post(f"/transfers/{book.transfer.pk}/proposal/", {**POLICY, "name": name, "does": "try"})
    even, known = models.Scenario.objects.order_by("pk")
    assert book.receivers() == [""] * 4
    shown = _said(client, f"{address}?measure=mrr")
    assert "Books, by MRR" in shown
    assert shown.count("Proven: no proposal under this policy is better.") == 2
    clash = client.post(address, {"scenario": even.pk, "does": "rename", "name": "Known"})
    assert clash.status_code == 422
    assert "There is a scenario “Known” already. Give this one another name." in clash.content.decode()
    client.post(address, {"scenario": even.pk, "does": "rename", "name": "As even as can be"})
    assert client.post(address, {"scenario": even.pk, "does": "take"}).status_code == 302
    assert sorted(book.receivers()) == ["Hana", "Hana", "Igor", "Igor"]
    taken = client.post(address, {"scenario": even.pk, "does": "delete"})
    assert taken.status_code == 409
    assert "This one was taken. Take another one first, then delete it." in taken.content.decode()
    assert client.post(address, {"scenario": known.pk, "does": "delete"}).status_code == 302
    assert list(models.Scenario.objects.values_list("name", flat=True)) == ["As even as can be"]
    assert client.get(f"/transfers/{book.transfer.pk}/proposal/?from={even.pk}").status_code == 200


def test_pages_ask_as_often_however_many_lines() -> None:
    counts, book = list[int](), Book(0)
    for accounts in (2, 12):
        book.lines += [book._line(number) for number in range(len(book.lines), accounts)]
        assert proposing.take(book.proposed(name=f"Of {accounts}").pk, by=book.olga, now=NOW) is None
        client = browser_of(book.company, "olga")
        client.get(f"/transfers/{book.transfer.pk}/proposal/")
        with CaptureQueriesContext(connection) as asked:
            client.get(f"/transfers/{book.transfer.pk}/proposal/")
        counts.append(len(asked))
    assert counts[0] == counts[1]
