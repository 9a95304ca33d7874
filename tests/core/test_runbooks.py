"""The shipped runbooks: each is read and checked without a problem, and says what its source says."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from itertools import product
from pathlib import Path

import pytest

from handrail.handoff.commands import Start
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded
from handrail.handoff.owed import owed
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.order.handover import Sold, facts_of
from handrail.order.samples import catalogue
from handrail.runbook.cells import matches
from handrail.runbook.inquiry import Inquiry
from handrail.runbook.kinds import Scalar
from handrail.runbook.loading import load
from handrail.runbook.model import All, AnyOf, Condition, Not, OfFacts, Ref, Runbook, Step
from handrail.runbook.references import all_before, waits
from handrail.runbook.tables.deciding import Decided
from tests.core.test_order_paper import ORDER
from tests.spec.chapter import problems_of_shipped
from tests.spec.office import OFFICE, instant

FILES = sorted((Path(__file__).parents[2] / "runbooks").glob("*.yaml"))

NOW = instant("2027-01-04 09:00")

Values = Mapping[Ref, Scalar]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_shipped_runbook_has_no_problems_but_those_that_are_meant(file: Path) -> None:
    reading = load(file.read_bytes(), "runbook.yaml")
    assert [str(problem) for problem in reading.problems] == list(problems_of_shipped(file.stem))
    assert {problem.severity for problem in reading.problems} <= {"warning"}
    assert reading.runbook is not None
    assert reading.runbook.name == file.stem


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_shipped_runbook_starts_with_nothing_known(file: Path) -> None:
    """Whatever a customer's record leaves out, the handoff begins, and somebody owes what is missing."""
    plan = Plan(shipped(file.stem), OFFICE)
    olga = Person(1, "Olga")
    start = Start(by=Actor(person=olga, operations=True), customer_id=1, customer="Cedar Falls")
    outcome = decide(plan, Handoff(), start, NOW)
    assert not isinstance(outcome, Refused)
    handoff = fold(recorded(outcome, Handoff(), NOW, olga))
    assert {one.sort for one in owed(plan, handoff)} >= {"step", "facts", "vacancy"}


# -------------------------------------------------- S3, Transition to Client Services


def client_services() -> Runbook:
    return shipped("transition-to-client-services")


@cache
def shipped(name: str) -> Runbook:
    file = next(file for file in FILES if file.stem == name)
    runbook = load(file.read_bytes(), file.name).runbook
    assert runbook is not None
    return runbook


def decided(
    decision: str, known: Mapping[str, Scalar], runbook: str = "transition-to-client-services"
) -> dict[str, object] | None:
    outcome = Inquiry(shipped(runbook), decision).ask(known)[-1].outcome
    return dict(outcome.outputs) if isinstance(outcome, Decided) else None


@pytest.mark.parametrize(
    ("vertical", "earlier", "first_in_state", "integration"),
    [
        ("utilities", 0, False, "new"),
        ("utilities", 1, False, "new"),
        ("utilities", 2, False, "existing"),
        ("tax", 2, False, "new"),
        ("tax", 3, False, "existing"),
        ("tax", 3, True, "new"),
        ("insurance", 0, False, "existing"),
        ("other", 9, True, "existing"),
    ],
)
def test_integration_is_new_for_the_first_customers(  # S3.13, S3.21
    vertical: str, earlier: int, first_in_state: bool, integration: str
) -> None:
    given: dict[str, Scalar] = {
        "vertical": vertical,
        "earlier_customers": Decimal(earlier),
        "first_in_state": first_in_state,
    }
    assert decided("integration", given) == {"integration": integration}


@pytest.mark.parametrize(
    ("integration", "mrr", "kind", "days", "meetings"),
    [
        ("new", "0", "Transition Success", 30, 1),
        ("new", "4999.99", "Transition Success", 30, 1),
        ("existing", "0", "Help Desk", 0, 0),
        ("existing", "2999.99", "Help Desk", 0, 0),
        ("existing", "3000", "Transition Success light", 30, 1),
        ("existing", "4999.99", "Transition Success light", 30, 1),
        ("new", "5000", "Transition Success", 90, 2),
        ("existing", "5000", "Transition Success", 90, 2),
        ("existing", "19999.99", "Transition Success", 90, 2),
        ("new", "20000", "Transition Success", 90, 4),
        ("existing", "20000", "Transition Success", 90, 4),
    ],
)
def test_support_follows_integration_and_mrr(  # S3.14 to S3.17, S3.19
    integration: str, mrr: str, kind: str, days: int, meetings: int
) -> None:
    given: dict[str, Scalar] = {"integration.integration": integration, "mrr": Decimal(mrr)}
    assert decided("support", given) == {"type": kind, "days": Decimal(days), "meetings": Decimal(meetings)}


