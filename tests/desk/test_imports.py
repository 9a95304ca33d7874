"""Importing customers into the database: nothing lost, nothing twice, whatever is interrupted."""

from __future__ import annotations

import csv
import io
import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handrail.desk import models
from handrail.desk.imports import applying, remembered
from handrail.desk.imports.applying import APPLYING, DONE, apply
from handrail.desk.imports.imported import without_handoff
from handrail.desk.imports.opened import facts_of, open_import, receive
from handrail.desk.imports.plan import Change, changes_of, planned
from handrail.desk.imports.report import Report, of_json
from tests.desk.company import Company

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
RUNBOOK = "transition-to-client-services"

FILE = b"""Account ID,Account name,Owner e-mail,MRR,Go-live date,Billing ID
A-1,Cedar Falls Water,carla.santos@example.com,5000,2027-03-01,B1
A-2,S\xc3\xa3o Miguel Gas,,"1,200",,B2
A-3,Elm Street,dev.patel@example.com,,,B3
"""
BAD = b"""A-4,Broken,carla.santo@example.com,lots,,B4
,Nameless,,,,B5
"""


@pytest.fixture
def company(db: None) -> Company:
    return Company()


def keep(content: bytes, name: str = "accounts.csv") -> models.Import:
    received = receive(content, name, RUNBOOK, None)
    assert isinstance(received, models.Import), received
    return received


def bring_in(content: bytes, name: str = "accounts.csv", now: datetime = NOW) -> Report:
    report = apply(keep(content, name).pk, now=now)
    assert isinstance(report, Report), report
    return report


def standing() -> dict[str, tuple[str, str, dict[str, object]]]:
    """Every customer: name, owner's address, facts."""
    rows = models.Customer.objects.select_related("owner").prefetch_related("facts")
    return {
        row.key: (row.name, row.owner.email if row.owner else "", {one.name: one.value for one in row.facts.all()})
        for row in rows
    }


def everything() -> list[list[tuple[object, ...]]]:
    """Every row that an import writes to, with its id and times."""
    written = (models.Customer, models.CustomerFact, models.CustomerWord)
    return [list(model.objects.order_by("pk").values_list()) for model in written]


CUSTOMERS = {
    "A-1": ("Cedar Falls Water", "carla.santos@example.com", {"mrr": "5000", "go_live": "2027-03-01"}),
    "A-2": ("São Miguel Gas", "", {"mrr": "1200"}),
    "A-3": ("Elm Street", "dev.patel@example.com", {}),
}


def test_import_makes_customers_with_facts_and_words(company: Company) -> None:
    report = bring_in(FILE)
    assert report == Report(applied=3, new=3, ignored=("Billing ID",), unit="line")
    assert report.says == "3 new, 0 changed, 0 as before"
    assert standing() == CUSTOMERS
    assert set(models.CustomerFact.objects.values_list("source", "at")) == {("import of accounts.csv", NOW)}
    words = models.CustomerWord.objects.filter(customer__key="A-2").values_list("word", flat=True)
    assert set(words) == {"sao", "miguel", "gas", "a", "2"}


def test_same_file_twice_changes_nothing_and_says_so(company: Company) -> None:
    bring_in(FILE)
    before = everything()
    assert bring_in(FILE, "again.csv", LATER).says == "0 new, 0 changed, 3 as before"
    assert everything() == before


def test_good_rows_are_kept_and_every_bad_one_is_told(company: Company) -> None:
    report = bring_in(FILE + BAD)
    assert report.says == "4 new, 0 changed, 0 as before, 1 not imported"
    assert standing() == {**CUSTOMERS, "A-4": ("Broken", "", {})}
    assert [(one.row, one.column, str(one), one.loses) for one in report.problems] == [
        (
            5,
            "MRR",
            "“lots” is not a USD amount. Write it like 5000 or 5,000.00. Mend the cell and import the file again.",
            "the cell",
        ),
        (
            5,
            "Owner e-mail",
            "Nobody here has the address “carla.santo@example.com”. Did you mean carla.santos@example.com?",
            "the cell",
        ),
        (
            6,
            "Account ID",
            "The account id is missing. Fill it in: it is how Handrail knows the customer again.",
            "the row",
        ),
    ]


def test_what_differs_is_changed_and_the_rest_keeps_its_source_and_time(company: Company) -> None:
    bring_in(FILE)
    changed = FILE.replace(b"A-1,Cedar Falls Water,carla.santos", b"A-1,Cedar Falls Utilities,dev.patel")
    report = bring_in(changed.replace(b"5000", b"5500"), "march.csv", LATER)
    assert report.says == "0 new, 1 changed, 2 as before"
    assert standing()["A-1"] == (
        "Cedar Falls Utilities",
        "dev.patel@example.com",
        {"mrr": "5500", "go_live": "2027-03-01"},
    )
    facts = models.CustomerFact.objects.filter(customer__key="A-1").order_by("name")
    assert list(facts.values_list("name", "source", "at")) == [
        ("go_live", "import of accounts.csv", NOW),
        ("mrr", "import of march.csv", LATER),
    ]
    assert list(facts.values_list("words", flat=True)) == ["2027-03-01", "5500"]  # by which customers are compared
    words = models.CustomerWord.objects.filter(customer__key="A-1").values_list("word", flat=True)
    assert set(words) == {"cedar", "falls", "utilities", "a", "1"}
    times = models.Customer.objects.order_by("key").values_list("created_at", "changed_at")
    assert list(times) == [(NOW, LATER), (NOW, NOW), (NOW, NOW)]


