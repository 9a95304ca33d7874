"""A runbook that asks people outside, and a handoff that follows it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta

from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handrail.desk import inviting, ledger, models
from handrail.desk.outbox import deliver_due
from handrail.desk.people import person_of
from handrail.desk.queries.opened import open_handoff
from handrail.desk.runbooks import publish
from handrail.handoff import commands as c
from tests.desk.company import NOW, Company, done

# Handoffs begin at NOW, which is still to come: nothing of theirs is due before.
LATER = NOW + timedelta(minutes=5)
ANA, BO = "ana@cedar.example", "bo@partner.example"
RUNBOOK = """\
runbook: asks-outside
title: Moving to Support
version: "1.0"
facts:
  contact_name: {kind: text}
  contact_email: {kind: text}
  partner_email: {kind: text}
  people: {title: People, kind: list, of: {name: text, email: text, phone: text}}
  secret: {kind: text}
roles:
  pm: {title: Project Manager}
  lead: {title: Client Services lead}
contacts:
  main: {title: Main contact, name: contact_name, email: contact_email}
  partner: {title: Partner, name: partner_email, email: partner_email, side: partner}
forms:
  access:
    sections:
      - title: People
        fields:
          who: {shows: people, title: People who need access}
          portal: {title: Portal name, may_not_apply: yes}
          since: {title: Since when, kind: date, required: no}
          ticket: {title: Internal ticket, owed_by: pm, required: no}
stages: [prepare, accept]
steps:
  access:
    title: Name who needs access
    stage: prepare
    kind: form
    form: access
    asked_of: main
    says: Everybody who will open cases.
    raci: {pm: RA}
  hand-over:
    title: Hand over the documents
    stage: prepare
    kind: document
    asked_of: partner
    evidence:
      plan: {title: Project plan}
      videos: {title: Videos, may_not_apply: yes}
      review: {title: Internal review, kind: link, owed_by: pm, required: no}
    raci: {pm: RA}
  meet: {title: Internal meeting name, stage: prepare, kind: meeting, quota: {at_least: 3}, raci: {pm: RA}}
  accept: {title: Internal acceptance, stage: accept, kind: acceptance, needs: [access, hand-over], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""


def begin(company: Company, facts: Mapping[str, str] | None = None, text: str = RUNBOOK) -> int:
    version = publish(text, "asks-outside.yaml")
    assert isinstance(version, models.RunbookVersion), version
    command = c.Start(
        by=company.actor("olga"),
        customer_id=company.customer("Cedar Falls Water").pk,
        customer="Cedar Falls Water",
        facts={
            "contact_name": "Ana Lima", "contact_email": ANA, "partner_email": BO, "secret": "hush", **(facts or {})
        },
        people={role: person_of(company.people[name]) for role, name in (("pm", "paula"), ("lead", "lena"))},
    )  # fmt: skip
    return done(ledger.start(version, command, now=NOW)).handoff_id


def link_of(company: Company, handoff_id: int, address: str) -> str:
    """Their token, as it came by mail."""
    opened, now = open_handoff(handoff_id), timezone.now()
    whom = inviting.chosen(opened, [address])
    sent = inviting.invite(opened, whom, "30", company.people["paula"], company.actor("paula"), now=now)
    assert sent == 1, sent
    deliver_due(LATER)
    (token,) = re.findall(r"/c/([\w-]{43})/", str(mail.outbox[-1].body))
    return str(token)


def look(token: str, name: str = "", **query: str) -> tuple[int, str]:
    url = reverse("customer-asked", args=[token, name]) if name else reverse("customer-part", args=[token])
    answer = Client().get(url, query)
    return answer.status_code, answer.content.decode()
