"""Handoffs under way in the demo's company, as if people had worked with it for some weeks.

One rule: everything is done through the ledger, by whoever may do it, at an instant that lies before now; nothing is
written that the desk would not have written itself.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from handrail.desk import ledger, models, ownership, starting, watches
from handrail.desk.folding import words_of
from handrail.desk.people import actor_of, person_of
from handrail.desk.runbooks import plan_of
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.duty import doers
from handrail.handoff.events import Answer
from handrail.handoff.gaps import missing_fields
from handrail.handoff.history import Handoff
from handrail.handoff.items import steps_in
from handrail.handoff.people import Actor, Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Refused
from handrail.handoff.steps import missing_evidence
from handrail.runbook.kinds import (
    Choice,
    Date,
    Instant,
    Kind,
    Link,
    Money,
    Number,
    PersonName,
    Records,
    Written,
    YesNo,
)
from handrail.runbook.model import Step

_CLIENT_SERVICES, _SUPPORT = "transition-to-client-services", "transition-to-support-and-cvm"
_SEATS = {
    _CLIENT_SERVICES: {"pm": "paula.reyes", "im": "ivan.petrov", "lead": "lena.fischer"},
    _SUPPORT: {"pm": "paula.reyes", "em": "emma.laurent", "im": "ivan.petrov", "ta": "theo.brandt"},
}
_PHASES = ("steering_meets", "raid_active", "later_revenue", "phase_project", "earlier_archived")
_IN_RECORDS = {"name": "Water and sewer", "description": "Monthly, with a final bill"}
_OF_PEOPLE = {"name": "Ana Lima", "email": "ana.lima@example.org", "phone": "+1 555 0142"}
_MORNING = timedelta(hours=14)  # of UTC: people in New York and in London are at work
_FIRST_HOUR, _LAST_HOUR, _FRIDAY = 14, 20, 4
_BUSY = 600  # commands for one handoff, at most
_MEETINGS = 8  # of one step, however long they go on
_STEPS = 20  # about as many as a runbook has


@dataclass(frozen=True, kw_only=True)
class Project:
    """`began` and `goes_live` in days from today; `steps` is how many of its steps have been done since."""

    key: str
    name: str
    owner: str
    facts: Mapping[str, Written]
    began: int
    goes_live: int
    steps: int
    runbook: str = _CLIENT_SERVICES
    then: str = ""


def _utility(key: str, name: str, mrr: str, began: int, live: int, steps: int, then: str = "") -> Project:
    facts = {"vertical": "utilities", "integrator": "Harborline ERP", "mrr": mrr}
    return Project(
        key=key, name=name, owner="carla.santos", facts=facts, began=began, goes_live=live, steps=steps, then=then
    )


def _county(key: str, name: str, mrr: str, began: int, live: int, steps: int, then: str = "") -> Project:
    facts = {"vertical": "tax", "integrator": "Countyware", "state": "Ohio", "mrr": mrr}
    return Project(
        key=key, name=name, owner="dev.patel", facts=facts, began=began, goes_live=live, steps=steps, then=then
    )


def _account(key: str, name: str, segment: str, region: str, began: int, live: int, steps: int) -> Project:
    facts: dict[str, Written] = {"segment": segment, "region": region, "partner_led": "no", "has_pay": "yes"}
    facts |= {"contact_name": "Ana Lima", "contact_email": "ana.lima@example.org"}
    facts |= {"commitments": [{"what": "A report of open cases each Friday", "by": "Vera Costa", "kept": "no"}]}
    return Project(
        key=key,
        name=name,
        owner="vera.costa",
        facts=facts,
        began=began,
        goes_live=live,
        steps=steps,
        runbook=_SUPPORT,
    )


PROJECTS = (
    _utility("ACC-50011", "Blue Mesa Water District", "26500", -64, -9, 11),
    _utility("ACC-50023", "Fairhaven Electric Cooperative", "7200", -51, 3, 7),
    _utility("ACC-50037", "Granite Bay Utilities", "3900", -38, 12, 5),
    _utility("ACC-50042", "Lakeshore Gas & Light", "14000", -30, 24, 4),
    _utility("ACC-50058", "Old Mill Water Company", "2100", -110, -70, 99),
    _utility("ACC-50066", "Red Canyon Power", "5000", -21, 41, 2, "hold"),
    _utility("ACC-50079", "Tidewater Sanitation Authority", "8800", -16, 55, 1, "override"),
    _county("ACC-50112", "Adams County Treasurer", "4400", -58, 5, 6),
    _county("ACC-50124", "Franklin County Collector", "21000", -44, 18, 3),
    _county("ACC-50131", "Marion County Revenue Office", "1900", -29, 33, 2, "cancel"),
    _county("ACC-50145", "Pike County Treasurer", "6100", -12, 62, 1),
    _county("ACC-50153", "Union County Tax Office", "900", -5, 76, 0),
    _account("ACC-50211", "Corvane Logistics", "Strategic", "US", -41, 6, 8),
    _account("ACC-50224", "Delacourt Pharma", "Mid-Market", "US", -33, 15, 4),
    _account("ACC-50238", "Nordhavn Shipping", "Strategic", "EMEA", -19, 37, 2),
)


def begin(now: datetime) -> None:
    """Nothing where a handoff has begun already."""
    if models.Handoff.objects.exists():
        return
    people = {row.email.partition("@")[0]: row for row in models.Person.objects.all()}
    today = now.date()
    for project in PROJECTS:
        live(project, people, today, now)
    for row in models.Handoff.objects.order_by("pk")[1:4]:
        watches.watch(people["olga.lind"], row, now - timedelta(days=2))
    # What was told weeks ago was read or mailed then.
    models.Notice.objects.filter(at__lt=now - timedelta(days=2)).update(seen_at=now, mail="none", mail_at=None)


def live(project: Project, people: Mapping[str, models.Person], today: date, now: datetime) -> None:
    """Begin it, and go on with it until `now`."""
    began = datetime.combine(today + timedelta(days=project.began), datetime.min.time(), now.tzinfo) + _MORNING
    began = min(began, now - timedelta(hours=1))
    version = starting.current_version(project.runbook)
    if version is None:
        return
    customer = _customer(project, people[project.owner], today, began)
    seats = {role: person_of(people[name]) for role, name in _SEATS[project.runbook].items()}
    olga = actor_of(people["olga.lind"], began)
    [one] = starting.begin([customer], version, seats, olga, began)
    if isinstance(one.outcome, Refused):
        return
    life = Life(handoff_id=one.outcome.handoff_id, olga=olga, people=people, at=began, until=now)
    life.advance(project.steps)
    life.ends_as(project.then)


def _customer(project: Project, owner: models.Person, today: date, at: datetime) -> models.Customer:
    customer = models.Customer.objects.create(
        key=project.key, name=project.name, owner=owner, created_at=at, changed_at=at
    )
    live = today + timedelta(days=project.goes_live)
    days = {"go_live": live.isoformat()}
    if project.runbook == _SUPPORT:
        days["handoff_date"] = (live - timedelta(days=3)).isoformat()
    known = {**project.facts, **days}
    if project.steps and project.runbook == _CLIENT_SERVICES:
        known |= dict.fromkeys(_PHASES, "no")
    for name, value in known.items():
        models.CustomerFact.objects.create(customer=customer, name=name, value=value, source="the CRM's export", at=at)
    ownership.keep({customer.pk: owner.pk}, ownership.Occasion(source="the CRM's export", by=None, now=at))
    words = words_of(project.name, project.key)
    models.CustomerWord.objects.bulk_create([models.CustomerWord(customer=customer, word=word) for word in words])
    return customer


@dataclass(kw_only=True)
class Life:
    """One handoff, command after command; `at` goes on from each to the next, and never past `until`."""

    handoff_id: int
    olga: Actor
    people: Mapping[str, models.Person]
    at: datetime
    until: datetime
    given: int = 0

    def advance(self, steps: int, until_open: str = "") -> None:
        """Until so many steps are done, that step is open, or nothing more can be."""
        row, _, _ = self._opened()
        pace = (self.until - self.at - timedelta(hours=2)) / (2 * min(max(steps, 1), _STEPS) + 8)
        while row.steps_done < steps and row.status == models.Handoff.Status.RUNNING and self.given < _BUSY:
            if not self._goes_on(pace) and not self._waits():
                break
            row, _, state = self._opened()
            if until_open and state.state_of(until_open) == "open":
                break

    def _waits(self) -> bool:
        """A day passes, which may make something due; whether there was one left."""
        if self.at >= self.until:
            return False
        self.at = min(self.at + timedelta(days=1), self.until)
        ledger.record(self.handoff_id, c.Wake(), now=self.at)
        return True

    def ends_as(self, then: str) -> None:
        match then:
            case "hold":
                self._give(c.Hold(by=self.olga, reason="The client's budget is decided next month."), timedelta(0))
            case "cancel":
                self._give(c.Cancel(by=self.olga, reason="The county stays with its own payment office."), timedelta(0))
            case "override":
                self._ask_for_another_answer()

    def _ask_for_another_answer(self) -> None:
        _, _, state = self._opened()
        outputs = {**state.outputs_of("support"), "days": "120"}
        asks = c.AskOverride(
            by=self._actor(state.people["pm"]),
            decision="support",
            outputs=outputs,
            reason="The integrator is new to this county, and the first files were late twice.",
        )
        self._give(asks, timedelta(0))

    def _opened(self) -> tuple[models.Handoff, Plan, Handoff]:
        row = models.Handoff.objects.select_related("runbook_version__calendar").get(pk=self.handoff_id)
        return row, plan_of(row.runbook_version), wire.decode_handoff(row.state)

    def _goes_on(self, pace: timedelta) -> bool:
        """Whether somebody could do something."""
        _, plan, state = self._opened()
        return any(self._give(command, pace) for command in self._sensible(plan, state))

    def _give(self, command: c.Command, pace: timedelta) -> bool:
        self.given += 1
        at = min(_at_work(self.at + pace), self.until)
        if isinstance(ledger.record(self.handoff_id, command, now=at), Refused):
            return False
        self.at = at
        return True

    def _actor(self, person: Person) -> Actor:
        row = next(one for one in self.people.values() if one.pk == person.id)
        return actor_of(row, self.at)

    def _sensible(self, plan: Plan, state: Handoff) -> Iterator[c.Command]:
        for step in steps_in(plan, state):
            holders = [state.people[role] for role in doers(step) if role in state.people]
            if state.state_of(step.name) == "open" and holders:
                yield from self._doing(plan, state, step, self._actor(holders[0]))
        for role in plan.runbook.roles:
            if role not in state.people:
                yield c.FillRole(by=self.olga, role=role, person=self._somebody(role))

    def _somebody(self, role: str) -> Person:
        """Whoever has the role's name as a title, or begins with its letters; Tom, where nobody does."""
        named = (one for one in self.people.values() if _initials(one.title) == role)
        return person_of(next(named, self.people["tom.okafor"]))

    def _doing(self, plan: Plan, state: Handoff, step: Step, by: Actor) -> Iterator[c.Command]:
        for lacks in missing_evidence(state, step):
            item = lacks.field.removeprefix("evidence.")
            link = f"https://example.com/{step.name.partition('@')[0]}/{item}"
            yield c.AddEvidence(by=by, step=step.name, key=f"{state.number}-{item}"[:32], item=item, link=link)
        match step.kind:
            case "document" if step.shares:
                yield c.Share(by=by, step=step.name, roles=tuple(state.people)[:3])
            case "task" | "document" | "update":
                outcome = step.outcomes[0].name if step.outcomes else ""
                fills = person_of(self.people["tom.okafor"]) if step.fills else None
                yield c.Finish(by=by, step=step.name, outcome=outcome, person=fills)
            case "message":
                yield c.Send(by=by, step=step.name)
            case "meeting" if len(state.meetings.get(step.name, ())) < _MEETINGS:
                key = f"{step.name}-{state.number}"[:60]
                yield c.HoldMeeting(by=by, step=step.name, key=key, met_at=self.at, attendees=("Ana Lima, the client",))
            case "form":
                yield from _filling(plan, state, step, by)
            case "approval":
                yield c.Approve(by=by, step=step.name)
            case "acceptance":
                yield c.Accept(by=by, step=step.name, note="Welcome aboard.")


