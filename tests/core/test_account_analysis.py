"""The analysis of an account: what the records answer, what is asked, and what does not fit together."""

from __future__ import annotations

from datetime import date

import pytest

from handrail.book.analysis import PAIRS, Suggested, against_sheet, discrepancies, questions, suggested
from handrail.runbook.kinds import Written

TODAY = date(2026, 12, 1)

CASES: Written = [
    {"name": "Certificate lost", "sort": "course", "state": "open", "escalated": "yes"},
    {"name": "Login", "sort": "support", "state": "open", "escalated": "no"},
    {"name": "Old quarrel", "sort": "billing", "state": "closed", "escalated": "yes"},
]


def found(**facts: Written) -> list[str]:
    return [f"{one.title}. {one.says}" for one in discrepancies(facts, TODAY)]


def test_nothing_known_is_nothing_found_and_everything_asked() -> None:
    assert discrepancies({}, TODAY) == ()
    asked = questions({}, TODAY)
    assert [one.title for one in asked] == [
        "Does the main contact reply?",
        "Are there other contacts?",
        "Are there open escalations?",
        "Were there escalations in the past?",
        "Are there open course cases?",
        "What were the escalations about?",
        "Recent notes and special mentions?",
        "How many users?",
        "Users against what is paid for?",
        "Do the active providers equal the contracted number?",
        "How much are the modules used?",
    ]
    assert not any(one.is_known for one in asked)


@pytest.mark.parametrize(
    ("active", "paid", "says"),
    [
        (
            "120",
            "100",
            ["More users are active than are paid for. 120 active users in the LMS, 100 paid for in billing."],
        ),
        ("80", "1000", ["Seats are paid for that nobody uses. 80 active users in the LMS, 1,000 paid for in billing."]),
        ("100", "100", []),
        ("many", "100", []),
    ],
)
def test_users_stand_against_what_is_paid_for(active: str, paid: str, says: list[str]) -> None:  # S2.11
    assert found(active_users=active, paid_seats=paid) == says


def test_providers_count_only_with_cred_soft() -> None:  # S2.11
    numbers: dict[str, Written] = {"active_providers": "28", "contracted_providers": "30"}
    says = "Active providers are not as many as were contracted. 28 active providers in CRED SOFT, 30 contracted."
    assert found(**numbers, cred_soft="yes") == [says]
    assert found(**numbers, cred_soft="no") == []
    assert found(**numbers) == []


def test_modules_and_cases_and_silence_are_told() -> None:  # S2.10, S2.11
    modules: Written = [{"name": "Fire safety", "use": "none"}, {"name": "Hygiene", "use": "much"}]
    assert found(learning="yes", modules=modules, cases=CASES, last_reply="2026-10-01") == [
        "Modules are hardly used. 1 of 2 modules of Learning and Compliance: Fire safety.",
        "1 case is escalated and open. Certificate lost",
        "1 case is open. Login",
        "1 case is escalated in the past. Old quarrel",
        "The main contact has been silent for 61 days. The last answer came on 1 October 2026; 30 days count as usual.",
    ]
    assert found(last_reply="2026-11-02") == []


def test_questions_are_answered_from_what_is_known() -> None:
    answered = {one.title: one.says for one in questions({"cases": CASES, "last_reply": "2026-11-21"}, TODAY)}
    assert answered["Does the main contact reply?"] == "Yes: the last answer came 10 days ago."
    assert answered["Are there open escalations?"] == "1: Certificate lost"
    assert answered["What were the escalations about?"] == ""
    none = {one.title: one.says for one in questions({"cases": []}, TODAY)}
    assert (none["Are there open escalations?"], none["What were the escalations about?"]) == (
        "None.",
        "There were none.",
    )


def test_form_is_told_what_the_records_say() -> None:
    assert suggested({}, TODAY) == {}
    facts: dict[str, Written] = {
        "last_reply": "2026-10-01",
        "cases": [],
        "active_users": "100",
        "paid_seats": "100",
        "cred_soft": "no",
        "learning": "no",
    }
    assert suggested(facts, TODAY) == {
        "main_contact_replies": Suggested(value="no"),
        "escalated_about": Suggested(reason="There were none."),
        "difference_explained": Suggested(reason="They do not differ."),
        "active_providers": Suggested(reason="The customer does not have CRED SOFT."),
        "contracted_providers": Suggested(reason="The customer does not have CRED SOFT."),
        "modules": Suggested(reason="The customer does not have Learning and Compliance."),
    }


def test_records_are_compared_by_what_they_mean() -> None:  # S2.9
    facts: dict[str, Written] = {
        "account_name": "Harbor Clinic",
        "lms_name": "HARBOR  clinic",
        "mrr": "2400",
        "billing_mrr": "2,400.00",
        "contact_email": "ana@example.org",
        "billing_email": "bills@example.org",
        "health": "good",
    }
    states = {pair.title: pair.state(facts) for pair in PAIRS if pair.state(facts) != "neither"}
    assert states == {
        "Account name": "same",
        "Main contact’s e-mail": "different",
        "MRR": "same",
        "Health": "only left",
    }
    (differs,) = discrepancies(facts, TODAY)
    assert differs.title == "Main contact’s e-mail: the records differ"
    assert differs.says == "ana@example.org in Salesforce, bills@example.org in LMS and billing."


def test_sheet_of_the_team_lead_is_held_against_the_records() -> None:
    told = against_sheet(
        {"mrr": "2400", "lms_id": "L-1", "account_name": "Harbor", "new_csm": "a@example.org"},
        {
            "mrr": "2,400.00",
            "lms_id": "l-2",
            "billing_id": "B-1",
            "account_name": "harbor ",
            "new_csm": "b@example.org",
        },
    )
    assert [one.says for one in told] == ["l-2 in the sheet, L-1 in the records."]