def test_missing_mrr_is_never_taken_as_nothing() -> None:  # S3.25
    assert decided("support", {"integration.integration": "new"}) is None


SIGNS = ("steering_meets", "raid_active", "later_revenue", "phase_project", "earlier_archived")


def test_one_sign_is_enough_for_phases() -> None:  # S3.9
    how = client_services().derived["phase_signs"].how
    assert isinstance(how, OfFacts)
    assert (how.gathering, how.of, how.cell.text) == ("any", SIGNS, "yes")
    assert decided("approach", {"phase_signs": True}) == {"approach": "phased"}
    assert decided("approach", {"phase_signs": False}) == {"approach": "one go-live"}


RACI = {  # S3.10: PM, IM, TSM, CSM; the triage calls have more (S3.11)
    "train-client-on-cases": "I I RA I",
    "report-cases": "I I RA I",
    "follow-production-issues": "I C RA I",
    "keep-resolution-notes": "I C RA I",
    "meet-client-on-cases": "R C A I",
    "escalate": "I C RA I",
    "seek-technical-advice": "I C RA I",
    "close-tickets": "I I RA I",
}


def test_transition_has_the_letters_of_the_source() -> None:
    steps = client_services().steps
    expected = {
        name: {role: frozenset(part) for role, part in zip(("pm", "im", "tsm", "csm"), letters.split(), strict=True)}
        for name, letters in RACI.items()
    }
    assert {name: steps[name].raci for name in RACI} == expected
    assert {steps[name].stage for name in RACI} == {"transition"}


def test_all_whom_the_source_names_attend_the_triage_calls() -> None:  # S3.11
    step = client_services().steps["hold-triage-calls"]
    assert step.attendees == ("im", "pm", "tsm", "tsm_manager", "lead")
    assert {role: "".join(sorted(letters)) for role, letters in step.raci.items()} == {
        "pm": "CI",
        "im": "C",
        "tsm": "AR",
        "tsm_manager": "C",
        "lead": "C",
        "csm": "I",
    }


def test_areas_of_the_summary_may_not_apply() -> None:  # S3.8
    areas = next(one for one in client_services().forms["integration-summary"].sections if one.title == "Areas")
    assert [field.title for field in areas.fields] == [
        "Invoices",
        "BIF customizations",
        "Payments",
        "Adjustments",
        "Daily balance file",
        "Change logs",
        "Rejects",
        "Conveyance",
        "IVR",
    ]
    assert {(field.required, field.may_not_apply, field.owed_by) for field in areas.fields} == {(True, True, "im")}


@pytest.mark.parametrize("approach", ["one go-live", "phased"])
@pytest.mark.parametrize("rule", range(5))
def test_every_customer_reaches_an_end(rule: int, approach: str) -> None:
    """Do whatever can be done, until an end holds; nothing may be left that only an unneeded step could open."""
    runbook = client_services()
    support = runbook.decisions["support"]
    values: dict[Ref, Scalar] = {
        Ref(source="fact", name="go_live"): "given",
        Ref(source="output", name="approach", part="approach"): approach,
    }
    for output, value in zip(support.outputs, support.rules[rule].outputs, strict=True):
        values[Ref(source="output", name="support", part=output.name)] = value
    done = _lived(runbook, values)
    ends = [end.name for end in runbook.ends if holds(end.when, {**values, **done})]
    assert ends == ["at the help desk" if rule == 1 else "in client services"]
    assert "waiting" not in done.values()


def _lived(runbook: Runbook, values: Values) -> dict[Ref, Scalar]:
    states: dict[Ref, Scalar] = {Ref(source="step", name=name): "waiting" for name in runbook.steps}
    for _ in runbook.steps:
        for step in runbook.steps.values():
            states[Ref(source="step", name=step.name)] = _state(step, {**values, **states})
    return states


def _state(step: Step, values: Values) -> str:
    if step.when is not None and not holds(step.when, values):
        return "not needed"
    ready = all(values[Ref(source="step", name=need)] in {"done", "not needed"} for need in step.needs)
    return "done" if ready and (step.opens_when is None or holds(step.opens_when, values)) else "waiting"


def holds(condition: Condition, values: Values) -> bool:
    match condition:
        case All(tests=tests):
            return all(matches(test.cell, values.get(test.ref)) is True for test in tests)
        case AnyOf(of=of):
            return any(holds(one, values) for one in of)
        case Not(of=inner):
            return not holds(inner, values)


# -------------------------------------------------- S2, Account transition