def _at_work(at: datetime) -> datetime:
    """Then, or in the morning that comes next: nobody meets at night."""
    if at.hour < _FIRST_HOUR:
        at = at.replace(hour=_FIRST_HOUR)
    elif at.hour > _LAST_HOUR:
        at = at.replace(hour=_FIRST_HOUR) + timedelta(days=1)
    return at + timedelta(days=max(0, 7 - at.weekday())) if at.weekday() > _FRIDAY else at


def _filling(plan: Plan, state: Handoff, step: Step, by: Actor) -> Iterator[c.Command]:
    answers = {field.name: Answer(value=_an_answer(field.kind)) for field in missing_fields(plan, state, step.name)}
    yield c.AnswerForm(by=by, step=step.name, answers=answers) if answers else c.Sign(by=by, step=step.name)


def _an_answer(kind: Kind) -> Written:
    match kind:
        case Choice(of=of):
            return of[0]
        case YesNo():
            return "yes"
        case Number() | Money():
            return "12"
        case Date():
            return "2027-01-11"
        case Instant():
            return "2027-01-11T15:00Z"
        case PersonName():
            return "ivan.petrov@example.com"
        case Link():
            return "https://example.com/notes"
        case Records(columns=columns):
            known = _OF_PEOPLE if "email" in columns else _IN_RECORDS
            return [{name: known.get(name) or str(_an_answer(column)) for name, column in columns.items()}]
        case _:
            return "As agreed with the client; the details are in the project notes."


def _initials(words: str) -> str:
    return "".join(word[0] for word in _parts(words)).lower()


def _parts(words: str) -> Iterable[str]:
    return words.replace("-", " ").split()
