"""What columns mean, and everything that is wrong with rows: without a database."""

from collections.abc import Mapping

import pytest

from handrail.desk.imports import mapping
from handrail.desk.imports.checking import AGAIN, Checked, Wanted, check
from handrail.desk.imports.directory import Directory, Entry, directory
from handrail.desk.imports.mapping import guess, ignored, signature, targets
from handrail.desk.imports.report import harmless
from handrail.desk.imports.sheet import Sheet, read
from handrail.runbook.kinds import Choice, Date, Instant, Kind, Money, PersonName, Records, Text
from handrail.runbook.model import Fact
from handrail.runbook.problem import Place


def fact(name: str, title: str, kind: Kind) -> Fact:
    return Fact(name=name, title=title, kind=kind, place=Place(file="test"))


FACTS: Mapping[str, Fact] = {
    one.name: one
    for one in (
        fact("mrr", "MRR", Money(currency="USD", at_least=None)),
        fact("go_live", "Go-live", Date()),
        fact("vertical", "Vertical", Choice(of=("utilities", "tax"))),
        fact("invoice_types", "Invoice types", Records(columns={"name": Text()})),
        fact("kicked_off", "Kicked off", Instant()),
        fact("sponsor", "Sponsor", PersonName()),
    )
}
KNOWN = targets(FACTS)
PEOPLE = (
    Entry(id=1, email="carla.santos@example.com", name="Carla Santos", is_active=True),
    Entry(id=2, email="dev.patel@example.com", name="Dev Patel", is_active=True),
    Entry(id=3, email="gone.girl@example.com", name="Gone Girl", is_active=False),
)


def people() -> Directory:
    return directory(PEOPLE)


def checked(text: str, mapped: tuple[str, ...] | None = None) -> Checked:
    sheet = read(text.encode())
    assert isinstance(sheet, Sheet), sheet
    return check(sheet, mapped or guess(sheet.headers, KNOWN), FACTS, people())


def told(found: Checked) -> list[tuple[int, str, str, str, str]]:
    return [(one.row, one.column, one.value, str(one), one.loses) for one in found.problems]


# --- columns ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "target"),
    [
        ("Account ID", "key"),
        ("CRM account id", "key"),
        ("account_id", "key"),
        ("SFDC-ID", "key"),
        ("Account name", "name"),
        ("Customer", "name"),
        ("Owner e-mail", "owner"),
        ("OWNER EMAIL", "owner"),
        ("New CSM", "owner"),
        ("MRR", "fact:mrr"),
        ("MRR (USD)", "fact:mrr"),
        ("mrr_usd", "fact:mrr"),
        ("Monthly recurring revenue", "fact:mrr"),
        ("Go-live date", "fact:go_live"),
        ("go_live", "fact:go_live"),
        ("Invoice Types", "fact:invoice_types"),
        ("Billing ID", ""),
        ("", ""),
        ("東京", ""),
    ],
)
def test_header_is_understood_whatever_its_case_and_punctuation(header: str, target: str) -> None:
    assert guess([header], KNOWN) == (target,)


def test_target_is_guessed_for_one_column_and_the_exact_title_wins() -> None:
    assert guess(["Account", "Account name", "Name", "ID", "Account ID"], KNOWN) == ("", "name", "", "", "key")


def test_signature_is_the_same_in_any_order() -> None:
    assert signature(["Account ID", "MRR"]) == signature(["mrr", "account-id"])
    assert signature(["Account ID", "MRR"]) != signature(["Account ID", "MRR", "State"])


def test_choice_of_columns_is_checked_as_a_whole() -> None:
    headers = ["Account ID", "Old ID", "Company"]
    assert [str(one) for one in mapping.check(("key", "key", ""), headers, KNOWN)] == [
        "Account ID is taken from 2 columns: “Account ID” and “Old ID”. Choose one of them and leave the others out.",
        "No column is Account name (the customer's name). Choose the column that holds it, or add it to the file.",
    ]
    assert ignored(("key", "", "name"), headers) == ("Old ID",)


def test_every_fact_is_a_target_that_says_what_its_cells_hold() -> None:
    assert [(one.name, one.title, one.says) for one in KNOWN[3:]] == [
        ("fact:mrr", "MRR", "money in USD"),
        ("fact:go_live", "Go-live", "date"),
        ("fact:vertical", "Vertical", "one of utilities, tax"),
        ("fact:invoice_types", "Invoice types", "several values, separated by ;"),
        ("fact:kicked_off", "Kicked off", "instant with its offset, like 2027-01-04T09:00-05:00"),
        ("fact:sponsor", "Sponsor", "person"),
    ]
    assert [one.name for one in KNOWN if one.required] == ["key", "name"]


