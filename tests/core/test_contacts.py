"""The people outside the company whom a handoff knows."""

import pytest

from handrail.handoff import commands as c
from handrail.handoff.contacts import Contact, contacts_in, every_contact, is_address
from handrail.handoff.history import Handoff
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Written
from handrail.runbook.loading import load
from tests.core.random_lives import BEGIN, live
from tests.spec.office import OFFICE

RUNBOOK = """\
runbook: contacts
version: "1"
facts:
  first: {kind: text}
  last: {kind: text}
  email: {kind: text}
  tongue: {kind: text}
  seats: {kind: number}
  users: {kind: list, of: {name: text, address: text, since: date}}
roles:
  pm: {title: Project Manager}
contacts:
  main: {name: [first, last], email: email, language: tongue}
  users: {of: users, name: name, email: address, side: partner}
stages: [prepare]
steps:
  accept: {stage: prepare, kind: acceptance, raci: {pm: RA}}
ends:
  over: {when: {accept: done}}
"""
PAULA = Actor(person=Person(1, "Paula"), operations=True)


def told(old: str, new: str) -> list[str]:
    """The errors in the lines of the contacts, where the one text stands for the other."""
    found = load(RUNBOOK.replace(old, new), "runbook.yaml").problems
    return [str(one) for one in found if one.severity == "error" and one.where.line in {13, 14}]


def _knowing(**facts: Written) -> tuple[Plan, Handoff]:
    runbook = load(RUNBOOK, "runbook.yaml").runbook
    assert runbook is not None
    plan = Plan(runbook, OFFICE)
    start = c.Start(by=PAULA, customer_id=1, customer="Cedar", facts=facts, people={"pm": PAULA.person})
    moment = live(plan, Handoff(), (), start, BEGIN)
    assert not isinstance(moment.outcome, Refused), moment.outcome
    return plan, moment.after


def test_contact_is_known_by_facts_or_by_each_record() -> None:
    users: Written = [
        {"name": "Ben Ode", "address": "BEN@cedar.example"},
        {"name": "Ben again", "address": "ben@cedar.example"},
        {"name": "No Mail", "address": "by phone"},
    ]
    plan, handoff = _knowing(first="Ana", last="Lima", email="Ana.Lima@Cedar.example", tongue="pt-BR", users=users)
    main = Contact(
        group="main",
        name="Ana Lima",
        email="ana.lima@cedar.example",
        written="Ana.Lima@Cedar.example",
        language="pt-BR",
        first_name="Ana",
    )
    ben = Contact(group="users", name="Ben Ode", email="ben@cedar.example", written="BEN@cedar.example", side="partner")
    nobody = Contact(group="users", name="No Mail", email="", written="by phone", side="partner")
    assert contacts_in(plan, handoff, "main") == (main,)
    assert contacts_in(plan, handoff, "users") == (ben, nobody)
    assert every_contact(plan, handoff) == (main, ben, nobody)


def test_who_is_not_known_is_not_there() -> None:
    plan, handoff = _knowing(tongue="de")
    assert every_contact(plan, handoff) == ()


@pytest.mark.parametrize(
    ("address", "is_one"),
    [
        ("ana@cedar.example", True),
        ("ana+x@mail.cedar-falls.example", True),
        ("ana@localhost", False),
        ("ana lima@cedar.example", False),
        ("ana@cedar.example\nBcc: all@cedar.example", False),
        ("Ana <ana@cedar.example>", False),
        ("", False),
        (f"ana@{'a' * 250}.example", False),
    ],
)
def test_address_is_one_that_mail_goes_to(address: str, is_one: bool) -> None:
    assert is_address(address) is is_one


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (
            "email: email",
            "email: mail",
            (
                "13:38: error: No fact is called “mail”. Did you mean “email”? There is: first, last, email, tongue, "
                "seats, users. [unknown-name]"
            ),
        ),
        (
            "email: email",
            "email: seats",
            "13:38: error: “seats” is not a text: it is a fact. Name one of kind text. [not-a-text]",
        ),
        (
            "email: address",
            "email: since",
            (
                "14:41: error: “since” is not a text: it is a column of the list “users”. Name one of kind text."
                " [not-a-text]"
            ),
        ),
        (
            "  main: {",
            "  pm: {",
            "13:3: error: “pm” is also the name of a role. Give one of the two another name. [name-taken]",
        ),
    ],
)
def test_contacts_that_cannot_be_known_are_told_with_their_place(old: str, new: str, says: str) -> None:
    assert told(old, new) == [f"runbook.yaml:{says}"]
