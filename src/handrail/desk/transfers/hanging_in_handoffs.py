"""What the handoffs of accounts have that hangs on the accounts: roles and who stands in, what is owed, promises,
meetings to come, messages on their way, and who keeps an eye on them.

One rule: each thing is held by whoever the handoff says; the state of a handoff is read once for all of them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from handrail.book.manifest import Hanging
from handrail.desk import models
from handrail.desk.calendars import UnreadableCalendar
from handrail.desk.company import company
from handrail.desk.runbooks import UnreadableVersion, plan_of
from handrail.handoff import wire
from handrail.handoff.history import Handoff
from handrail.handoff.plan import Plan
from handrail.handoff.promises import promises_in

_RUNNING, _OVER = models.Handoff.Status.RUNNING, models.Handoff.Status.OVER
_LONGEST = 300


@dataclass(frozen=True, kw_only=True)
class InHandoff:
    """A handoff with its rows. `plan` is None where its version of the runbook can no longer be read. `work` is (sort,
    name, role, person, title), `meetings` by (step, key) who comes of the company, with its title; `messages` is
    (id, step, person, whom it goes to), `watchers` who keeps an eye on it."""

    id: int
    title: str
    state: Handoff
    plan: Plan | None
    work: list[tuple[str, str, str, int | None, str]]
    meetings: dict[tuple[str, str], tuple[str, list[int]]]
    messages: list[tuple[int, str, int | None, str]]
    watchers: list[int]

    def hanging(self, giver: int | None, owner: int | None) -> Iterator[Hanging]:
        yield from self._roles()
        yield from self._work()
        yield from self._promises(owner)
        yield from self._meetings(giver)
        yield from self._messages()
        for person in self.watchers:
            yield self._one("watch", f"{person}", "Watched", person)

    def _one(
        self, sort: str, name: str, title: str, holder: int | None, role: str = "", stage: str = "", **data: str
    ) -> Hanging:
        return Hanging(
            sort=sort,  # type: ignore[arg-type]
            ref=f"{self.id}:{name}"[:200],
            title=title[:_LONGEST],
            holder=holder,
            stage=stage,
            place=self.title,
            role=role,
            data={"handoff": str(self.id), **data},
        )

    def _role_title(self, role: str) -> str:
        return self.plan.role_title(role) if self.plan and role in self.plan.runbook.roles else role

    def _step_title(self, step: str) -> str:
        known = self.plan.runbook.steps.get(step.partition("@")[0]) if self.plan else None
        return known.title if known else step

    def _roles(self) -> Iterator[Hanging]:
        for role, person in self.state.people.items():
            loan = self.state.loans.get(role)
            stage = f"Stands in through {loan.until}" if loan else ""
            yield self._one("role", role, self._role_title(role), person.id, role, stage)
            if loan is not None and loan.back_to is not None:
                stage = f"{person.name} stands in through {loan.until}"
                yield self._one(
                    "role", f"{role}:lent", self._role_title(role), loan.back_to.id, role, stage, lent="yes"
                )

    def _work(self) -> Iterator[Hanging]:
        for sort, name, role, person, title in self.work:
            step = self.plan.runbook.steps.get(name.partition("@")[0]) if self.plan else None
            rules = sort in {"override", "dispute"} or (step is not None and step.kind == "approval")
            yield self._one("approval" if rules else "work", f"{sort}:{name}:{role}", title, person, role)

    def _promises(self, owner: int | None) -> Iterator[Hanging]:
        """Whoever it names holds it, where they have a role here; else the account's owner answers for it."""
        if self.plan is None:
            return
        held = {person.name: person.id for person in self.state.people.values()}
        for one in self.plan.runbook.promises.values():
            for at, promise in enumerate(promises_in(self.plan, self.state, one)):
                holder = held.get(promise.by, owner)
                thing = self._one("promise", f"{one.name}:{at}", promise.what, holder, stage=promise.until)
                yield replace(thing, is_over=True) if promise.kept else thing

    def _meetings(self, giver: int | None) -> Iterator[Hanging]:
        for (step, key), (title, people) in self.meetings.items():
            holder = giver if giver in people else next(iter(people), None)
            yield self._one("meeting", f"{step}:{key}", title, holder, step=step, key=key)

    def _messages(self) -> Iterator[Hanging]:
        for pk, step, person, to in self.messages:
            title = f"{self._step_title(step)}, to {to}"
            yield self._one("message", f"{pk}", title, person, delivery=str(pk))