# --- rows -------------------------------------------------------------------------------------------------------------


def test_row_becomes_a_customer_with_canonical_facts() -> None:
    found = checked(
        "Account ID,Account name,Owner e-mail,MRR,Go-live,Vertical,Invoice types\n"
        'A-1,  Cedar   Falls ,Carla Santos <CARLA.SANTOS@example.com>,"$5,000.00",2027-03-01,Utilities,Water; Sewer\n'
    )
    assert found.problems == ()
    assert found.wanted == (
        Wanted(
            row=2,
            key="A-1",
            name="Cedar Falls",
            owner=1,
            facts={
                "mrr": "5000",
                "go_live": "2027-03-01",
                "vertical": "utilities",
                "invoice_types": [{"name": "Water"}, {"name": "Sewer"}],
            },
        ),
    )


def test_list_instant_and_person_are_read_by_their_kinds() -> None:
    found = checked(
        "Account ID,Account name,Invoice types,Kicked off,Sponsor\n"
        "A-1,Cedar,Water; Sewer; ,2027-01-04T09:00-05:00,Lena.Fischer@Example.com\n"
        "A-2,Elm,Water; Gas;Water,2027-01-04 09:00:00,Lena  Fischer\n"
    )
    assert [one.facts for one in found.wanted] == [
        {
            "invoice_types": [{"name": "Water"}, {"name": "Sewer"}],
            "kicked_off": "2027-01-04T14:00:00Z",
            "sponsor": "lena.fischer@example.com",
        },
        {"sponsor": "Lena Fischer"},
    ]
    assert [(column, says) for _, column, _, says, _ in told(found)] == [
        (
            "Invoice types",
            (
                "Rows 1 and 3 have the same name, “Water”. A row is known by it: give each its own, or keep one. "
                f"{AGAIN}"
            ),
        ),
        (
            "Kicked off",
            (
                "“2027-01-04 09:00:00” does not say where clocks show that time. Add the offset from UTC: "
                "2027-01-04T09:00:00Z where that is the time in UTC, "
                f"2027-01-04T09:00:00-05:00 where clocks are five hours behind it. {AGAIN}"
            ),
        ),
    ]


def test_empty_cells_say_nothing() -> None:
    found = checked("Account ID,Account name,Owner e-mail,MRR\nA-1,Cedar Falls,,\n")
    assert found.wanted == (Wanted(row=2, key="A-1", name="Cedar Falls"),)


def test_cell_that_does_not_fit_is_left_out_and_told() -> None:
    found = checked(
        "Account ID,Account name,Owner e-mail,MRR,Go-live\nA-1,Cedar Falls,dev.patel@example.com,lots,31/12/2027\n"
    )
    assert found.wanted == (Wanted(row=2, key="A-1", name="Cedar Falls", owner=2, left_out=2),)
    assert told(found) == [
        (
            2,
            "MRR",
            "lots",
            "“lots” is not a USD amount. Write it like 5000 or 5,000.00. Mend the cell and import the file again.",
            "the cell",
        ),
        (
            2,
            "Go-live",
            "31/12/2027",
            f"“31/12/2027” is not a date. Write year-month-day, like 2026-08-03. {AGAIN}",
            "the cell",
        ),
    ]


def test_row_without_key_or_name_is_left_out_whole_with_all_its_problems() -> None:
    found = checked("Account ID,Account name,MRR\n,,lots\n")
    assert found.wanted == ()
    assert found.bad_rows == 1
    assert [(column, says, loses) for _, column, _, says, loses in told(found)] == [
        (
            "Account ID",
            "The account id is missing. Fill it in: it is how Handrail knows the customer again.",
            "the row",
        ),
        ("Account name", "The account name is missing. Fill it in.", "the row"),
        (
            "MRR",
            "“lots” is not a USD amount. Write it like 5000 or 5,000.00. Mend the cell and import the file again.",
            "the cell",
        ),
    ]


