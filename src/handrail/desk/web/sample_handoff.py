"""A small runbook and a handoff that follows it, for the page of the components: nothing of it is ever kept.

One rule: it has one of each: every shape of a step, a gap and an overlap in a table, every state of a stage.
"""

from datetime import date, datetime, timedelta
from functools import cache

from handrail.desk import models
from handrail.desk.projection import project
from handrail.desk.queries.opened import Opened
from handrail.handoff import commands as c
from handrail.handoff.company import Company, Member, Squad
from handrail.handoff.history import Handoff, fold
from handrail.handoff.life import decide, recorded
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Written
from handrail.runbook.reading import read
from handrail.worktime.calendar import Calendar

TEXT = """\
runbook: sample
title: A sample
version: "1.2"
facts:
  vertical: {title: Vertical, kind: choice, of: [tax, utilities]}
  mrr: {title: MRR, kind: money, currency: USD, at_least: 0, owed_by: pm}
  go_live: {title: Go-live, kind: date, owed_by: pm}
  software: {title: Integrator software, kind: choice, of: [Oracle, SAP], owed_by: im}
  modules: {title: Modules, kind: list, of: {name: text}}
roles:
  pm: {title: Project Manager}
  im: {title: Implementation Manager}
  desk: {title: Service desk, team: desk, fill: anybody of the team}
  lead: {title: Client Services lead}
decisions:
  support:
    title: Support
    inputs: [vertical, mrr]
    outputs: {type: {title: Type, kind: choice, of: [desk, transition]}}
    rules:
      - {when: ["-", "[0..3000)"], then: [desk]}
      - {when: [tax, "[2000..20000)"], then: [transition]}
      - {when: [utilities, ">= 3000"], then: [transition]}
stages: [agree, prepare, go live, settle in]
steps:
  choose: {title: Choose the TSM, stage: agree, kind: task, raci: {lead: RA, pm: C}}
  collect: {title: Collect the contracts, stage: prepare, kind: task, due: 5 working days after start, raci: {im: RA}}
  describe: {title: Describe the module, stage: prepare, kind: task, each: modules, raci: {im: R, pm: A}}
  file: {title: File the documents, stage: prepare, kind: task, needs: [collect, describe], raci: {desk: RA, lead: I}}
  name: {title: Name the integrator, stage: go live, kind: task, when: {software: Oracle}, raci: {im: RA, lead: I}}
  share: {title: Share the overview, stage: go live, kind: task, needs: [choose, file], raci: {desk: RA, pm: I}}
  tell:
    {title: Tell the client, stage: go live, kind: message, message: leaflet, sent: automatically, needs: [share],
     raci: {im: RA}}
  visit: {title: Visit the client, stage: go live, kind: task, discretionary: yes, raci: {im: RA, pm: I}}
  accept:
    {title: Client Services accepts, stage: go live, kind: acceptance, needs: [file, share], raci: {lead: RA, im: R}}
  refresh:
    {title: Check the test system, stage: settle in, kind: task, discretionary: yes, on_event: refreshed,
     after_end: yes, raci: {im: RA}}
  report: {title: Report how it goes, stage: settle in, kind: task, needs: [accept], raci: {lead: RA, pm: I}}
messages:
  leaflet: {title: Leaflet, to: [lead], subject: Welcome, body: Welcome.}
events:
  refreshed: {title: Test system refreshed, reported_by: [im]}
milestones:
  live: {title: In use, when: {go_live: given, accept: done}}
ends:
  over: {when: {report: done}}
"""

_PEOPLE = {"pm": Person(1, "Paula Reyes"), "im": Person(2, "Imre Novak"), "lead": Person(3, "Lena Hartmann")}
_COMPANY = Company(members={4: Member("Ada Ford", team="desk")}, squads={"desk": Squad("Service desk")})


@cache
def sample_plan() -> Plan:
    reading = read(TEXT, "sample.yaml")
    assert reading.runbook is not None, reading.problems
    return Plan(reading.runbook, Calendar(name="office", zone="UTC"), _COMPANY)


def sample_handoff(now: datetime) -> Opened:
    """It began two weeks ago: one step is done, one is late, and some wait."""
    plan, begun = sample_plan(), now - timedelta(days=14)
    start = c.Start(by=_acting("pm", True), customer_id=0, customer="Acme", facts=_facts(now.date()), people=_PEOPLE)
    done = c.Finish(by=_acting("lead"), step="choose")
    state = _lived(plan, _lived(plan, Handoff(), start, begun), done, begun + timedelta(days=1))
    columns = {name: value for name, value in project(plan, state, now).columns.items() if name != "next_person_id"}
    row = models.Handoff(pk=0, runbook="sample", started_at=begun, **columns)
    return Opened(row=row, plan=plan, state=state)


def sample_actor() -> Actor:
    return _acting("im")


def _facts(today: date) -> dict[str, Written]:
    modules: Written = [{"name": "Billing"}, {"name": "Payments"}]
    return {"vertical": "tax", "mrr": "5000", "go_live": f"{today + timedelta(days=20)}", "modules": modules}


def _acting(role: str, operations: bool = False) -> Actor:
    return Actor(person=_PEOPLE[role], operations=operations)


def _lived(plan: Plan, handoff: Handoff, command: c.Start | c.Finish, at: datetime) -> Handoff:
    events = decide(plan, handoff, command, at)
    assert not isinstance(events, Refused), events
    return fold(recorded(events, handoff, at, command.by.person), onto=handoff)
