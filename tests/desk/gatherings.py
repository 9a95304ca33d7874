"""A runbook whose meetings invite people outside, and a handoff that follows it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from handrail.desk import ledger, models
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from handrail.handoff.events import Invitee
from handrail.handoff.refusal import Refused
from tests.desk.company import NOW, Company, done

RUNBOOK = """\
runbook: gatherings
title: Meetings with customers
version: "1"
calendar: eastern-office
facts:
  contact_name: {title: Contact, kind: text, owed_by: pm}
  contact_email: {title: E-mail of the contact, kind: text, owed_by: pm}
  contact_zone: {title: Zone of the contact, kind: text, owed_by: pm}
  go_live: {title: Go-live, kind: date, owed_by: pm}
contacts:
  primary: {title: Primary contact, name: contact_name, email: contact_email, zone: contact_zone}
roles:
  pm: {title: Project Manager}
  im: {title: Implementation Manager}
  lead: {title: Client Services lead}
sessions:
  group-call:
    title: Group call
    on: [Wednesday]
    every: 2 weeks
    first: 2027-01-06
    from: "13:00"
    to: "14:00"
    zone: America/New_York
    seats: 3
    where: The support bridge
    forwarding: no
stages: [meet]
steps:
  introduce:
    stage: meet
    title: Introduce the customer
    kind: meeting
    attendees: [pm, im, primary]
    lasts: 15 minutes
    agenda: Who is who, and what is open.
    raci: {pm: RA, im: C}
  join:
    stage: meet
    title: Bring the customer to a group call
    kind: meeting
    session: group-call
    attendees: [pm, primary]
    due: last group-call before go_live
    raci: {pm: RA}
  accept: {stage: meet, kind: acceptance, needs: [introduce, join], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""
FACTS = {"contact_name": "Ana Lima", "contact_email": "ana@cedar.example", "contact_zone": "Europe/Lisbon",
         "go_live": "2027-03-01"}  # fmt: skip
ANA = Invitee(name="Ana Lima", email="ana@cedar.example")
# The days around which the clocks of New York change are in March.
AT = datetime(2027, 3, 9, 15, 0, tzinfo=UTC)
CALL = datetime(2027, 1, 20, 18, 0, tzinfo=UTC)


def publish_gatherings() -> models.RunbookVersion:
    version = publish(RUNBOOK, "gatherings.yaml")
    assert isinstance(version, models.RunbookVersion), [str(one) for one in version]
    return version


def begin(company: Company, name: str = "Cedar Falls Water", **facts: str) -> int:
    customer = company.customer(name)
    people = {"pm": "paula", "im": "ivan", "lead": "lena"}
    command = c.Start(
        by=company.actor("olga"),
        customer_id=customer.pk,
        customer=customer.name,
        facts={**FACTS, **facts},
        people={role: company.actor(one).person for role, one in people.items()},
    )
    version = models.RunbookVersion.objects.get(name="gatherings", is_current=True)
    return done(ledger.start(version, command, now=NOW)).handoff_id


def colleague(company: Company, first_name: str) -> Invitee:
    row = company.people[first_name]
    return Invitee(name=row.name, person=row.pk)


def plan(
    company: Company, handoff_id: int, *invited: Invitee, step: str = "introduce", at: datetime = AT, key: str = "call"
) -> ledger.Change | Refused:
    command = c.PlanMeeting(
        by=company.actor("paula"),
        step=step,
        key=key,
        meets_at=at,
        ends_at=at + timedelta(minutes=15) if step == "introduce" else None,
        where="Room 4" if step == "introduce" else "",
        agenda="Who is who.",
        invited=invited,
    )
    return ledger.record(handoff_id, command, now=NOW)