def test_key_that_stands_twice_loses_each_of_its_rows() -> None:
    found = checked("Account ID,Account name\nA-1,Cedar\nA-2,Elm\nA-1,Cedar Falls\n")
    assert [one.key for one in found.wanted] == ["A-2"]
    says = (
        "The account id “A-1” stands in lines 2 and 4. Keep the row that is right: Handrail cannot know which one is."
    )
    assert told(found) == [(2, "Account ID", "A-1", says, "the row"), (4, "Account ID", "A-1", says, "the row")]


@pytest.mark.parametrize(
    ("owner", "says"),
    [
        (
            "carla.santo@example.com",
            "Nobody here has the address “carla.santo@example.com”. Did you mean carla.santos@example.com?",
        ),
        (
            "zz@elsewhere.test",
            (
                "Nobody here has the address “zz@elsewhere.test”. "
                "Correct the address, or have an administrator add the person."
            ),
        ),
        ("gone.girl@example.com", "Gone Girl (gone.girl@example.com) no longer works here. Name somebody who does."),
        ("Dev Patel", "“Dev Patel” is not an e-mail address. Write dev.patel@example.com."),
        ("somebody", "“somebody” is not an e-mail address. Write an e-mail address."),
        ("#N/A", "The cell holds the error #N/A of a formula, not a value. Mend the formula."),
    ],
)
def test_owner_who_is_not_found_is_left_out_with_the_nearest(owner: str, says: str) -> None:
    found = checked(f"Account ID,Account name,Owner e-mail\nA-1,Cedar,{owner}\n")
    assert found.wanted == (Wanted(row=2, key="A-1", name="Cedar", left_out=1),)
    assert told(found) == [(2, "Owner e-mail", owner, says, "the cell")]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        (
            "A-2,Lakewood Water, Sewer",
            (
                "The line has too many cells: 3 where the header has 2, so that values may stand in the wrong columns. "
                "A cell that holds the delimiter must stand in quotation marks."
            ),
        ),
        (
            "A-2",
            (
                "The line has too few cells: 1 where the header has 2, so that values may stand in the wrong columns. "
                "Part of it may stand on the next line: a cell that holds a line break must stand in quotation marks."
            ),
        ),
    ],
)
def test_ragged_row_is_left_out_whole(cells: str, says: str) -> None:
    found = checked(f"Account ID,Account name\nA-1,Cedar\n{cells}\nA-3,Elm\n")
    assert [one.key for one in found.wanted] == ["A-1", "A-3"]
    assert [(one.row, str(one), one.loses) for one in found.problems] == [(3, says, "the row")]


@pytest.mark.parametrize(
    ("key", "name", "says"),
    [
        ("K" * 201, "Cedar", f"“{'K' * 80}…” has 201 characters; at most 200 are kept. Shorten it."),
        ("A-1", "N" * 301, f"“{'N' * 80}…” has 301 characters; at most 300 are kept. Shorten it."),
        (
            "1.23E+15",
            "Cedar",
            (
                "“1.23E+15” is a number that a spreadsheet program has shortened; its last digits are lost. "
                "Format the column as text before it is filled."
            ),
        ),
        ("#REF!", "Cedar", "The cell holds the error #REF! of a formula, not a value. Mend the formula."),
        ("A-1", "Ce\x07dar", "“Ce dar” holds control characters. Remove them."),
        ('"A\n1"', "Cedar", "“A 1” holds control characters. Remove them."),
    ],
)
def test_key_and_name_that_cannot_be_kept_lose_the_row(key: str, name: str, says: str) -> None:
    found = checked(f"Account ID,Account name\n{key},{name}\n")
    assert found.wanted == ()
    assert [(str(one), one.loses) for one in found.problems] == [(says, "the row")]


def test_names_of_every_script_and_with_markup_are_kept_as_they_are() -> None:
    names = [
        "<script>alert(1)</script>",
        "=HYPERLINK(0)",
        "شركة المياه",
        "東京水道局",
        "Waterworks 🚰👨‍👩‍👧",
        "Zoë’s “Gas” & Co",
    ]
    rows = "\n".join(f'A-{number},"{name}"' for number, name in enumerate(names))
    found = checked(f"Account ID,Account name\n{rows}\n")
    assert found.problems == ()
    assert [one.name for one in found.wanted] == names


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_a_spreadsheet_would_calculate_is_made_harmless(text: str) -> None:
    assert harmless(text) == "'" + text
    assert harmless("a" + text) == "a" + text
