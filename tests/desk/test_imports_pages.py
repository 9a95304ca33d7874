"""The import pages: who may come in, what they show, and that files stay text whatever they hold."""

from __future__ import annotations

import csv
import io
from typing import Protocol

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.desk import models
from handrail.desk.imports.sheet import Sheet, read
from handrail.desk.long_work.working import work_off
from tests.desk.company import Company
from tests.desk.test_imports import BAD, FILE, RUNBOOK

ADDRESS = "/import/customers/"


@pytest.fixture
def company(db: None) -> Company:
    return Company()


@pytest.fixture
def olga(company: Company, client: Client) -> Client:
    client.force_login(company.people["olga"])
    return client


def upload(client: Client, content: bytes, name: str = "accounts.csv", runbook: str = RUNBOOK) -> HttpResponse:
    answer = client.post(ADDRESS, {"file": SimpleUploadedFile(name, content), "runbook": runbook})
    assert isinstance(answer, HttpResponse)
    return answer


def applied(client: Client, address: str) -> HttpResponse:
    """The page of the import once the worker has done it."""
    client.post(f"{address}apply/")
    work_off(timezone.now)
    answer = client.get(address)
    assert isinstance(answer, HttpResponse)
    return answer


class Answer(Protocol):
    @property
    def content(self) -> bytes: ...


def text_of(answer: Answer) -> str:
    return " ".join(answer.content.decode().split())


def test_address_names_the_thing() -> None:
    assert reverse("imports") == ADDRESS
    assert reverse("import", args=[7]) == "/import/customers/7/"


@pytest.mark.parametrize("address", ["", "1/", "1/start/", "1/problems.csv", "template.csv", "template.xlsx"])
def test_only_operations_come_in(company: Company, client: Client, address: str) -> None:
    client.force_login(company.people["paula"])
    assert client.get(ADDRESS + address).status_code == 403


@pytest.mark.parametrize("address", ["", "1/columns/", "1/apply/"])
def test_only_operations_import(company: Company, client: Client, address: str) -> None:
    models.Import.objects.create(pk=1, file_name="f", sha256="", content=FILE, runbook=RUNBOOK)
    client.force_login(company.people["paula"])
    assert client.post(ADDRESS + address).status_code == 403
    assert models.Customer.objects.count() == 0


def test_file_is_previewed_imported_and_reported(olga: Client) -> None:
    address = upload(olga, FILE + BAD).headers["Location"]
    shown = text_of(olga.get(address))
    assert "4 new, 0 changed, 0 as before, 1 not imported" in shown
    assert "1 row cannot be imported, and 2 cells are left out" in shown
    assert "Import 4 customers" in shown
    assert models.Customer.objects.count() == 0

    shown = text_of(olga.post(f"{address}apply/", follow=True))
    assert ("Waiting to begin" in shown, "No worker is running" in shown) == (True, True)
    assert models.Customer.objects.count() == 0

    work_off(timezone.now)
    shown = text_of(olga.get(address))
    assert "What came of it" in shown
    assert "The account id is missing." in shown
    assert models.Customer.objects.count() == 4
    assert models.Import.objects.get().by == models.Person.objects.get(email="olga.lind@example.com")


def test_second_import_says_that_nothing_changes(olga: Client) -> None:
    for _ in range(2):
        address = upload(olga, FILE).headers["Location"]
        answer = applied(olga, address)
    assert [one.says for one in models.LongWork.objects.order_by("pk")] == [
        "3 new, 0 changed, 0 as before.",
        "0 new, 0 changed, 3 as before.",
    ]
    assert "Everything in this file was already known: nothing was changed." in text_of(answer)


def test_columns_are_chosen_and_remembered(olga: Client) -> None:
    file = b"Ref,Label,Amount\nA-1,Cedar,5000\nA-2,Elm,6000\n"
    address = upload(olga, file).headers["Location"]
    shown = text_of(olga.get(address))
    assert "No column is Account ID (the customer&#x27;s id in the CRM)." in shown
    assert "Import 2 customers" not in shown

    chosen = {"column-0": "key", "column-1": "name", "column-2": "fact:mrr"}
    assert "Import 2 customers" in text_of(olga.post(f"{address}columns/", chosen, follow=True))
    again = upload(olga, b"Amount,Label,Ref\n7000,Oak,A-3\n").headers["Location"]
    assert "Import 1 customer<" in text_of(olga.get(again))


def test_columns_are_not_changed_once_the_import_began(olga: Client) -> None:
    address = upload(olga, FILE).headers["Location"]
    olga.post(f"{address}apply/")
    answer = olga.post(f"{address}columns/", {"column-0": "name"}, follow=True)
    assert "This file is already being imported: its columns stay as they are." in text_of(answer)
    assert models.Import.objects.get().columns["targets"]["Account ID"] == "key"


