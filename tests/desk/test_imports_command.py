"""`handrail import customers`: lines for a person, an exit code for a job."""

from __future__ import annotations

from pathlib import Path

import pytest

import handrail.desk
from handrail.command_line import main, preparing
from handrail.desk import demo, models, runbooks
from tests.desk.company import Company
from tests.desk.test_imports import BAD, FILE, RUNBOOK


@pytest.fixture
def company(db: None, monkeypatch: pytest.MonkeyPatch) -> Company:
    monkeypatch.setattr(preparing, "migrate", lambda: None)  # the test database has its tables; a lock file is enough
    return Company()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "accounts.csv"
    path.write_bytes(FILE)
    return path


Said = pytest.CaptureFixture[str]


# A runbook that knows of a customer only its MRR.
ANOTHER = """\
runbook: another
title: Another
version: "1"
facts: {mrr: {kind: money, currency: USD}}
roles: {pm: {}}
stages: [all]
steps:
  accept: {stage: all, kind: acceptance, when: {mrr: given}, raci: {pm: RA}}
ends:
  over: {when: {accept: done}}
"""


def run(*arguments: object) -> int:
    return main(["import", "customers", *map(str, arguments)])


def test_whole_file_is_imported(company: Company, file: Path, capsys: Said) -> None:
    assert run(file, "--by", "olga.lind@example.com") == 0
    assert capsys.readouterr().out == "Columns not imported: Billing ID.\n3 new, 0 changed, 0 as before\n"
    assert models.Import.objects.get().by == company.people["olga"]
    assert run(file, "--runbook", RUNBOOK) == 0
    assert capsys.readouterr().out == "Columns not imported: Billing ID.\n0 new, 0 changed, 3 as before\n"


def test_every_problem_is_a_line_with_its_place(company: Company, file: Path, capsys: Said) -> None:
    file.write_bytes(FILE + BAD)
    assert run(file) == 1
    assert capsys.readouterr().out == (
        f"{file}:5:MRR: “lots” is not a USD amount. Write it like 5000 or 5,000.00. "
        "Mend the cell and import the file again. [unfit; not imported: the cell]\n"
        f"{file}:5:Owner e-mail: Nobody here has the address “carla.santo@example.com”. "
        "Did you mean carla.santos@example.com? [unknown-owner; not imported: the cell]\n"
        f"{file}:6:Account ID: The account id is missing. Fill it in: it is how Handrail knows the customer again. "
        "[no-key; not imported: the row]\n"
        "Columns not imported: Billing ID.\n"
        "4 new, 0 changed, 0 as before, 1 not imported\n"
    )
    assert models.Customer.objects.count() == 4


def test_dry_run_changes_nothing(company: Company, file: Path, capsys: Said) -> None:
    assert run(file, "--dry-run") == 0
    assert capsys.readouterr().out == (
        "Columns not imported: Billing ID.\n3 new, 0 changed, 0 as before (a dry run: nothing was changed)\n"
    )
    assert (models.Customer.objects.count(), models.Import.objects.count()) == (0, 0)


def test_file_that_cannot_be_read_imports_nothing(company: Company, file: Path, capsys: Said) -> None:
    file.write_bytes(b"%PDF-1.7")
    assert run(file) == 2
    said = capsys.readouterr()
    assert said.out == (
        f"{file}: The file is a PDF document, not a table. Open it in the spreadsheet program and save it as .xlsx or "
        "as CSV (UTF-8), then import that. [foreign; not imported: the file]\n"
    )
    assert said.err == f"Nothing was imported from {file}.\n"


def test_file_whose_columns_mean_nothing_is_not_kept(company: Company, file: Path) -> None:
    file.write_bytes(b"One,Two\n1,2\n2,3\n")
    assert run(file) == 2
    assert models.Import.objects.count() == 0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--runbook", "another"], f"There is no runbook named another. They are: {RUNBOOK}."),
        (["--by", "nobody@example.com"], "Nobody here has the address nobody@example.com."),
        (
            ["--by", "paula.reyes@example.com"],
            "Only CS Operations imports customers. Ask one of them; People shows who they are.",
        ),
    ],
)
def test_wrong_argument_is_told(company: Company, file: Path, capsys: Said, arguments: list[str], says: str) -> None:
    assert run(file, *arguments) == 2
    assert capsys.readouterr().err == f"handrail: {says}\n"
    assert models.Import.objects.count() == 0


