"""The analysis of an account that changes hands (S2.9 to S2.12): the questions of the Account Analysis Checklist, which
of them the records answer, and what in the records does not fit together.

One rule: what is missing is asked for, and is never taken as none.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from handrail.book.facts import Facts, day_of, folded, number_of, rows_of
from handrail.runbook.kinds import Written

Record = Literal["crm", "lms"]
RECORDS: Mapping[Record, str] = {"crm": "Salesforce", "lms": "LMS and billing"}
SILENT_DAYS = 30


# --------------------------------------------------------------------------------------------------- what does not fit


@dataclass(frozen=True, kw_only=True)
class Discrepancy:
    """`says` is what stands against what, `means` what that means for whoever takes the account over. `facts` are the
    names of those that it was found in."""

    code: str
    title: str
    says: str
    means: str
    facts: tuple[str, ...]


def discrepancies(facts: Facts, today: date, silent_days: int = SILENT_DAYS) -> tuple[Discrepancy, ...]:
    return tuple(found for check in _CHECKS for found in check(facts, today, silent_days))


def _users(facts: Facts, today: date, silent_days: int) -> Iterator[Discrepancy]:
    active, paid = number_of(facts, "active_users"), number_of(facts, "paid_seats")
    if active is None or paid is None or active == paid:
        return
    over = active > paid
    yield Discrepancy(
        code="users",
        title="More users are active than are paid for" if over else "Seats are paid for that nobody uses",
        says=f"{_told(active)} active users in the LMS, {_told(paid)} paid for in billing.",
        means=(
            f"{_told(active - paid)} have to be paid for or taken out: clear it up before the customer is introduced."
            if over
            else f"{_told(paid - active)} seats lie idle: the customer may ask to pay for fewer."
        ),
        facts=("active_users", "paid_seats"),
    )


def _providers(facts: Facts, today: date, silent_days: int) -> Iterator[Discrepancy]:
    active, contracted = number_of(facts, "active_providers"), number_of(facts, "contracted_providers")
    if facts.get("cred_soft") != "yes" or active is None or contracted is None or active == contracted:
        return
    yield Discrepancy(
        code="providers",
        title="Active providers are not as many as were contracted",
        says=f"{_told(active)} active providers in CRED SOFT, {_told(contracted)} contracted.",
        means=(
            "The contract is to be widened, or providers are to be ended."
            if active > contracted
            else "The customer has not taken up all that it contracted: ask what holds it up."
        ),
        facts=("active_providers", "contracted_providers"),
    )


def _modules(facts: Facts, today: date, silent_days: int) -> Iterator[Discrepancy]:
    if facts.get("learning") != "yes":
        return
    modules = rows_of(facts, "modules")
    idle = [row.get("name", "") for row in modules if row.get("use") in {"little", "none"}]
    if idle:
        yield Discrepancy(
            code="modules",
            title="Modules are hardly used",
            says=f"{len(idle)} of {len(modules)} modules of Learning and Compliance: {_listed(idle)}.",
            means="What is paid for and not used is not renewed: ask whether it was ever brought in.",
            facts=("modules",),
        )


def _cases(facts: Facts, today: date, silent_days: int) -> Iterator[Discrepancy]:
    rows = rows_of(facts, "cases")
    escalated = [row for row in rows if row.get("state") == "open" and row.get("escalated") == "yes"]
    others = [row for row in rows if row.get("state") == "open" and row.get("escalated") != "yes"]
    past = [row for row in rows if row.get("state") != "open" and row.get("escalated") == "yes"]
    if escalated:
        yield Discrepancy(
            code="escalations",
            title=f"{_several(len(escalated), 'case')} escalated and open",
            says=_listed([row.get("name", "") for row in escalated]),
            means="Somebody waits for an answer from above: know it before the first contact.",
            facts=("cases",),
        )
    if others:
        yield Discrepancy(
            code="cases",
            title=f"{_several(len(others), 'case')} open",
            says=_listed([row.get("name", "") for row in others]),
            means="They go on with the new owner, each with its context.",
            facts=("cases",),
        )
    if past:
        yield Discrepancy(
            code="past escalations",
            title=f"{_several(len(past), 'case')} escalated in the past",
            says=_listed([row.get("name", "") for row in past]),
            means="Ask what they were about: the customer remembers them.",
            facts=("cases",),
        )


def _silence(facts: Facts, today: date, silent_days: int) -> Iterator[Discrepancy]:
    said = day_of(facts, "last_reply")
    if said is None or (today - said).days <= silent_days:
        return
    yield Discrepancy(
        code="silence",
        title=f"The main contact has been silent for {(today - said).days} days",
        says=f"The last answer came on {said.day} {said:%B %Y}; {silent_days} days count as usual.",
        means="An introduction may go unread: find another contact, or call.",
        facts=("last_reply",),
    )


def _names(facts: Facts, today: date, silent_days: int) -> Iterator[Discrepancy]:
    """What both records say of the account, and say differently."""
    for pair in PAIRS:
        if pair.compares == "same" and pair.state(facts) == "different":
            yield Discrepancy(
                code=f"differs {pair.left}",
                title=f"{pair.title}: the records differ",
                says=f"{facts[pair.left]} in {RECORDS['crm']}, {facts[pair.right]} in {RECORDS['lms']}.",
                means="One of the two is out of date: messages and invoices go by it.",
                facts=(pair.left, pair.right),
            )


Check = Callable[[Facts, date, int], Iterator[Discrepancy]]


# ------------------------------------------------------------------------------------------------- the records compared

State = Literal["same", "different", "only left", "only right", "neither"]


@dataclass(frozen=True, kw_only=True)
class Pair:
    """The facts that stand beside each other: of the CRM, and of the LMS or billing. `compares` says whether the two
    are to be `same` or `equal` numbers; where it is empty they only stand together. Either name may be empty."""

    title: str
    left: str = ""
    right: str = ""
    compares: Literal["same", "equal", ""] = ""

    def state(self, facts: Facts) -> State:
        left, right = facts.get(self.left), facts.get(self.right)
        if left is None or right is None:
            return "neither" if left is right else ("only right" if left is None else "only left")
        if self.compares == "equal":
            return "same" if number_of(facts, self.left) == number_of(facts, self.right) else "different"
        return "same" if folded(left) == folded(right) else "different"


PAIRS: Sequence[Pair] = (
    Pair(title="Account id", left="crm_id", right="lms_id"),
    Pair(title="Billing id", right="billing_id"),
    Pair(title="Account name", left="account_name", right="lms_name", compares="same"),
    Pair(title="Main contact’s e-mail", left="contact_email", right="billing_email", compares="same"),
    Pair(title="MRR", left="mrr", right="billing_mrr", compares="equal"),
    Pair(title="Users paid for, and active", left="paid_seats", right="active_users", compares="equal"),
    Pair(title="Inactive users", right="inactive_users"),
    Pair(title="Terminated users", right="terminated_users"),
    Pair(
        title="Providers contracted, and active",
        left="contracted_providers",
        right="active_providers",
        compares="equal",
    ),
    Pair(title="Learning and Compliance, and its use", left="learning", right="modules"),
    Pair(title="Health", left="health"),
    Pair(title="Main contact last replied", left="last_reply"),
    Pair(title="Cases", left="cases"),
    Pair(title="Opportunities", left="opportunities"),
    Pair(title="Pending items", left="pending"),
)

_CHECKS: Sequence[Check] = (_users, _providers, _modules, _cases, _silence, _names)


# -------------------------------------------------------------------------------------------------------- the questions


@dataclass(frozen=True, kw_only=True)
class Question:
    """`says` is what the records answer; empty where it is to be asked. `facts` are those that it was answered from."""

    title: str
    record: Record
    says: str = ""
    facts: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return bool(self.says)


def questions(facts: Facts, today: date, silent_days: int = SILENT_DAYS) -> tuple[Question, ...]:
    """Those of S2.10 and S2.11, in their order; those that do not apply are left out."""
    return (*_of_crm(facts, today, silent_days), *_of_lms(facts))


def _of_crm(facts: Facts, today: date, silent_days: int) -> Iterator[Question]:
    said = day_of(facts, "last_reply")
    replies = ""
    if said is not None:
        days = (today - said).days
        replies = f"{'Yes' if days <= silent_days else 'Not lately'}: the last answer came {days} days ago."
    yield Question(title="Does the main contact reply?", record="crm", says=replies, facts=("last_reply",))
    yield Question(title="Are there other contacts?", record="crm")
    cases = facts.get("cases")
    for title, state, further in _OF_CASES:
        yield Question(title=title, record="crm", says=_counted(cases, state, further), facts=("cases",))
    yield Question(title="What were the escalations about?", record="crm", says=_about(cases), facts=("cases",))
    yield Question(title="Recent notes and special mentions?", record="crm")


_OF_CASES: Sequence[tuple[str, str, Mapping[str, str]]] = (
    ("Are there open escalations?", "open", {"escalated": "yes"}),
    ("Were there escalations in the past?", "closed", {"escalated": "yes"}),
    ("Are there open course cases?", "open", {"sort": "course"}),
)


def _counted(cases: Written | None, state: str, further: Mapping[str, str]) -> str:
    if not isinstance(cases, list):
        return ""
    wanted = {"state": state, **further}
    found = [row.get("name", "") for row in cases if all(row.get(name) == value for name, value in wanted.items())]
    return f"{len(found)}: {_listed(found)}" if found else "None."


def _about(cases: Written | None) -> str:
    """None were escalated is an answer; what those were about that were is not known from their names alone."""
    if not isinstance(cases, list):
        return ""
    return "" if any(row.get("escalated") == "yes" for row in cases) else "There were none."


def _of_lms(facts: Facts) -> Iterator[Question]:
    users = ("active_users", "inactive_users", "terminated_users")
    yield Question(title="How many users?", record="lms", says=_users_told(facts), facts=users)
    seats = ("active_users", "paid_seats")
    yield Question(title="Users against what is paid for?", record="lms", says=_against(facts, *seats), facts=seats)
    if facts.get("cred_soft") != "no":
        providers = ("active_providers", "contracted_providers")
        title = "Do the active providers equal the contracted number?"
        yield Question(title=title, record="lms", says=_against(facts, *providers), facts=providers)
    if facts.get("learning") != "no":
        yield Question(title="How much are the modules used?", record="lms", says=_use(facts), facts=("modules",))


def _users_told(facts: Facts) -> str:
    numbers = {word: number_of(facts, f"{word}_users") for word in ("active", "inactive", "terminated")}
    told = [f"{_told(number)} {word}" for word, number in numbers.items() if number is not None]
    return ", ".join(told) if len(told) == len(numbers) else ""


def _against(facts: Facts, actual: str, agreed: str) -> str:
    have, want = number_of(facts, actual), number_of(facts, agreed)
    if have is None or want is None:
        return ""
    if have == want:
        return f"{_told(have)} of {_told(want)}, as many"
    return f"{_told(have)} of {_told(want)}, {_told(abs(have - want))} {'over' if have > want else 'under'}"


def _use(facts: Facts) -> str:
    if not isinstance(facts.get("modules"), list):
        return ""
    rows = rows_of(facts, "modules")
    return "; ".join(f"{row.get('name', '')}: {row.get('use', 'not known')}" for row in rows) or "There are none."


# ------------------------------------------------------------------------------------------- what the form can be told


@dataclass(frozen=True, kw_only=True)
class Suggested:
    """What the records say of a field of the checklist that shows no fact: a value, or why it does not apply."""

    value: str = ""
    reason: str = ""


def suggested(facts: Facts, today: date, silent_days: int = SILENT_DAYS) -> dict[str, Suggested]:
    """By the field's name in the checklist."""
    found: dict[str, Suggested] = {}
    said = day_of(facts, "last_reply")
    if said is not None:
        found["main_contact_replies"] = Suggested(value="yes" if (today - said).days <= silent_days else "no")
    if about := _about(facts.get("cases")):
        found["escalated_about"] = Suggested(reason=about)
    users = number_of(facts, "active_users")
    if users is not None and users == number_of(facts, "paid_seats"):
        found["difference_explained"] = Suggested(reason="They do not differ.")
    for field in ("active_providers", "contracted_providers"):
        if facts.get("cred_soft") == "no":
            found[field] = Suggested(reason="The customer does not have CRED SOFT.")
    if facts.get("learning") == "no":
        found["modules"] = Suggested(reason="The customer does not have Learning and Compliance.")
    return found


