"""What a file can hold, and what its columns can then mean.

One rule: what a file holds is said, or plain from its columns; nobody guesses it from its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from handrail.desk.imports.mapping import KEY, NAME, Target, folded, guess, targets
from handrail.desk.imports.mapping import header_words as _words
from handrail.desk.models import CrmRecord

CUSTOMERS, ACCOUNTS, PEOPLE, PRODUCTS = "customers", "accounts", "people", "products"
RECORDS = tuple(str(sort) for sort in CrmRecord.Sort.values)


@dataclass(frozen=True, kw_only=True)
class Contents:
    """`one` and `many` are what its rows are called; `says` tells what the file is for."""

    name: str
    title: str
    one: str
    many: str
    says: str


CONTENTS: Mapping[str, Contents] = {
    one.name: one
    for one in (
        Contents(
            name=CUSTOMERS,
            title="Customers, with the facts of a runbook",
            one="customer",
            many="customers",
            says="each with its id in the CRM, and what a runbook asks about it",
        ),
        Contents(
            name=ACCOUNTS,
            title="Accounts, with every column as it is written",
            one="account",
            many="accounts",
            says="known by an id, or where there is none by their name; no runbook is needed",
        ),
        Contents(
            name=PEOPLE,
            title="People and teams",
            one="person",
            many="people",
            says="with their manager, team and region",
        ),
        Contents(
            name=PRODUCTS,
            title="Products",
            one="product",
            many="products",
            says="the names by which misspelt ones are found out",
        ),
        Contents(
            name="opportunity",
            title="Opportunities (sales pipeline)",
            one="opportunity",
            many="opportunities",
            says="each with account, owner, stage and amount",
        ),
        Contents(
            name="case", title="Cases", one="case", many="cases", says="open and past ones, escalated ones among them"
        ),
        Contents(name="task", title="Tasks", one="task", many="tasks", says="what is to be done for an account"),
        Contents(
            name="meeting", title="Meetings", one="meeting", many="meetings", says="those that were and those to come"
        ),
        Contents(
            name="sequence",
            title="Sequences",
            one="sequence",
            many="sequences",
            says="messages that follow each other, and whether they still run",
        ),
        Contents(
            name="pending",
            title="Pending items",
            one="pending item",
            many="pending items",
            says="what a customer still waits for, with its context",
        ),
    )
}


# ------------------------------------------------------------------------------------------------- CRM records

_ACCOUNT = Target(
    name="account",
    title="Account",
    says="the account's id or name",
    words=_words(
        "account", "account name", "account id", "crm account id", "customer", "customer name", "customer id", "client",
        "company", "organization", "organisation",
    ),
)  # fmt: skip
_OWNER = Target(
    name="owner",
    title="Owner",
    says="the e-mail address or the name of whoever it belongs to",
    words=_words(
        "owner", "sales agent", "agent", "opportunity owner", "case owner", "task owner", "owner name", "owner e-mail",
        "assigned to", "assignee", "rep", "sales rep", "csm", "account executive", "organizer", "host",
    ),
)  # fmt: skip
_TITLE = Target(
    name="title",
    title="Title",
    says="what it is called",
    words=_words("title", "name", "subject", "summary", "opportunity name", "deal name", "sequence name", "item"),
)
_STAGE = Target(
    name="stage",
    title="Stage",
    says="how it stands, in the words of its system",
    words=_words("stage", "deal stage", "opportunity stage", "status", "state", "case status", "task status"),
)
_OPENED = Target(
    name="opened_on",
    title="Opened on",
    says="the day on which it began",
    words=_words(
        "opened", "opened on", "open date", "created", "created on", "created date", "engage date", "start",
        "start date", "started on", "begin date", "date",
    ),
)  # fmt: skip
_CLOSED = Target(
    name="closed_on",
    title="Closed on",
    says="the day since when nothing is left to do in it",
    words=_words(
        "closed", "closed on", "close date", "closed date", "end date", "resolved on", "completed on", "ended"
    ),
)
_DUE = Target(
    name="due_on",
    title="Due on",
    says="the day by which it is to be done, or on which it takes place",
    words=_words(
        "due", "due on", "due date", "deadline", "expected close date", "meeting date", "takes place on", "when"
    ),
)
_CONTEXT = Target(
    name="context",
    title="Context",
    says="what whoever takes it over must know",
    words=_words("context", "description", "notes", "note", "comments", "details", "next step"),
)
_AMOUNT = Target(
    name="amount",
    title="Amount",
    says="what the sale is worth, to the cent",
    words=_words("amount", "value", "close value", "deal value", "opportunity amount", "revenue", "total", "sum"),
)
_ESCALATED = Target(
    name="is_escalated", title="Escalated", says="yes or no", words=_words("escalated", "is escalated", "escalation")
)
_ABOUT: Mapping[str, Target] = {
    "opportunity": Target(
        name="about", title="Product", says="what is sold", words=_words("product", "product name", "sku", "offer")
    ),
    "case": Target(
        name="about",
        title="Sort of case",
        says="such as course, support or billing",
        words=_words("type", "sort", "category", "case type", "reason", "about"),
    ),
}
_KIND = Target(
    name="about", title="Sort", says="what sort it is", words=_words("type", "sort", "category", "kind", "about")
)


def _key_of(sort: str) -> Target:
    title = CONTENTS[sort].one
    words = _words("id", "key", f"{title} id", f"{title} key", f"{title} number", f"{title} no", "number", "record id")
    return Target(
        name="key",
        title=f"{title.capitalize()} ID",
        says=f"the id of the {title} in its system",
        required=True,
        words=words | (_words("deal id", "opp id") if sort == "opportunity" else frozenset()),
    )


def record_targets(sort: str) -> tuple[Target, ...]:
    rest = (_ABOUT.get(sort, _KIND), _STAGE, _OPENED, _CLOSED, _DUE)
    own = (_AMOUNT,) if sort == "opportunity" else (_ESCALATED,) if sort == "case" else ()
    return (_key_of(sort), _TITLE, _ACCOUNT, _OWNER, *rest, *own, _CONTEXT)


# ------------------------------------------------------------------------------------------- people and products

PEOPLE_TARGETS = (
    Target(
        name="name",
        title="Name",
        says="the person's whole name",
        required=True,
        words=_words("name", "full name", "sales agent", "agent", "person", "employee", "rep", "user", "csm"),
    ),
    Target(
        name="email",
        title="E-mail",
        says="the address by which the person signs in",
        words=_words("email", "e-mail", "mail", "email address", "e-mail address", "user name", "login"),
    ),
    Target(
        name="manager",
        title="Manager",
        says="the name or e-mail address of whoever they report to",
        words=_words("manager", "reports to", "manager name", "manager e-mail", "supervisor", "line manager"),
    ),
    Target(
        name="team",
        title="Team",
        says="the team's name",
        words=_words("team", "team name", "group", "department"),
    ),
    Target(
        name="region",
        title="Region",
        says="where they work",
        words=_words("region", "regional office", "office", "territory", "area", "location"),
    ),
    Target(name="title", title="Title", says="what they do", words=_words("title", "job title", "role", "position")),
)
PRODUCT_TARGETS = (
    Target(
        name="name",
        title="Product",
        says="the name as it should be written",
        required=True,
        words=_words("product", "product name", "name", "sku"),
    ),
)


def targets_of(contents: str) -> tuple[Target, ...]:
    """Of people, products and records; what the columns of customers can mean depends on the runbook."""
    if contents == PEOPLE:
        return PEOPLE_TARGETS
    return PRODUCT_TARGETS if contents == PRODUCTS else record_targets(contents)


def fitting_contents(headers: Sequence[str]) -> str:
    """What a file with these columns holds; customers where nothing else is plain from them. Accounts are those of a
    file without their ids."""
    if _fits(headers, PEOPLE_TARGETS, {"name", "manager"}) or _fits(headers, PEOPLE_TARGETS, {"name", "email", "team"}):
        return PEOPLE
    for sort in RECORDS:
        ids = {f"{sort}id", folded(f"{CONTENTS[sort].one} id")}
        if ids & {folded(one) for one in headers}:
            return sort
    mapped = guess(headers, PRODUCT_TARGETS)
    if mapped[:1] == ("name",) and folded(headers[0]).startswith("product"):
        return PRODUCTS
    own = guess(headers, targets({}))
    return ACCOUNTS if NAME in own and KEY not in own else CUSTOMERS


def _fits(headers: Sequence[str], known: Sequence[Target], needed: set[str]) -> bool:
    return needed <= set(guess(headers, known)) and not any(folded(one).endswith("id") for one in headers)