def test_file_that_is_not_there_is_told(company: Company, tmp_path: Path, capsys: Said) -> None:
    path = tmp_path / "missing.csv"
    assert run(path) == 2
    assert capsys.readouterr().err == f"handrail: {path} cannot be read: No such file or directory.\n"


def test_of_several_runbooks_the_columns_say_which(company: Company, file: Path, capsys: Said) -> None:
    runbooks.publish(ANOTHER, "another.yaml")
    assert run(file) == 0
    assert models.Import.objects.get().runbook == RUNBOOK


def test_of_several_that_fit_as_well_one_must_be_named(company: Company, tmp_path: Path, capsys: Said) -> None:
    runbooks.publish(ANOTHER, "another.yaml")
    file = tmp_path / "alike.csv"
    file.write_text("Account ID,Account name,MRR\n1,One,5000\n", encoding="utf-8")
    assert run(file) == 2
    assert capsys.readouterr().err == (
        f"handrail: The columns hold facts of several runbooks alike: say with --runbook which. another, {RUNBOOK}.\n"
    )


DEMO = Path(handrail.desk.__file__).parent / "demo_data"


def test_demo_file_is_imported_but_for_its_mistakes(company: Company, capsys: Said) -> None:
    path = DEMO / "accounts.csv"
    assert run(path) == 1
    *problems, ignored, counts = capsys.readouterr().out.splitlines()
    assert [line.removeprefix(f"{path}:").split(":")[0] for line in problems] == ["42", "43", "43", "44", "45"]
    assert ignored == "Columns not imported: Billing ID."
    assert counts == "42 new, 0 changed, 0 as before, 2 not imported"
    assert models.CustomerFact.objects.get(customer__name="Cedar Falls Water", name="mrr").value == "5000"


@pytest.mark.parametrize(
    ("file", "runbook", "counts"),
    [
        ("projects.csv", "transition-to-support-and-cvm", "8 new, 0 changed, 0 as before\n"),
        ("transfers.csv", "account-transition", "5 new, 0 changed, 0 as before\n"),
        ("orders.csv", "order-validation", "5 new, 0 changed, 0 as before\n"),
    ],
)
def test_demo_file_of_another_runbook_is_imported_whole(
    company: Company, capsys: Said, file: str, runbook: str, counts: str
) -> None:
    demo.make_company()  # with every runbook that is shipped
    assert run(DEMO / file, "--runbook", runbook) == 0
    assert capsys.readouterr().out == counts


def test_records_are_imported_with_their_sum_and_a_doubt_leaves_nothing_out(
    company: Company, tmp_path: Path, capsys: Said
) -> None:
    file = tmp_path / "deals.csv"
    file.write_text("deal id,owner,account,stage,amount,close date\nD-1,Carla Santos,,Parked,10.10,2026-11-02\n")
    asked = ["import", "opportunities", str(file), "--closed", "Parked"]
    told = (
        f"{file}:2:account: No account is named. Name it in the file, or leave it: it is found under what has no "
        "account. [no-account; imported as it is written]\n"
        "Amounts: 10.10 in the file, 10.10 imported, 0.00 not imported.\n"
    )
    assert main([*asked, "--dry-run"]) == 0
    assert capsys.readouterr().out == f"{told}1 new, 0 changed, 0 as before (a dry run: nothing was changed)\n"
    assert main(asked) == 0
    assert capsys.readouterr().out == f"{told}1 new, 0 changed, 0 as before\n"
    assert not models.CrmRecord.objects.get().is_open


def test_people_are_imported_by_administrators_at_a_domain(company: Company, tmp_path: Path, capsys: Said) -> None:
    file = tmp_path / "people.csv"
    file.write_text("name,manager\nNina Moreau,Carla Santos\n")
    assert main(["import", "people", str(file)]) == 2
    assert main(["import", "people", str(file), "--domain", "example.org", "--by", "carla.santos@example.com"]) == 2
    assert main(["import", "people", str(file), "--domain", "example.org", "--by", "adam.ford@example.com"]) == 0
    made = models.Person.objects.get(email="nina.moreau@example.org")
    assert (made.manager, made.team and made.team.name) == (company.people["carla"], "Team of Carla Santos")