def in_handoffs(customers: Collection[int], now: datetime) -> dict[int, list[InHandoff]]:
    """By customer: those that run, and those that are over in which something is still owed."""
    outlived = Exists(models.Work.objects.filter(handoff=OuterRef("pk")))
    rows = models.Handoff.objects.filter(customer__in=customers).filter(Q(status=_RUNNING) | Q(outlived, status=_OVER))
    columns = ("pk", "customer_id", "runbook_version_id", "runbook_version__title", "phase", "state")
    found = list(rows.order_by("pk").values_list(*columns)) if customers else []
    if not found:
        return {}
    ids = [pk for pk, *_ in found]
    plans, work, meetings = _plans({row[2] for row in found}), _work(ids), _meetings(ids, now)
    messages, watchers = _messages(ids), _watchers(ids)
    by_customer: dict[int, list[InHandoff]] = {}
    for pk, customer, version, title, phase, state in found:
        one = InHandoff(
            id=pk,
            title=f"{title} · {phase}" if phase else title,
            state=wire.decode_handoff(state),
            plan=plans.get(version),
            work=work.get(pk, []),
            meetings=meetings.get(pk, {}),
            messages=messages.get(pk, []),
            watchers=watchers.get(pk, []),
        )
        by_customer.setdefault(customer, []).append(one)
    return by_customer


def _plans(versions: Iterable[int]) -> Mapping[int, Plan]:
    revision, found = company().revision, {}
    for row in models.RunbookVersion.objects.filter(pk__in=versions).select_related("calendar").defer("source"):
        try:
            found[row.pk] = plan_of(row, revision)
        except (UnreadableVersion, UnreadableCalendar):
            continue
    return found


def _work(ids: list[int]) -> dict[int, list[tuple[str, str, str, int | None, str]]]:
    found: dict[int, list[tuple[str, str, str, int | None, str]]] = {}
    rows = models.Work.objects.filter(handoff__in=ids).order_by("pk")
    columns = ("handoff_id", "sort", "name", "role", "person_id", "title")
    for handoff, sort, name, role, person, title in rows.values_list(*columns):
        found.setdefault(handoff, []).append((sort, name, role, person, title))
    return found


def _meetings(ids: list[int], now: datetime) -> dict[int, dict[tuple[str, str], tuple[str, list[int]]]]:
    found: dict[int, dict[tuple[str, str], tuple[str, list[int]]]] = {}
    rows = models.Meeting.objects.filter(handoff__in=ids, state="planned", starts_at__gt=now).order_by(
        "starts_at", "pk"
    )
    for handoff, step, key, title, person in rows.values_list("handoff_id", "step", "key", "title", "people__person"):
        people = found.setdefault(handoff, {}).setdefault((step, key), (title, []))[1]
        if person is not None:
            people.append(person)
    return found


def _messages(ids: list[int]) -> dict[int, list[tuple[int, str, int | None, str]]]:
    found: dict[int, list[tuple[int, str, int | None, str]]] = {}
    rows = models.Delivery.objects.filter(handoff__in=ids, state=models.Delivery.State.QUEUED).order_by("pk")
    columns = ("handoff_id", "pk", "step", "person_id", "person__name", "name", "address")
    for handoff, pk, step, person, known, name, address in rows.values_list(*columns):
        found.setdefault(handoff, []).append((pk, step, person, known or name or address))
    return found


def _watchers(ids: list[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for handoff, person in (
        models.Watch.objects.filter(handoff__in=ids).order_by("pk").values_list("handoff_id", "person_id")
    ):
        found.setdefault(handoff, []).append(person)
    return found
