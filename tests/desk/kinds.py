"""A runbook with a step of every kind, and a handoff that follows it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from handrail.desk import ledger, models
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.runbook.kinds import Written
from tests.desk.company import NOW, Company, done

RUNBOOK = """\
runbook: every-kind
title: A step of every kind
version: "1.0"
facts:
  mrr: {title: MRR, kind: money, currency: USD, owed_by: pm}
  go_live: {title: Go-live, kind: date, owed_by: pm}
  invoice_types: {title: Invoice types, kind: list, of: {name: text, video: link}, owed_by: im}
roles:
  pm: {title: Project Manager}
  im: {title: Implementation Manager}
  lead: {title: Client Services lead}
  csm: {title: Customer Success Manager}
  director: {title: Director}
decisions:
  support:
    inputs: [mrr]
    outputs: {meetings: {kind: number, whole: yes, at_least: 0}}
    rules:
      - {when: ["< 5000"], then: [1]}
      - {when: [">= 5000"], then: [2]}
sessions:
  presentation:
    {title: Go-live presentation, on: [Monday], from: "09:00", to: "10:00", zone: America/New_York, seats: 12}
messages:
  welcome:
    title: Welcome
    to: [csm, lead]
    subject: We have a new customer
    body: |
      Everything about them is in the handover document.
      Please read it before Monday.
  alert: {title: Alert, to: [lead], subject: A handoff began, body: Have a look.}
events:
  refreshed: {title: The test instance was refreshed, reported_by: [im], says: All that was set up there is gone.}
forms:
  invoice-type:
    title: Invoice type
    sections: [{title: Layout, fields: {layout: {}}}]
stages: [collect, meet, decide]
milestones:
  collected: {title: All is collected, when: {documents: done}}
steps:
  alert: {stage: collect, kind: message, message: alert, sent: automatically, raci: {pm: RA}}
  documents:
    stage: collect
    title: Collect the documents
    kind: document
    evidence:
      plan: {title: Project plan}
      contract: {title: Contract, owed_by: im, may_not_apply: yes}
    raci: {pm: RA}
  describe:
    stage: collect
    title: Describe the invoice type
    kind: form
    form: invoice-type
    each: invoice_types
    raci: {im: RA}
  crm:
    stage: collect
    title: Bring the CRM up to date
    kind: update
    system: the CRM
    writes: {MRR: mrr, Stage: "= Onboarding"}
    raci: {pm: RA}
  setup:
    stage: collect
    title: Set the test instance up
    kind: task
    on_event: refreshed
    after_end: yes
    raci: {im: RA}
  audit: {stage: collect, title: Audit the data, kind: task, discretionary: yes, raci: {im: RA}}
  checked: {stage: collect, title: All roles are filled, kind: check, check: roles-filled, raci: {pm: RA}}
  cool:
    stage: collect
    title: Let it rest
    kind: wait
    needs: [documents]
    until: {on: 2 working days before go_live}
    raci: {pm: RA}
  watch:
    stage: collect
    title: Watch the tickets
    kind: task
    repeat: {after: 7 calendar days, until: {crm: done}}
    raci: {csm: RA}
  meet:
    stage: meet
    title: Meet before go-live
    kind: meeting
    quota: {at_least: support.meetings, before: go_live}
    attendees: [csm, pm]
    raci: {csm: RA, pm: C}
  present: {stage: meet, title: Attend a presentation, kind: meeting, session: presentation, raci: {pm: RA}}
  greet: {stage: meet, title: Greet the team, kind: message, message: welcome, raci: {pm: RA}}
  approve:
    stage: decide
    title: Approve the order
    kind: approval
    approvals: all
    in_order: yes
    silence: approves after 3 working days
    raci: {csm: RA, lead: R}
  ready:
    stage: decide
    title: Get ready
    kind: task
    warn: 2 working hours before due
    due: 4 working hours after opened
    escalate: [{to: lead, on: 0 working hours after due}]
    raci: {pm: RA}
  accept:
    stage: decide
    title: Take the customer over
    kind: acceptance
    needs: [ready]
    raci: {csm: RA, pm: I}
    may_refuse: [documents missing, customer not told]
    on_refuse: {reopen: [ready]}
    disagreement: {by: [pm], ladder: [lead, director], climbs: after 2 working days}
ends:
  over: {when: {accept: done}}
"""

SEATS = {"pm": "paula", "im": "ivan", "lead": "lena", "csm": "carla", "director": "dev"}


def version_of(text: str = RUNBOOK) -> models.RunbookVersion:
    version = publish(text, "every-kind.yaml")
    assert isinstance(version, models.RunbookVersion), [str(one) for one in version]
    return version


def begin(
    company: Company,
    name: str = "Cedar Falls Water",
    facts: Mapping[str, Written] | None = None,
    seats: Mapping[str, str] = SEATS,
    now: datetime = NOW,
) -> int:
    """The id of a new handoff that follows the current version."""
    version = models.RunbookVersion.objects.select_related("calendar").get(name="every-kind", is_current=True)
    customer = company.customer(name)
    command = c.Start(
        by=company.actor("olga"),
        customer_id=customer.pk,
        customer=customer.name,
        facts={"mrr": "8000", "go_live": "2027-01-25"} if facts is None else facts,
        people={role: company.actor(who).person for role, who in seats.items()},
    )
    return done(ledger.start(version, command, now=now)).handoff_id
