"""What the handoffs of the soak follow: two steps due in hours, a warning and an escalation.

One rule: each counts from an instant of its own, so that they can lie seconds apart."""

TEXT = """\
runbook: soak
title: Soak
version: "1"
facts:
  outage_at: {title: The outage, kind: instant, owed_by: pm}
  remind_at: {title: Reminder counts from, kind: instant, owed_by: pm}
  raise_at: {title: Escalation counts from, kind: instant, owed_by: pm}
roles:
  pm: {title: Project Manager}
  lead: {title: Lead}
stages: [all]
steps:
  report:
    stage: all
    kind: task
    warn: 1 hours after remind_at
    due: 4 hours after outage_at
    escalate: [{to: lead, on: 2 hours after raise_at}]
    raci: {pm: RA}
  explain: {stage: all, kind: task, due: 4 hours after outage_at, raci: {pm: RA}}
  accept: {stage: all, kind: acceptance, needs: [report, explain], raci: {lead: RA}}
ends:
  over: {when: {accept: done}}
"""

# By how many hours each instant follows its fact.
HOURS = {"remind_at": 1, "outage_at": 4, "raise_at": 2}