def test_what_is_no_target_is_no_target(olga: Client) -> None:
    address = upload(olga, FILE).headers["Location"]
    olga.post(f"{address}columns/", {"column-0": "password", "column-1": "fact:nothing"})
    assert set(models.Import.objects.get().columns["targets"].values()) == {""}


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "The file is empty. Export it again and choose the new file."),
        (b"%PDF-1.7", "The file is a PDF document, not a table."),
        (b"PK\x03\x04 not a workbook", "The spreadsheet is damaged or was cut off on its way"),
        (b"Account ID,Account name\n", "The file names its columns but has no row below them."),
    ],
)
def test_bad_file_is_told_and_not_kept(olga: Client, content: bytes, says: str) -> None:
    answer = upload(olga, content)
    assert answer.status_code == 422
    assert says in text_of(answer)
    assert "This file cannot be imported yet" in text_of(answer)
    assert models.Import.objects.count() == 0


def test_form_without_a_file_says_so(olga: Client) -> None:
    answer = olga.post(ADDRESS, {"runbook": RUNBOOK})
    assert (answer.status_code, "Choose the file to import." in answer.content.decode()) == (422, True)


def test_hostile_names_stay_text(olga: Client) -> None:
    name, key = "<script>alert(1)</script>", "<img src=x onerror=alert(1)>"
    file = f'Account ID,Account name,MRR,"<b>Note</b>"\n{key},{name},<i>much</i>,x\n'.encode()
    address = upload(olga, file, name="<svg onload=alert(1)>.csv").headers["Location"]
    pages = [olga.get(address), olga.get(f"{address}?tab=problems"), olga.post(f"{address}apply/", follow=True)]
    work_off(timezone.now)
    work = reverse("long-work", args=[models.LongWork.objects.get().pk])
    pages += [olga.get(address), olga.get(reverse("long-works")), olga.get(work)]
    for shown in [page.content.decode() for page in [*pages, olga.get(ADDRESS)]]:
        assert not any(
            markup in shown for markup in ("<script>alert", "<img src=x", "<svg onload", "<b>Note", "<i>much")
        )
    assert models.Customer.objects.get().name == name


def test_problems_are_downloaded_without_formulas(olga: Client) -> None:
    file = b'Account ID,Account name,MRR\nA-1,Cedar,"=HYPERLINK(""http://evil.example"")"\n'
    address = upload(olga, file).headers["Location"]
    answer = olga.get(f"{address}problems.csv")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="problems.csv"'
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows == [
        ["Row", "Column", "Value", "What is wrong", "How to mend it", "Not imported"],
        [
            "2",
            "MRR",
            '\'=HYPERLINK("http://evil.example")',
            '“=HYPERLINK("http://evil.example")” is not a USD amount. Write it like 5000 or 5,000.00.',
            "Mend the cell and import the file again.",
            "the cell",
        ],
    ]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_template_has_the_columns_that_are_understood(olga: Client, company: Company, ending: str) -> None:
    template = olga.get(f"{ADDRESS}template.{ending}?runbook={RUNBOOK}").content
    empty = read(template)
    assert isinstance(empty, tuple)
    assert empty[0].code == "no-rows"
    if ending == "csv":
        filled = read(template + b"A-1,Cedar,carla.santos@example.com,utilities\n")
        assert isinstance(filled, Sheet)
        address = upload(olga, template + b"A-1,Cedar" + b"," * (len(filled.headers) - 2) + b"\n").headers["Location"]
        assert "Import 1 customer<" in text_of(olga.get(address))
        meant = models.Import.objects.get().columns["targets"]
        assert [meant[header] for header in filled.headers[:4]] == ["key", "name", "owner", "fact:vertical"]
        assert "" not in meant.values()


def test_template_of_an_unknown_runbook_is_not_there(olga: Client) -> None:
    assert olga.get(f"{ADDRESS}template.csv?runbook=another").status_code == 404


def test_handoffs_are_started_for_the_customers_of_the_file(olga: Client) -> None:
    address = upload(olga, FILE).headers["Location"]
    applied(olga, address)
    ids = [models.Customer.objects.get(key=key).pk for key in ("A-1", "A-2", "A-3")]
    answer = olga.get(f"{address}start/")
    assert answer.headers["Location"] == f"{reverse('start')}?" + "&".join(f"customer={pk}" for pk in ids)


def test_import_that_is_not_there_is_not_found(olga: Client) -> None:
    assert olga.get(f"{ADDRESS}999/").status_code == 404


def test_pages_work_in_pieces(olga: Client) -> None:
    lines = "\n".join(f"C-{number},Customer {number}" for number in range(120))
    address = upload(olga, f"Account ID,Account name\n{lines}\n".encode()).headers["Location"]
    assert "41–80 of 120" in text_of(olga.get(f"{address}?tab=new&page=2"))
    assert "81–120 of 120" in text_of(olga.get(f"{address}?tab=new&page=9"))