@pytest.mark.parametrize(
    ("health", "opportunities", "pending", "way"),
    [
        ("good", 0, 0, "automated"),
        ("good", 1, 0, "semi-manual"),
        ("good", 0, 1, "semi-manual"),
        ("good", 7, 3, "semi-manual"),
        ("fair", 0, 0, "manual"),
        ("poor", 2, 2, "manual"),
    ],
)
def test_transfer_follows_health_and_what_is_open(  # S2.6 to S2.8, S2.17, S2.18
    health: str, opportunities: int, pending: int, way: str
) -> None:
    given: dict[str, Scalar] = {
        "health": health,
        "open_opportunities": Decimal(opportunities),
        "pending_items": Decimal(pending),
    }
    assert decided("transfer", given, "account-transition") == {"way": way}


def test_account_in_a_transfer_is_classified_as_a_single_one() -> None:  # S2.6 to S2.8
    for health, opportunities, pending in product(("good", "fair", "poor"), (0, 1, 7), (0, 1, 7)):
        given: dict[str, Scalar] = {
            "health": health,
            "open_opportunities": Decimal(opportunities),
            "pending_items": Decimal(pending),
        }
        single = decided("transfer", given, "account-transition")
        assert decided("transfer", given, "account-in-a-transfer") == single


def test_account_transition_has_the_glossary_of_the_company() -> None:  # S2.4
    assert {"CRED SOFT", "CRED SERV/FMC", "LMS", "Opp", "SF", "TL"} <= shipped("account-transition").terms.keys()


def test_transfer_sheet_has_the_columns_of_the_spreadsheet() -> None:  # S2.5
    sheet = shipped("account-transition").forms["transfer-sheet"]
    assert [field.title for section in sheet.sections for field in section.fields] == [
        "CRM account id",
        "Account name",
        "LMS id",
        "Billing id",
        "MRR",
        "Main contact: first name",
        "Main contact: last name",
        "Main contact: e-mail",
        "Main contact: phone",
        "Reason",
        "The leave ends on",
        "New CSM",
        "Effective date",
    ]


# -------------------------------------------------- S1, Transition to Support and CVM

SEGMENTS = ("Strategic", "Mid-Market", "other")
REGIONS = ("US", "Canada", "LATAM", "EMEA", "APAC")


@pytest.mark.parametrize(("segment", "region"), list(product(SEGMENTS, REGIONS)))
def test_route_is_that_of_the_source_or_left_open(segment: str, region: str) -> None:  # S1.14 to S1.17, S1.19
    own_calls = {"support": "regional call", "cvm": "customer call"}
    route = own_calls if segment == "Strategic" or region in {"EMEA", "APAC"} else None
    if (segment, region) == ("Mid-Market", "US"):
        route = {"support": "group call", "cvm": "e-mail"}
    assert decided("route", {"segment": segment, "region": region}, "transition-to-support-and-cvm") == route


def test_every_call_waits_for_the_handover_document() -> None:  # S1.8
    steps = shipped("transition-to-support-and-cvm").steps.values()
    calls = {step.name: {"complete-document", "attach-document"} <= set(step.needs) for step in steps if _is_call(step)}
    assert calls == dict.fromkeys(
        [
            "call-ps-to-cvm",
            "introduce-customer",
            "call-integration-support",
            "hold-regional-call",
            "hold-group-call",
            "hold-cvm-call",
        ],
        True,
    )


def _is_call(step: Step) -> bool:
    """A meeting; the one that the CVM schedules comes after a notice that waits for the document itself."""
    return step.kind == "meeting" and step.name != "reach-out"


def test_three_receivers_accept_and_both_systems_are_written_before_it_is_over() -> None:  # S1.1, S1.18, S1.24
    runbook = shipped("transition-to-support-and-cvm")
    receivers = {name: step.roles_with("R") for name, step in runbook.steps.items() if step.kind == "acceptance"}
    assert receivers == {
        "accept-by-support": ("support_manager",),
        "accept-by-cvm": ("cvm",),
        "accept-by-integration-support": ("integration_support",),
    }
    written = {step.system: _refs(step) for step in runbook.steps.values() if step.kind == "update"}
    assert written == {"OpenAir": {"handoff_date"}, "Salesforce": {"handoff_date"}}


def _refs(step: Step) -> set[str]:
    return {str(one.ref) for one in step.writes if one.ref is not None}


# -------------------------------------------------- S4, Purchase order validation