# The columns of the sheet that records know too; whom it names as the new owner is the transfer's to say.
SHEET = (
    "crm_id",
    "account_name",
    "lms_id",
    "billing_id",
    "mrr",
    "contact_first_name",
    "contact_last_name",
    "contact_email",
    "contact_phone",
)


def against_sheet(facts: Facts, sheet: Mapping[str, Written]) -> tuple[Discrepancy, ...]:
    """Where the team lead's spreadsheet says of the account something else than its records."""
    return tuple(
        Discrepancy(
            code=f"sheet {name}",
            title=f"{name.replace('_', ' ').capitalize()}: the team lead’s sheet says otherwise",
            says=f"{sheet[name]} in the sheet, {facts[name]} in the records.",
            means="One of the two is a slip: settle it before anything is sent.",
            facts=(name,),
        )
        for name in SHEET
        if sheet.get(name) and facts.get(name) and not _alike(sheet, facts, name)
    )


# -------------------------------------------------------------------------------------------------------------- values


def _told(number: Decimal) -> str:
    return f"{number:,f}"


def _alike(sheet: Facts, facts: Facts, name: str) -> bool:
    """As numbers, where both are."""
    written, known = number_of(sheet, name), number_of(facts, name)
    if written is not None and known is not None:
        return written == known
    return folded(sheet[name]) == folded(facts[name])


def _several(number: int, what: str) -> str:
    return f"1 {what} is" if number == 1 else f"{number} {what}s are"


def _listed(names: Sequence[str], most: int = 3) -> str:
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" and {rest} more" if rest > 0 else "")
