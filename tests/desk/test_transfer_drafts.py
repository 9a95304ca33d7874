"""Transfers while they are prepared: made, filled by book, filter and spreadsheet, shown, exported, cancelled."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.desk import company as companies
from handrail.desk import models, ownership
from handrail.desk.folding import words_of
from handrail.desk.imports.sheet import read
from handrail.desk.queries.customers import Wanted
from handrail.desk.queries.transfer import transfer_view
from handrail.desk.queries.transfer_lines import Wanted as WantedLines
from handrail.desk.queries.transfer_lines import lines
from handrail.desk.queries.transfers import Wanted as WantedTransfers
from handrail.desk.queries.transfers import transfers
from handrail.desk.transfers import drafting, sheets
from handrail.desk.transfers import lines as acts
from handrail.desk.transfers.adding import Added, Book, Chosen, Filtered, Scope
from handrail.desk.transfers.sheet.columns import COLUMNS, template, workbook
from handrail.handoff.refusal import Refused
from tests.desk.company import browser_of
from tests.desk.counting import queries_of
from tests.desk.kept_company import company_of

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
HOSTILE = "<script>alert('x')</script>"


class Desk:
    """The demo company with the account transition; Lena leads Client Services."""

    def __init__(self) -> None:
        company_of("account-transition")
        self.people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}
        self.lena, self.carla, self.dev = (self.people[one] for one in ("lena", "carla", "dev"))
        self.version = models.RunbookVersion.objects.get(name="account-transition", is_current=True)

    def customer(self, name: str, owner: str = "carla", **facts: str) -> models.Customer:
        person = self.people[owner] if owner else None
        made = models.Customer.objects.create(key=name.upper().replace(" ", "-"), name=name, owner=person)
        words = [models.CustomerWord(customer=made, word=one) for one in words_of(made.name, made.key)]
        models.CustomerWord.objects.bulk_create(words)
        ownership.keep({made.pk: made.owner_id}, ownership.Occasion(source="a test", by=None, now=NOW))
        for fact, value in facts.items():
            models.CustomerFact.objects.create(customer=made, name=fact, value=value, source="a test", at=NOW)
        return made

    def record(
        self, key: str, sort: str, owner: str, customer: models.Customer | None, **more: Any
    ) -> models.CrmRecord:
        person = self.people[owner]
        return models.CrmRecord.objects.create(key=key, sort=sort, owner=person, customer=customer, title=key, **more)

    def head(self, **said: Any) -> drafting.Head:
        usual: dict[str, Any] = {
            "reason": "leave",
            "effective_date": date(2027, 3, 1),
            "version_id": self.version.pk,
            "giver_id": self.carla.pk,
        }
        return drafting.Head(**{**usual, **said})

    def transfer(self, **said: Any) -> models.Transfer:
        made = drafting.make(self.head(**said), by=self.lena, now=NOW)
        assert isinstance(made, models.Transfer), made
        return made

    def add(self, row: models.Transfer, scope: Scope) -> Added:
        added = drafting.add_lines(row.pk, scope, by=self.lena, now=NOW)
        assert isinstance(added, Added), added
        return added

    def sheet(self, row: models.Transfer, *rows: dict[str, str], keep_good: bool = True) -> models.TransferSheet:
        content = workbook([[one.get(column.name, "") for column in COLUMNS] for one in rows], "Accounts")
        kept = sheets.take_in(row.pk, content, "book.xlsx", keep_good=keep_good, by=self.lena, now=NOW)
        assert isinstance(kept, models.TransferSheet), kept
        return kept


@pytest.fixture
def desk() -> Desk:
    return Desk()


def told(row: models.Transfer) -> list[tuple[str, str, bool, str]]:
    """Account, giver, whether the account itself, state; as they were added."""
    rows = models.TransferLine.objects.filter(transfer=row).select_related("customer", "giver").order_by("pk")
    return [
        (one.customer.name if one.customer else "", one.giver.name if one.giver else "", one.is_owned, one.state)
        for one in rows
    ]


def test_transfer_is_made_with_a_title_of_its_own_and_told_in_the_audit(desk: Desk) -> None:
    row = desk.transfer(note="While Carla is away", returns_on=date(2027, 9, 1), shadow_days=14)
    row.refresh_from_db()
    assert (row.title, row.state, row.reason, row.giver, row.by_name, row.returns_on, row.shadow_days) == (
        "Carla Santos’s accounts from 1 Mar 2027", "draft", "leave", desk.carla, "Lena Fischer", date(2027, 9, 1), 14
    )  # fmt: skip
    entry = models.AuditEntry.objects.filter(about="transfer").get()
    assert (entry.action, entry.key, entry.name) == ("added", str(row.pk), row.title)


def test_every_mistake_of_a_head_is_told_at_once_and_at_its_field(desk: Desk) -> None:
    models.Person.objects.filter(pk=desk.carla.pk).update(is_active=False)
    companies.changed()
    head = desk.head(
        reason="boredom",
        effective_date=date(2026, 11, 30),
        returns_on=date(2026, 11, 30),
        version_id=None,
        shadow_days=-1,
    )
    outcome = drafting.make(head, by=desk.lena, now=NOW)
    assert isinstance(outcome, Refused)
    assert [(one.field, one.says) for one in outcome.mistakes] == [
        ("reason", "Choose why the accounts change hands."),
        ("effective_date", "This day is over. Accounts change hands today or later."),
        ("returns_on", "It is back on a day after the effective date; leave it empty for good."),
        ("giver", "Carla Santos has left. What they still own is found among the customers, and is added from there."),
        ("runbook", "Choose the runbook that says how each account is handed over."),
        ("shadow_days", "Write a number of days from 0 to 730."),
    ]
    assert not models.Transfer.objects.exists()


def test_only_leads_and_operations_prepare_transfers(desk: Desk) -> None:
    row = desk.transfer()
    nobody = desk.people["dev"]
    says = "Only a team lead or CS Operations transfers accounts. Ask one of them; Teams shows who they are."
    scope = Book(givers=(desk.carla.pk,))
    outcomes = [
        drafting.make(desk.head(), by=nobody, now=NOW),
        drafting.change(row.pk, desk.head(), revision=0, by=nobody, now=NOW),
        drafting.cancel(row.pk, "No", by=nobody, now=NOW),
        drafting.add_lines(row.pk, scope, by=nobody, now=NOW),
        acts.leave_out(row.pk, acts.Selection(), by=nobody, now=NOW),
        sheets.take_in(row.pk, template_with("X"), "a.xlsx", keep_good=True, by=nobody, now=NOW),
    ]
    assert [one.says if isinstance(one, Refused) else one for one in outcomes] == [says] * len(outcomes)


def template_with(key: str) -> bytes:
    return workbook([[key]], "Accounts")


def test_whole_book_is_what_is_owned_what_is_held_on_others_and_what_is_on_no_account(desk: Desk) -> None:
    desk.customer("Cedar Falls")
    desk.customer("Aster Valley")
    theirs, nobodys = desk.customer("Birchwood", owner="dev"), desk.customer("Dunmore", owner="")
    stranger = desk.customer("Elm Street", owner="dev")
    desk.record("opp", "opportunity", "carla", theirs)
    desk.record("case", "case", "carla", nobodys)
    desk.record("old", "case", "carla", stranger, is_open=False, closed_on=date(2027, 2, 1))
    desk.record("loose", "task", "carla", None)
    row = desk.transfer()
    added = desk.add(row, Book(givers=(desk.carla.pk,)))
    assert (added.words, added.count, added.left_out) == ("All that Carla Santos holds", 5, "")
    assert told(row) == [
        ("Aster Valley", "Carla Santos", True, "proposed"),
        ("Cedar Falls", "Carla Santos", True, "proposed"),
        ("Birchwood", "Carla Santos", False, "proposed"),
        ("Dunmore", "Carla Santos", False, "proposed"),
        ("", "Carla Santos", False, "proposed"),
    ]
    again = desk.add(row, Book(givers=(desk.carla.pk,)))
    assert (again.count, again.left_out) == (0, "5 were in it already.")


def test_sale_closed_within_the_days_makes_a_line_and_an_older_one_does_not(desk: Desk) -> None:  # S2.14
    recent, older = desk.customer("Recent", owner="dev"), desk.customer("Older", owner="dev")
    effective = date(2027, 3, 1)
    desk.record("r", "opportunity", "carla", recent, is_open=False, closed_on=effective - timedelta(days=30))
    desk.record("o", "opportunity", "carla", older, is_open=False, closed_on=effective - timedelta(days=31))
    row = desk.transfer(recently_closed_days=30)
    desk.add(row, Book(givers=(desk.carla.pk,)))
    assert told(row) == [("Recent", "Carla Santos", False, "proposed")]


def test_book_is_as_few_statements_for_many_accounts_as_for_one(desk: Desk) -> None:
    def asked(count: int, giver: str) -> int:
        for at in range(count):
            desk.customer(f"{giver} {at}", owner=giver)
        row = desk.transfer(giver_id=desk.people[giver].pk)
        return queries_of(lambda: desk.add(row, Book(givers=(desk.people[giver].pk,))))

    asked(1, "tom")
    assert asked(1, "carla") == asked(30, "dev")


def test_account_is_in_one_open_transfer_and_the_other_one_is_named(desk: Desk) -> None:
    cedar, aster = desk.customer("Cedar Falls"), desk.customer("Aster Valley")
    first, second = desk.transfer(title="Leave of Carla"), desk.transfer(giver_id=None)
    desk.add(first, Chosen(customers=(cedar.pk,)))
    added = desk.add(second, Chosen(customers=(cedar.pk, aster.pk)))
    says = "Cedar Falls is in “Leave of Carla”. Leave them out there, or cancel that transfer."
    assert (added.count, added.left_out) == (1, says)
    outcome = drafting.add_lines(second.pk, Chosen(customers=(cedar.pk,)), by=desk.lena, now=NOW)
    assert outcome == Refused(code="elsewhere", says=says)
    drafting.cancel(first.pk, "Carla stays", by=desk.lena, now=NOW)
    assert desk.add(second, Chosen(customers=(cedar.pk,))).count == 1
    assert told(second) == [
        ("Aster Valley", "Carla Santos", True, "proposed"),
        ("Cedar Falls", "Carla Santos", True, "proposed"),
    ]


def test_filter_takes_accounts_each_with_its_owner_and_those_of_nobody(desk: Desk) -> None:
    desk.customer("Cedar Falls")
    desk.customer("Cedar Rapids", owner="dev")
    desk.customer("Cedar Hill", owner="")
    desk.customer("Aster Valley")
    row = desk.transfer(giver_id=None)
    desk.add(row, Filtered(wanted=Wanted(text="cedar"), words="All customers called “cedar”"))
    assert told(row) == [
        ("Cedar Falls", "Carla Santos", True, "proposed"),
        ("Cedar Hill", "", True, "proposed"),
        ("Cedar Rapids", "Dev Patel", True, "proposed"),
    ]
    one_giver = desk.transfer()
    desk.customer("Cedar Lake")
    added = desk.add(one_giver, Filtered(wanted=Wanted(text="cedar"), words="All customers called “cedar”"))
    assert told(one_giver) == [("Cedar Lake", "Carla Santos", True, "proposed")]
    assert added.left_out == (
        "Cedar Falls is in “Accounts from 1 Mar 2027”. Leave them out there, or cancel that transfer. "
        "2 are not whose book this is, and hold nothing of theirs."
    )


def test_lines_are_left_out_and_taken_in_again_unless_another_transfer_has_them(desk: Desk) -> None:
    cedar, aster = desk.customer("Cedar Falls"), desk.customer("Aster Valley")
    row = desk.transfer()
    desk.add(row, Book(givers=(desk.carla.pk,)))
    every = acts.Selection(wanted=WantedLines())
    done = acts.leave_out(row.pk, every, by=desk.lena, now=NOW)
    assert done == acts.Done(count=2)
    other = desk.transfer(title="The other")
    desk.add(other, Chosen(customers=(cedar.pk,)))
    dropped = acts.Selection(wanted=WantedLines(state="dropped"))
    back = acts.take_in_again(row.pk, dropped, by=desk.lena, now=NOW)
    assert back == acts.Done(count=1, skipped=1, says="1 cannot come in again: they are in another open transfer.")
    assert {name: state for name, _, _, state in told(row)} == {aster.name: "proposed", cedar.name: "dropped"}


def test_receiver_is_given_by_hand_but_not_what_they_have_already(desk: Desk) -> None:
    customer = desk.customer("Cedar Falls")
    row = desk.transfer()
    desk.add(row, Book(givers=(desk.carla.pk,)))
    every = acts.Selection(wanted=WantedLines())
    outcome = acts.give_to(row.pk, every, desk.carla, adapt=False, by=desk.lena, now=NOW)
    says = "None of these can go to Carla Santos: they have them now, or they are left out or moved."
    assert outcome == Refused(code="nothing", says=says)
    assert acts.give_to(row.pk, every, desk.dev, adapt=False, by=desk.lena, now=NOW) == acts.Done(count=1)
    line = models.TransferLine.objects.get(transfer=row)
    assert (line.customer, line.receiver, line.is_pinned) == (customer, desk.dev, True)


def test_team_shares_what_is_given_to_its_pool(desk: Desk) -> None:
    desk.customer("Cedar Falls")
    row = desk.transfer()
    desk.add(row, Book(givers=(desk.carla.pk,)))
    browser, address = browser_of(desk, "olga"), reverse("transfer-lines", args=[row.pk])
    line = models.TransferLine.objects.get(transfer=row)
    given = {"line": line.pk, "action": "give"}
    page = browser.post(address, {**given, "receiver": "team:client-services"}, follow=True).content.decode()
    assert "One was given to the pool of Client Services." in page
    line.refresh_from_db()
    assert (line.receiver, line.pool and line.pool.key, line.is_pinned) == (None, "client-services", True)
    page = browser.post(address, {**given, "receiver": str(desk.dev.pk)}, follow=True).content.decode()
    assert "One was given to Dev Patel." in page
    line.refresh_from_db()
    assert (line.receiver, line.pool) == (desk.dev, None)
    models.Team.objects.filter(key="client-services").update(lead=None)
    page = browser.post(address, {**given, "receiver": "Client Services"}, follow=True).content.decode()
    assert "Client Services has no lead who could accept them. Name one first." in page


_ID, _NAME, _NEW = "CRM account id", "Account name", "New CSM"
_WITHOUT = "the account is taken without it."
_COPY = "Copy the id from the CRM, or have CS Operations import the account first."
_ONCE = "Leave one of the two rows out."
_BOTH = "Write the e-mail address: dev.patel@example.com or dev2@example.com."
_HERE = "Name somebody who is here then, or change the effective date."
_OTHERS = "Leave it out, or make a transfer of several people’s accounts."
_ADD = "Correct the address, or have an administrator add the person."
_TWICE, _NOT_THEIRS = (
    "Aster Valley stands in row 4 already.",
    "Not Theirs is not Carla Santos’s, and nothing of it is in",
)
_CORRECT = "Correct the one that is wrong; what is known stays as it is."
_CALLED = "“Aster Valley” has this id. Correct the id or the name."
MISTAKES = [
    (2, "MRR", "4,500 is not what is known: 4,200.", _CORRECT, "the cell"),
    (3, _ID, "No account here has the id “ACC-9”.", "“Aster Valley” has the id ASTER-VALLEY.", "the row"),
    (4, _NAME, "The account with this id is not called “Aster Clinics”.", _CALLED, "the row"),
    (
        4,
        "Main contact: e-mail",
        "“maria(at)example” is not an e-mail address.",
        f"Correct it, as in maria@example.org; {_WITHOUT}",
        "the cell",
    ),
    (5, _ID, "The row has no account id.", _COPY, "the row"),
    (6, _ID, "Cedar Falls stands in row 2 already.", _ONCE, "the row"),
    (
        7,
        _ID,
        "Taken Elsewhere is in the transfer “The other”, which is not over.",
        "Leave it out there, or here.",
        "the row",
    ),
    (7, _NEW, "2 people are called “Dev Patel”.", _BOTH, "the row"),
    (8, _ID, f"{_NOT_THEIRS} their name.", _OTHERS, "the row"),
    (8, _NEW, "Gina Gone does not work here any more.", "Name somebody who does.", "the row"),
    (9, _ID, _TWICE, _ONCE, "the row"),
    (9, _NEW, "Tom Okafor is away on the effective date, until 5 Mar 2027.", _HERE, "the row"),
    (9, "MRR", "“a lot” is not an amount.", f"Write a number, such as 4200 or 4200.50; {_WITHOUT}", "the cell"),
    (10, _ID, _TWICE, _ONCE, "the row"),
    (10, _NEW, "Carla Santos has the account now.", "Name somebody else, or leave it out.", "the row"),
    (11, _ID, _TWICE, _ONCE, "the row"),
    (11, _NEW, "Nobody here is “somebody@nowhere.test”.", _ADD, "the row"),
]


def problems_of(kept: models.TransferSheet) -> list[tuple[int, str, str, str, str]]:
    report = sheets.report_of(kept)
    return [(one.row, one.column, one.says, one.mend, one.loses) for one in report.problems]


def test_every_mistake_of_a_spreadsheet_is_told_by_row_and_column_with_its_remedy(desk: Desk) -> None:
    desk.customer("Cedar Falls", mrr="4200")
    desk.customer("Aster Valley")
    desk.customer("Taken Elsewhere")
    desk.customer("Not Theirs", owner="dev")
    other = desk.transfer(title="The other")
    desk.add(other, Filtered(wanted=Wanted(text="taken"), words="x"))
    models.Person.objects.create(email="dev2@example.com", name="Dev Patel")
    models.Person.objects.create(email="gone@example.com", name="Gina Gone", is_active=False)
    models.Absence.objects.create(person=desk.people["tom"], first_day=date(2027, 2, 20), last_day=date(2027, 3, 5))
    companies.changed()
    row = desk.transfer()
    rows = (
        {"crm_id": "CEDAR-FALLS", "account_name": "Cedar Falls", "mrr": "$4,500", "new_csm": "dev.patel@example.com"},
        {"crm_id": "ACC-9", "account_name": "Aster Valley"},
        {"crm_id": "ASTER-VALLEY", "account_name": "Aster Clinics", "contact_email": "maria(at)example"},
        {"account_name": "Nobody Knows"},
        {"crm_id": "CEDAR-FALLS"},
        {"crm_id": "TAKEN-ELSEWHERE", "new_csm": "Dev Patel"},
        {"crm_id": "NOT-THEIRS", "new_csm": "Gina Gone"},
        {"crm_id": "ASTER-VALLEY", "new_csm": "Tom Okafor", "mrr": "a lot"},
        {"crm_id": "ASTER-VALLEY", "new_csm": "Carla Santos"},
        {"crm_id": "ASTER-VALLEY", "new_csm": "somebody@nowhere.test"},
    )
    kept = desk.sheet(row, *rows)
    assert problems_of(kept) == MISTAKES
    report = sheets.report_of(kept)
    assert (report.rows, report.good, report.taken, report.fresh) == (10, 1, 1, 1)
    line = row.lines.get()
    assert (line.customer.name if line.customer else "", line.receiver, line.is_pinned, line.why) == (
        "Cedar Falls", desk.dev, True, "Named in “book.xlsx”, row 2."
    )  # fmt: skip


def test_spreadsheet_with_a_bad_row_takes_nothing_unless_asked_and_the_good_rows_later(desk: Desk) -> None:
    cedar = desk.customer("Cedar Falls", lms_id="CEDAR", contact_phone="+1 212 555 0117")
    row = desk.transfer()
    good = {"crm_id": cedar.key, "lms_id": "CEDARFALLS", "contact_phone": "+1 212 555 0117", "new_csm": "Dev Patel"}
    kept = desk.sheet(row, good, {"crm_id": "ACC-9"}, keep_good=False)
    assert (told(row), sheets.report_of(kept).taken, bytes(kept.content)[:2]) == ([], 0, b"PK")
    assert sheets.take_good(kept.pk, by=desk.lena, now=NOW) is None
    kept.refresh_from_db()
    report = sheets.report_of(kept)
    assert (report.good, report.taken, report.bad) == (1, 1, 1)
    assert [(one.column, one.here, one.known) for one in report.differences] == [("LMS id", "CEDARFALLS", "CEDAR")]
    line = row.lines.get()
    assert line.sheet == {**good, "file": kept.pk, "row": 2}
    # Handed in again with another new owner: the same line, asked anew.
    models.TransferLine.objects.filter(pk=line.pk).update(state="accepted", answer="yes")
    again = desk.sheet(row, {**good, "new_csm": "tom.okafor@example.com"})
    line.refresh_from_db()
    assert (sheets.report_of(again).fresh, line.receiver, line.state, line.answer) == (
        0, desk.people["tom"], "proposed", ""
    )  # fmt: skip


def test_account_is_found_by_what_is_known_as_its_id_in_the_crm(desk: Desk) -> None:
    desk.customer("Cedar Falls", crm_id="0014R00002AaB")
    row = desk.transfer()
    kept = desk.sheet(row, {"crm_id": "0014R00002AaB", "account_name": "CEDAR FALLS"})
    assert (problems_of(kept), told(row)) == ([], [("Cedar Falls", "Carla Santos", True, "proposed")])


def test_spreadsheet_of_many_rows_is_as_few_questions_as_one_of_one(desk: Desk) -> None:
    for at in range(12):
        desk.customer(f"Account {at}", mrr="10")
    row = desk.transfer()

    def asked(*numbers: int) -> int:
        rows = [{"crm_id": f"ACCOUNT-{at}", "mrr": "11", "new_csm": "Dev Patel"} for at in numbers]
        return queries_of(lambda: desk.sheet(row, *rows))

    asked(0)
    assert asked(1) == asked(*range(2, 12))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty. Export it again and choose the new file."),
        (b"%PDF-1.7", "The file is a PDF document, not a table."),
        (b"Account,Owner\nCedar,Dev\n", "No column is called “CRM account id”; there are “Account” and “Owner”."),
    ],
)
def test_file_that_is_no_such_spreadsheet_says_so_at_its_field(desk: Desk, content: bytes, says: str) -> None:
    row, client = desk.transfer(), browser_of(desk, "lena")
    file = io.BytesIO(content)
    file.name = "book.csv"
    answer = client.post(accounts_url(row), {"by": "sheet", "file": file, "keep": "nothing"})
    assert (answer.status_code, says in answer.content.decode()) == (422, True)
    assert not models.TransferSheet.objects.exists()


def accounts_url(row: models.Transfer) -> str:
    return reverse("transfer-accounts", args=[row.pk])


def test_template_has_the_columns_of_the_document_and_says_what_each_holds(desk: Desk) -> None:  # S2.5
    content = browser_of(desk, "lena").get(reverse("transfer-template")).content
    assert content[:2] == b"PK"
    sheet = read(template_with("X"))
    assert not isinstance(sheet, tuple)
    assert (sheet.headers, sheet.others) == (
        (
            "CRM account id", "Account name", "LMS id", "Billing id", "MRR", "Main contact: first name",
            "Main contact: last name", "Main contact: e-mail", "Main contact: phone", "New CSM",
        ),
        ("How to fill it",),
    )  # fmt: skip
    explained = read(template(), "How to fill it")
    assert not isinstance(explained, tuple)
    assert [row.cells[0] for row in explained.rows if row.cells[0]] == list(sheet.headers)


def test_original_is_handed_out_byte_for_byte_and_hostile_text_is_harmless(desk: Desk) -> None:
    row, client = desk.transfer(title=HOSTILE), browser_of(desk, "lena")
    content = f"CRM account id,New CSM\n{HOSTILE},=1+1\n".encode()
    file = io.BytesIO(content)
    file.name = "a<b>.csv"
    answer = client.post(accounts_url(row), {"by": "sheet", "file": file, "keep": "good"}, follow=True)
    page = answer.content.decode()
    assert HOSTILE not in page
    kept = row.sheets.get()
    original = client.get(reverse("transfer-sheet-original", args=[row.pk, kept.pk]))
    assert (original.content, original["Content-Disposition"]) == (content, 'attachment; filename="a_b_.csv"')


def begin(client: Client, desk: Desk, **said: str) -> Any:
    usual = {
        "giver": str(desk.carla.pk),
        "reason": "leave",
        "effective_date": str(timezone.now().date() + timedelta(days=30)),
        "runbook": str(desk.version.pk),
        "recently_closed_days": "90",
        "shadow_days": "0",
        "whole_book": "yes",
    }
    return client.post(reverse("transfer-new"), {**usual, **said}, follow=True)


def test_transfer_is_begun_from_a_person_from_a_customer_and_from_the_list(desk: Desk) -> None:
    cedar = desk.customer("Cedar Falls")
    desk.customer("Aster Valley")
    client = browser_of(desk, "lena")
    assert "Transfer their book" in client.get(reverse("person", args=[desk.carla.pk])).content.decode()
    assert f"?customer={cedar.pk}" in client.get(reverse("customer", args=[cedar.pk])).content.decode()
    assert "Transfer all 2 that match" in client.get(f"/customers/?owner={desk.carla.pk}").content.decode()
    form = client.get(reverse("transfer-new"), {"customer": cedar.pk}).content.decode()
    assert f'<option value="{desk.carla.pk}" selected>' in form
    page = begin(client, desk, customer=str(cedar.pk)).content.decode()
    assert ("One line was added: one chosen account." in page, "Cedar Falls" in page) == (True, True)
    begun = begin(client, desk, all="yes", query=f"owner={desk.carla.pk}")
    assert "One line was added: all customers owned by Carla Santos." in begun.content.decode()
    assert "Its transfer" in client.get(reverse("customer", args=[cedar.pk])).content.decode()


def test_form_keeps_what_was_typed_and_says_what_is_wrong(desk: Desk) -> None:
    answer = begin(browser_of(desk, "lena"), desk, reason="", effective_date="soon", note="Because", shadow_days="x")
    page = answer.content.decode()
    assert answer.status_code == 422
    for says in (
        "Choose why the accounts change hands.",
        "Write a day, such as 2027-03-01.",
        "Write a whole number of days.",
        "Because",
        'value="soon"',
    ):
        assert says in page


def test_change_after_somebody_elses_clashes_and_keeps_what_was_typed(desk: Desk) -> None:
    row = desk.transfer()
    client = browser_of(desk, "lena")
    url = reverse("transfer-edit", args=[row.pk])
    assert drafting.change(row.pk, desk.head(title="Theirs"), revision=0, by=desk.lena, now=NOW) is None
    said = {"reason": "leave", "effective_date": "2027-04-01", "runbook": desk.version.pk, "title": "Mine",
            "recently_closed_days": 90, "shadow_days": 0}  # fmt: skip
    answer = client.post(url, {**said, "revision": 0})
    page = answer.content.decode()
    assert (answer.status_code, 'value="Mine"' in page, "<dd>Theirs</dd>" in page) == (409, True, True)
    row.refresh_from_db()
    assert client.post(url, {**said, "revision": row.revision}).status_code == 302
    row.refresh_from_db()
    assert (row.title, row.effective_date) == ("Mine", date(2027, 4, 1))


def test_transfer_is_given_up_with_a_reason_and_nothing_of_it_changes_any_more(desk: Desk) -> None:
    desk.customer("Cedar Falls")
    row, client = desk.transfer(), browser_of(desk, "lena")
    desk.add(row, Book(givers=(desk.carla.pk,)))
    url = reverse("transfer-cancel", args=[row.pk])
    assert client.post(url, {"reason": " "}).status_code == 422
    assert client.post(url, {"reason": "Carla stays"}).status_code == 302
    page = client.get(reverse("transfer", args=[row.pk])).content.decode()
    assert ("Carla stays" in page, "Leave out" in page) == (True, False)
    says = "This transfer is cancelled: what it moves to whom is settled."
    scope = Book(givers=(desk.carla.pk,))
    outcomes = (
        drafting.add_lines(row.pk, scope, by=desk.lena, now=NOW),
        drafting.change(row.pk, desk.head(), revision=row.revision, by=desk.lena, now=NOW),
        acts.leave_out(row.pk, acts.Selection(wanted=WantedLines()), by=desk.lena, now=NOW),
    )
    assert outcomes == (Refused(code="state", says=says),) * 3
    assert client.post(url, {"reason": "Again"}).status_code == 409


def filled(desk: Desk) -> models.Transfer:
    """Three lines, classified and with receivers as other parts would leave them."""
    cedar, aster = desk.customer("Cedar Falls", lms_id="CEDAR"), desk.customer("Aster Valley")
    desk.record("one", "opportunity", "carla", cedar, amount="1200.50")
    desk.record("loose", "opportunity", "carla", None, amount="99")
    row = desk.transfer()
    desk.add(row, Book(givers=(desk.carla.pk,)))
    made = row.lines.filter(customer=cedar)
    made.update(way="automated", rule="Row 1", receiver=desk.dev, measures={"mrr": 420050}, state="asked")
    row.lines.filter(customer=aster).update(way="manual", measures={"mrr": 100000}, state="refused", answer="no time")
    models.Transfer.objects.filter(pk=row.pk).update(state="asked")
    row.refresh_from_db()
    return row


def test_page_says_how_far_it_is_what_comes_next_and_counts(desk: Desk) -> None:
    row = filled(desk)
    view = transfer_view(row, date(2026, 12, 1))
    assert [(one.title, one.look) for one in view.steps] == [
        ("Being prepared", "done"), ("With the receivers", "current"), ("Moving", "waiting"), ("Moved", "waiting")
    ]  # fmt: skip
    assert (view.next.does, view.next.says) == ("choose again", "One account was refused.")
    assert (view.total, view.accounts, view.others, view.mrr, view.worth, view.opportunities, view.answered) == (
        3, 2, 1, 520050, "1,299.50", 2, 1
    )  # fmt: skip
    assert [(one.words, one.count) for one in view.ways] == [("Automated", 1), ("Manual", 1), ("Not known yet", 1)]
    assert [(one.words, one.count) for one in view.receivers] == [("Nobody yet", 2), ("Dev Patel", 1)]
    assert [(one.words, one.count) for one in view.states] == [("Proposed", 1), ("Asked", 1), ("Refused", 1)]
    page = browser_of(desk, "lena").get(reverse("transfer", args=[row.pk])).content.decode()
    for says in ("One account was refused.", "What Carla Santos holds on no account", "No time", "5,200.50"):
        assert says in page


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        (WantedLines(), ["Aster Valley", "Cedar Falls", "On no account"]),
        (WantedLines(sort="-mrr"), ["Cedar Falls", "Aster Valley", "On no account"]),
        (WantedLines(sort="receiver"), ["Cedar Falls", "Aster Valley", "On no account"]),
        (WantedLines(way="manual"), ["Aster Valley"]),
        (WantedLines(way="none"), ["On no account"]),
        (WantedLines(state="refused"), ["Aster Valley"]),
        (WantedLines(receiver="nobody"), ["Aster Valley", "On no account"]),
        (WantedLines(text="ced"), ["Cedar Falls"]),
    ],
)
def test_lines_are_filtered_and_sorted(desk: Desk, wanted: WantedLines, names: list[str]) -> None:
    row = filled(desk)
    assert [one.name for one in lines(row.pk, wanted, 1).rows] == names
    others = WantedLines(receiver=str(desk.dev.pk), giver=str(desk.carla.pk))
    assert [one.name for one in lines(row.pk, others, 1).rows] == ["Cedar Falls"]


def test_export_has_the_columns_of_the_document_and_can_be_handed_in_again(desk: Desk) -> None:  # S2.5
    row, client = filled(desk), browser_of(desk, "lena")
    url = reverse("transfer-export", args=[row.pk, "csv"])
    content = b"".join(client.get(f"{url}?q=cedar")).decode("utf-8-sig")
    headers, cells = list(csv.reader(io.StringIO(content)))
    assert headers[:2] + headers[-4:] == ["CRM account id", "Account name", "New CSM", "Present CSM", "Way", "State"]
    assert cells == [
        "CEDAR-FALLS", "Cedar Falls", "CEDAR", "", "", "", "", "", "", "Dev Patel <dev.patel@example.com>",
        "Carla Santos", "automated", "Asked",
    ]  # fmt: skip
    book = client.get(reverse("transfer-export", args=[row.pk, "xlsx"])).content
    kept = sheets.take_in(row.pk, book, "again.xlsx", keep_good=True, by=desk.lena, now=NOW)
    assert isinstance(kept, models.TransferSheet)
    assert [one[2] for one in problems_of(kept)] == ["The row has no account id."]  # what is on no account
    assert sheets.report_of(kept).taken == 2


def test_list_shows_leads_all_and_others_where_they_take_part(desk: Desk) -> None:
    row = filled(desk)
    desk.transfer(title="Another", giver_id=desk.people["tom"].pk)

    def titles(name: str, wanted: WantedTransfers | None = None) -> list[str]:
        return [one.title for one in transfers(desk.people[name], wanted or WantedTransfers(), 1).rows]

    assert [titles(name) for name in ("lena", "carla", "dev", "ivan")] == [
        ["Another", row.title],
        [row.title],
        [row.title],
        [],
    ]
    assert titles("lena", WantedTransfers(state="asked")) == [row.title]
    assert titles("lena", WantedTransfers(text="another", reason="leave", sort="title")) == ["Another"]
    found = transfers(desk.lena, WantedTransfers(state="asked"), 1).rows[0]
    assert (found.lines, found.answered, found.moved, found.giver) == (3, 1, 0, "Carla Santos")
    ivan, dev = browser_of(desk, "ivan"), browser_of(desk, "dev")
    assert [one.get(reverse("transfer", args=[row.pk])).status_code for one in (ivan, dev)] == [403, 200]
    assert [b">Transfers<" in one.get("/customers/").content for one in (ivan, dev)] == [False, True]
    assert b"No transfer that concerns you" in ivan.get(reverse("transfers")).content
    exported = b"".join(dev.get(reverse("transfers-csv"))).decode("utf-8-sig")
    assert [line[0] for line in csv.reader(io.StringIO(exported))] == ["Transfer", row.title]


def test_pages_ask_as_often_for_many_as_for_one(desk: Desk) -> None:
    row, client = filled(desk), browser_of(desk, "lena")
    desk.transfer(giver_id=None, title="Empty")
    urls = (reverse("transfers"), reverse("transfer", args=[row.pk]), accounts_url(row))
    [client.get(url) for url in urls]
    before = [queries_of(lambda url=url: client.get(url)) for url in urls]  # type: ignore[misc]
    for at in range(4):
        desk.customer(f"Another {at}", owner="dev")
        made = desk.transfer(giver_id=None, title=f"Another {at}")
        desk.add(made, Filtered(wanted=Wanted(text=f"another {at}"), words="x"))
        desk.customer(f"More {at}")
    desk.add(row, Book(givers=(desk.carla.pk,)))
    assert [queries_of(lambda url=url: client.get(url)) for url in urls] == before  # type: ignore[misc]
