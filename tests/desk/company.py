"""A small company to test with: people in every role, and handoffs begun through the real ledger."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from django.test import Client
from django.utils import timezone

from handrail.desk import ledger, models
from handrail.desk.people import actor_of, person_of
from handrail.desk.runbooks import plan_of
from handrail.handoff import commands as c
from handrail.handoff.events import Answer
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Link
from handrail.runbook.model import Field, Step
from tests.desk.kept_company import company_of

NOW = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
RUNBOOK = "transition-to-client-services"
SUMMARY = "complete-integration-summary"

CEDAR_FALLS = {
    "mrr": "5000",
    "vertical": "utilities",
    "go_live": "2027-02-01",
    "integrator": "Northgate Systems",
}

NO_PHASES = dict.fromkeys(("steering_meets", "raid_active", "later_revenue", "phase_project", "earlier_archived"), "no")


class Company:
    """The demo company, by first name: `company.actor("paula")`, `company.start("Cedar Falls Water")`. It follows one
    runbook, whatever others are shipped."""

    def __init__(self) -> None:
        company_of(RUNBOOK)
        self.people = {row.email.split(".")[0]: row for row in models.Person.objects.all()}
        self.version = models.RunbookVersion.objects.get(name=RUNBOOK, is_current=True)

    def actor(self, first_name: str) -> Actor:
        return actor_of(self.people[first_name], timezone.now())

    def customer(self, name: str, facts: dict[str, str] | None = None) -> models.Customer:
        made = models.Customer.objects.create(key=name.upper(), name=name, owner=self.people["carla"])
        for fact, value in (facts or {}).items():
            models.CustomerFact.objects.create(customer=made, name=fact, value=value, source="a test", at=NOW)
        return made

    def command_to_start(self, customer: models.Customer, facts: dict[str, str] | None = None) -> c.Start:
        seats = {"pm": "paula", "im": "ivan", "lead": "lena", "csm": "carla"}
        return c.Start(
            by=self.actor("olga"),
            customer_id=customer.pk,
            customer=customer.name,
            facts=CEDAR_FALLS if facts is None else facts,
            people={role: person_of(self.people[name]) for role, name in seats.items()},
        )

    def start(self, name: str = "Cedar Falls Water", facts: dict[str, str] | None = None) -> int:
        """The id of a new handoff."""
        command = self.command_to_start(self.customer(name), facts)
        return done(ledger.start(self.version, command, now=NOW)).handoff_id

    def fill_summary(self, handoff_id: int) -> None:
        """Answer every field of the Integration Summary that is not answered yet."""
        row = models.Handoff.objects.get(pk=handoff_id)
        answers = {field.name: an_answer(field) for field in plan_of(row.runbook_version).fields_of(SUMMARY)}
        facts = {"integrator", "vertical", "state", "invoice_types"}
        kept = {name: answer for name, answer in answers.items() if name not in facts}
        kept["state"] = Answer(reason="Not a tax customer")
        kept["invoice_types"] = Answer(value=[{"name": "Water", "description": "Monthly"}])
        done(ledger.record(handoff_id, c.AnswerForm(by=self.actor("ivan"), step=SUMMARY, answers=kept), now=NOW))

    def do(self, handoff_id: int, first_name: str, step: str) -> None:
        """Do a task, a message or a meeting, with a link for each piece of evidence that it asks for."""
        row = models.Handoff.objects.get(pk=handoff_id)
        by = self.actor(first_name)
        told = plan_of(row.runbook_version).runbook.steps[step]
        for item in told.evidence:
            link = f"https://example.com/{item.name}"
            add = c.AddEvidence(by=by, step=step, key=f"{step}-{item.name}", item=item.name, link=link)
            done(ledger.record(handoff_id, add, now=NOW))
        done(ledger.record(handoff_id, doing(told, by), now=NOW))

    def describe_invoice_type(self, handoff_id: int) -> None:
        """Fill and sign the form of the one invoice type."""
        by, step = self.actor("ivan"), "describe-invoice-type@water"
        answers = {"video": Answer(reason="There is none")}
        done(ledger.record(handoff_id, c.AnswerForm(by=by, step=step, answers=answers), now=NOW))
        done(ledger.record(handoff_id, c.Sign(by=by, step=step), now=NOW))


class HasPeople(Protocol):
    people: dict[str, models.Person]


def browser_of(company: HasPeople, first_name: str) -> Client:
    """Signed in as that person."""
    client = Client()
    client.force_login(company.people[first_name])
    return client


def doing(step: Step, by: Actor) -> c.Command:
    match step.kind:
        case "message":
            return c.Send(by=by, step=step.name)
        case "meeting":
            return c.HoldMeeting(by=by, step=step.name, key=f"{step.name}-1", met_at=NOW)
        case _:
            return c.Finish(by=by, step=step.name)


def an_answer(field: Field) -> Answer:
    match field.kind:
        case Link():
            return Answer(value=f"https://example.com/{field.name}")
        case _:
            return Answer(value=f"All about {field.name}")


def done(outcome: ledger.Change | Refused) -> ledger.Change:
    assert not isinstance(outcome, Refused), outcome
    return outcome


def refused(outcome: ledger.Change | Refused) -> Refused:
    assert isinstance(outcome, Refused), outcome
    return outcome