def test_empty_cell_never_deletes_what_is_known(company: Company) -> None:
    bring_in(FILE)
    report = bring_in(b"Account ID,Account name,Owner e-mail,MRR\nA-1,Cedar Falls Water,,\n", now=LATER)
    assert report.says == "0 new, 0 changed, 1 as before"
    assert standing() == CUSTOMERS


def test_preview_says_what_would_change_from_what_to_what(company: Company) -> None:
    bring_in(FILE)
    row = keep(FILE.replace(b"5000", b"20000").replace(b"carla", b"dev").replace(b"dev.santos", b"dev.patel"))
    opened = open_import(row)
    assert not isinstance(opened, tuple)
    names = {one.id: one.name for one in opened.people.by_email.values()}
    plans = list(planned(opened.checked().wanted))
    assert [plan.sort for plan, _ in plans] == ["changed", "same", "same"]
    assert changes_of(*plans[0], opened.facts, names) == (
        Change(title="Owner", before="Carla Santos", after="Dev Patel"),
        Change(title="MRR", before="5,000 USD", after="20,000 USD"),
    )


def test_columns_are_remembered_and_win_over_the_guess(company: Company) -> None:
    headers = ["Account ID", "Account name", "MRR", "Old MRR"]
    chosen = ("key", "name", "", "fact:mrr")
    remembered.remember(headers, RUNBOOK, chosen, company.people["olga"])
    report = bring_in(b"Old MRR,MRR,Account name,Account ID\n1000,2000,Cedar,A-1\n")
    assert standing() == {"A-1": ("Cedar", "", {"mrr": "1000"})}
    assert report.ignored == ("MRR",)


def test_columns_of_another_runbook_are_not_taken_over(company: Company) -> None:
    headers = ["Account ID", "Account name", "MRR"]
    remembered.remember(headers, "another", ("name", "key", ""), None)
    assert list(keep(b"Account ID,Account name,MRR\nA-1,Cedar,5\n").columns["targets"].values()) == [
        "key",
        "name",
        "fact:mrr",
    ]


def test_import_without_the_needed_columns_changes_nothing(company: Company) -> None:
    row = keep(b"Number,Title\n1,One\n2,Two\n")
    problems = apply(row.pk, now=NOW)
    assert isinstance(problems, tuple)
    assert [one.code for one in problems] == ["not-mapped", "not-mapped"]
    row.refresh_from_db()
    assert (row.state, models.Customer.objects.count()) == ("preview", 0)


def test_owner_who_leaves_while_the_file_is_imported_is_not_taken(company: Company) -> None:
    row = keep(FILE)
    opened = open_import(row)
    assert not isinstance(opened, tuple)
    checked = opened.checked()
    models.Person.objects.filter(email="carla.santos@example.com").update(is_active=False)
    assert applying.next_chunk(row, opened, checked, NOW)
    row.refresh_from_db()
    assert [str(one) for one in of_json(row.report).problems] == [
        "The owner left while the file was being imported. Name somebody who works here."
    ]
    report = apply(row.pk, now=NOW)
    assert isinstance(report, Report)
    assert standing() == {**CUSTOMERS, "A-1": ("Cedar Falls Water", "", {"mrr": "5000", "go_live": "2027-03-01"})}
    assert [(one.row, one.column, one.value, str(one)) for one in report.problems] == [
        (
            2,
            "Owner e-mail",
            "carla.santos@example.com",
            "Carla Santos (carla.santos@example.com) no longer works here. Name somebody who does.",
        )
    ]


# --- many rows, interrupted, at once ----------------------------------------------------------------------------------


def many(count: int, prefix: str = "C") -> bytes:
    lines = [f"{prefix}-{number},Customer {number},carla.santos@example.com,{number}" for number in range(count)]
    return "\n".join(["Account ID,Account name,Owner e-mail,MRR", *lines]).encode()


def test_import_that_was_killed_goes_on_where_it_stopped(company: Company) -> None:
    row = keep(many(250))
    half = apply(row.pk, now=NOW, chunks=1)
    row.refresh_from_db()
    assert isinstance(half, Report)
    assert (row.state, half.applied, models.Customer.objects.count()) == (APPLYING, 100, 100)
    whole = apply(row.pk, now=LATER)
    assert whole == Report(applied=250, new=250, unit="line")
    assert (models.Customer.objects.count(), models.CustomerFact.objects.count()) == (250, 250)


