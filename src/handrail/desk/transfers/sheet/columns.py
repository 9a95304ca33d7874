"""The columns of the spreadsheet, the one to fill in, and accounts written into it.

One rule: what is written here can be read here again, ids keep their zeros, and no cell becomes a formula.
"""

import io
from collections.abc import Iterable, Sequence

import xlsxwriter
from xlsxwriter.format import Format

from handrail.desk.imports.mapping import Mapped, Target, folded, guess
from handrail.desk.imports.problem import Problem, listed, quoted

ID, NAME, MRR, EMAIL, NEW = "crm_id", "account_name", "mrr", "contact_email", "new_csm"


def _column(name: str, title: str, says: str, *words: str, required: bool = False) -> Target:
    return Target(name=name, title=title, says=says, required=required, words=frozenset(map(folded, (name, *words))))


# Named as the facts of the runbook that a column is about, in the order in which the document has them.
COLUMNS = (
    _column(
        ID,
        "CRM account id",
        "The account’s id in the CRM. By it the account is found.",
        *("account id", "crm id", "sf id", "sf account id", "salesforce id", "salesforce account id", "id", "key"),
        required=True,
    ),
    _column(
        NAME, "Account name", "As in the CRM. It is held against the id.", *("account", "name", "customer", "client")
    ),
    _column("lms_id", "LMS id", "The account’s id in the learning management system.", "lms"),
    _column("billing_id", "Billing id", "The account’s id in billing.", "billing", "billing account"),
    _column(
        MRR,
        "MRR",
        "Monthly recurring revenue, a number such as 4200. It is held against what is known.",
        *("monthly recurring revenue", "mrr usd"),
    ),
    _column(
        "contact_first_name",
        "Main contact: first name",
        "Of the main contact.",
        *("contact first name", "first name", "main contact first name"),
    ),
    _column(
        "contact_last_name",
        "Main contact: last name",
        "Of the main contact.",
        *("contact last name", "last name", "main contact last name"),
    ),
    _column(
        EMAIL,
        "Main contact: e-mail",
        "The address that the customer’s messages go to.",
        *("contact email", "e-mail", "email", "main contact email", "contact e-mail"),
    ),
    _column(
        "contact_phone",
        "Main contact: phone",
        "With its country code; empty where there is none.",
        *("contact phone", "phone", "main contact phone"),
    ),
    _column(
        NEW,
        "New CSM",
        "Who gets the account: the e-mail address, or the full name. Empty where an owner is to be proposed.",
        *("new csm e-mail", "new owner", "new csm email"),
    ),
)
TITLES = {one.name: one.title for one in COLUMNS}
_EXAMPLES = {
    ID: "0014R00002AaB",
    NAME: "Aster Valley Clinics",
    "lms_id": "ASTERVAL",
    "billing_id": "B-88017",
    MRR: "4200",
    "contact_first_name": "Maria",
    "contact_last_name": "Lindqvist",
    EMAIL: "maria.lindqvist@example.org",
    "contact_phone": "+1 212 555 0117",
    NEW: "dev.patel@example.com",
}
_RULES = (
    "One row is one account. Leave the first row as it is.",
    "Every row is held against what is known: what is wrong is told by row and column, with how to mend it.",
    "The file that you hand in is kept as it is, and never changed.",
    "Handing in a corrected file again changes what the earlier one said of an account; nothing is there twice.",
)
_WIDTHS = {NAME: 32, EMAIL: 32, NEW: 32}


def meanings(headers: Sequence[str]) -> Mapped:
    """What each column is, empty where it is nothing that is asked for here."""
    return guess(headers, COLUMNS)


def missing(mapped: Mapped, headers: Sequence[str]) -> tuple[Problem, ...]:
    """With any of these nothing can be taken from the file."""
    absent = [one for one in COLUMNS if one.required and one.name not in mapped]
    found = listed(quoted(one) for one in headers[:8])
    return tuple(
        Problem(
            code="no-column",
            says=f"No column is called {quoted(one.title)}; there are {found}.",
            mend="Call the column so, or begin with the template.",
            loses="the file",
        )
        for one in absent
    )


def template() -> bytes:
    """To be filled in, with a second sheet that says what each column holds."""
    return workbook([], "Accounts to transfer")


def workbook(rows: Iterable[Sequence[str]], title: str, more: Sequence[str] = ()) -> bytes:
    """`rows` in the order of `COLUMNS`, and of `more` columns behind them."""
    written = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(written, options) as book:
        heading = book.add_format({"bold": True, "bottom": 1, "num_format": "@", "bg_color": "#E8F1F4"})
        text = book.add_format({"num_format": "@"})
        sheet = book.add_worksheet(title)
        sheet.freeze_panes(1, 2)
        for at, name in enumerate([*(one.title for one in COLUMNS), *more]):
            width = _WIDTHS.get(COLUMNS[at].name, 20) if at < len(COLUMNS) else 20
            sheet.set_column(at, at, width, text)
            sheet.write_string(0, at, name, heading)
        filled = ((number, at, cell) for number, row in enumerate(rows, 1) for at, cell in enumerate(row) if cell)
        for number, at, cell in filled:
            sheet.write_string(number, at, cell, text)
        _explain(book, heading)
    return written.getvalue()


def _explain(book: xlsxwriter.Workbook, heading: Format) -> None:
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    sheet = book.add_worksheet("How to fill it")
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 62)
    sheet.set_column(2, 2, 12)
    sheet.set_column(3, 3, 32)
    for at, name in enumerate(("Column", "What it holds", "Needed", "Example")):
        sheet.write_string(0, at, name, heading)
    for number, one in enumerate(COLUMNS, 1):
        cells = (one.title, one.says, "yes" if one.required else "", _EXAMPLES[one.name])
        for at, cell in enumerate(cells):
            sheet.write_string(number, at, cell, wrapped)
    for number, rule in enumerate(_RULES, len(COLUMNS) + 2):
        sheet.write_string(number, 0, "")
        sheet.write_string(number, 1, rule, wrapped)