@pytest.mark.parametrize(
    ("percent", "told"),
    [
        ("0", "nobody"),
        ("5", "nobody"),
        ("5.01", "Sales Manager"),
        ("15", "Sales Manager"),
        ("15.01", "Sales Director"),
        ("30", "Sales Director"),
        ("30.01", "Managing Director"),
        ("100", "Managing Director"),
    ],
)
def test_discount_is_told_up_the_hierarchy(percent: str, told: str) -> None:  # S4.8, S4.20
    assert decided("discount", {"largest_discount": Decimal(percent)}, "order-validation") == {"alert": told}


STANDARD = ("outside_catalogue", "retired", "edited", "odd_number", "free", "undated", "finding_open")


@pytest.mark.parametrize("strange", [None, *STANDARD])
def test_anything_strange_needs_three_approvals(strange: str | None) -> None:  # S4.13, S4.19
    given: dict[str, Scalar] = {"discount.alert": "nobody", **{name: name == strange for name in STANDARD}}
    by = "three approvals" if strange else "one action"
    assert decided("route", given, "order-validation") == {"by": by}


@pytest.mark.parametrize("level", ["Sales Manager", "Sales Director", "Managing Director"])
def test_discount_above_what_sales_may_give_needs_three_approvals(level: str) -> None:  # S4.8, S4.19
    given: dict[str, Scalar] = {"discount.alert": level, **dict.fromkeys(STANDARD, False)}
    assert decided("route", given, "order-validation") == {"by": "three approvals"}


@pytest.mark.parametrize("level", ["nobody", "Sales Manager", "Sales Director", "Managing Director"])
def test_what_the_catalogue_says_goes_before_the_levels_of_the_runbook(level: str) -> None:  # S4.8, S4.20
    given: dict[str, Scalar] = {"discount_level": level, "largest_discount": Decimal(40)}
    assert decided("discount", given, "order-validation") == {"alert": level}


def test_approvals_warn_after_24_and_breach_after_48_working_hours() -> None:  # S4.6, S4.18
    steps = shipped("order-validation").steps.values()
    approvals = {step.name: step for step in steps if step.kind == "approval"}
    assert {name: [one.to for one in step.escalations] for name, step in approvals.items()} == {
        "validate": [None],
        "approve-by-customer-success": [None],
        "approve-by-finance": [None],
        "approve-by-sales": [None],
        "approve-by-sales-director": [None],
        "approve-by-managing-director": [None],
    }, "the approver's manager"
    for step in approvals.values():
        assert step.warn is not None
        assert step.due is not None
        assert step.silence is None
        assert (step.warn.text, step.due.text) == ("24 working hours after opened", "48 working hours after opened")


def test_nothing_is_invoiced_before_the_order_is_validated() -> None:  # S4.3
    before = all_before("release-invoicing", waits(shipped("order-validation")))
    approvals = {step.name for step in shipped("order-validation").steps.values() if step.kind == "approval"}
    assert approvals | {"consult-customer-success", "send-order", "customer-signs"} <= set(before)


# -------------------------------------------------- S4, Sales to Customer Success


def test_form_asks_for_nothing_that_an_order_says() -> None:
    runbook = shipped("sales-to-customer-success")
    given = set(facts_of([Sold(order=ORDER, catalogue=catalogue(), consultation=(("Feasibility", "Yes."),))]))
    assert given - set(runbook.facts) == set(), "and each is a fact of the runbook"
    fields = [field for form in runbook.forms.values() for part in form.sections for field in part.fields]
    asked = {field.shows for field in fields if field.shows}
    assert (asked, asked & given) == ({"contacts", "promised_beside"}, set())
    owed_by_somebody = {fact.name for fact in runbook.facts.values() if fact.owed_by}
    assert owed_by_somebody - given == asked


@pytest.mark.parametrize(
    ("known", "points"),
    [
        ({}, ["nothing special"]),
        ({"new_customer": True}, ["a new customer"]),
        ({"undated_services": Decimal(1)}, ["services without a date"]),
        ({"free_lines": Decimal(1)}, ["lines without charge"]),
        ({"consulted_lines": Decimal(2)}, ["services that were consulted about"]),
        ({"approved_risks": Decimal(1)}, ["what is not standard"]),
        ({"largest_discount": Decimal(15)}, ["nothing special"]),
        ({"largest_discount": Decimal("15.01")}, ["a large discount"]),
    ],
)
def test_csm_hears_of_whatever_is_not_standard(known: dict[str, Scalar], points: list[str]) -> None:  # S4.9, S4.12
    counts = ("undated_services", "free_lines", "consulted_lines", "approved_risks", "largest_discount")
    standard: dict[str, Scalar] = {"new_customer": False, **dict.fromkeys(counts, Decimal(0))}
    assert decided("points", {**standard, **known}, "sales-to-customer-success") == {"points": tuple(points)}