def test_import_that_is_done_is_not_done_again(company: Company) -> None:
    row = keep(FILE)
    first = apply(row.pk, now=NOW)
    models.Customer.objects.filter(key="A-1").update(name="Renamed by hand")
    assert apply(row.pk, now=LATER) == first
    row.refresh_from_db()
    assert (row.state, row.done_at, models.Customer.objects.get(key="A-1").name) == (DONE, NOW, "Renamed by hand")


def test_rows_are_compared_with_what_stands_when_they_are_written(company: Company) -> None:
    row = keep(FILE)
    models.Customer.objects.create(key="A-1", name="Somebody made it meanwhile")
    report = apply(row.pk, now=NOW)
    assert isinstance(report, Report)
    assert report.says == "2 new, 1 changed, 0 as before"
    assert standing() == CUSTOMERS


def queries_of(content: bytes) -> int:
    row = keep(content)
    with CaptureQueriesContext(connection) as captured:
        apply(row.pk, now=NOW)
    return len(captured)


def test_queries_grow_with_chunks_and_not_with_rows(company: Company) -> None:
    queries_of(many(1, "warm"))
    one, hundred = queries_of(many(1, "a")), queries_of(many(100, "b"))
    two_hundred, three_hundred = queries_of(many(200, "c")), queries_of(many(300, "d"))
    again, again_three = queries_of(many(100, "d")), queries_of(many(300, "d"))
    assert hundred == one
    assert three_hundred - two_hundred == two_hundred - hundred < 20
    assert again_three - again < three_hundred - hundred


@pytest.mark.django_db(transaction=True)
def test_two_who_apply_the_same_import_at_once_share_it() -> None:
    Company()
    row = keep(many(450))
    outcomes: list[object] = []

    def run() -> None:
        try:
            outcomes.append(apply(row.pk, now=NOW))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert outcomes == [Report(applied=450, new=450, unit="line")] * 3
    assert models.Customer.objects.count() == 450


@pytest.mark.django_db(transaction=True)
def test_two_files_with_the_same_customers_at_once_agree() -> None:
    Company()
    rows = [keep(many(300)), keep(b"\n".join([many(1).split(b"\n")[0], *reversed(many(300).split(b"\n")[1:])]))]
    outcomes: list[Report] = []

    def run(row: models.Import) -> None:
        try:
            report = apply(row.pk, now=NOW)
            assert isinstance(report, Report)
            outcomes.append(report)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[row]) for row in rows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.applied for one in outcomes] == [300, 300]
    assert (models.Customer.objects.count(), models.CustomerFact.objects.count()) == (300, 300)


# --- anything ---------------------------------------------------------------------------------------------------------

TEXTS = st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=12)
CELLS = st.tuples(
    st.sampled_from(["A-1", "A-2", "a-1", "", "é"]) | TEXTS,
    st.sampled_from(["Cedar", "", "<b>x</b>"]) | TEXTS,
    st.sampled_from(["carla.santos@example.com", "dev.patel@example.com", "nobody@example.com", ""]),
    st.sampled_from(["5000", "", "$1,000.50", "lots", "-1"]) | TEXTS,
    st.sampled_from(["2027-01-01", "", "1/1/27"]) | TEXTS,
)
HEADERS = ("Account ID", "Account name", "Owner e-mail", "MRR", "Go-live date")


def as_csv(rows: list[tuple[str, ...]], order: list[int]) -> bytes:
    written = io.StringIO()
    csv.writer(written).writerows([row[column] for column in order] for row in (HEADERS, *rows))
    return written.getvalue().encode()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(CELLS, min_size=1, max_size=8), st.permutations(range(len(HEADERS))))
def test_any_rows_twice_and_in_any_order_of_columns_change_nothing(
    company: Company, rows: list[tuple[str, ...]], order: list[int]
) -> None:
    first = receive(as_csv(rows, list(range(len(HEADERS)))), "first.csv", RUNBOOK, None)
    if isinstance(first, tuple):
        return  # NUL, or only blank rows
    done = apply(first.pk, now=NOW)
    assert isinstance(done, Report)
    assert done.applied + done.bad == len([row for row in rows if any(cell.strip() for cell in row)])
    before = everything()
    again = bring_in(as_csv(rows, order), "again.csv", LATER)
    assert (again.new, again.changed, again.same, again.bad) == (0, 0, done.applied, done.bad)
    assert everything() == before


def test_customers_of_a_file_without_a_handoff_are_found_in_its_order(company: Company) -> None:
    row = keep(FILE)
    apply(row.pk, now=NOW)
    ids = dict(models.Customer.objects.values_list("key", "pk"))
    assert without_handoff(row, most=10) == [ids["A-1"], ids["A-2"], ids["A-3"]]
    models.Handoff.objects.create(
        customer_id=ids["A-2"], runbook_version=company.version, runbook=RUNBOOK, started_at=NOW, changed_at=NOW
    )
    assert without_handoff(row, most=10) == [ids["A-1"], ids["A-3"]]
    assert without_handoff(row, most=1) == [ids["A-1"]]


def test_facts_are_those_of_the_current_runbook(company: Company) -> None:
    assert "mrr" in facts_of(RUNBOOK)
    assert facts_of("") == facts_of("another") == {}
