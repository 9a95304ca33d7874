"""Starting handoffs: which runbook, who takes which role, and what became of each customer."""

from dataclasses import replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk import ledger, models, starting
from handrail.desk.people import actor_of, called, named
from handrail.desk.queries.project import Another, another_phase, projects_of
from handrail.desk.queries.runbooks import current_runbooks
from handrail.desk.queries.starting import RoleChoice, likeliest, prospects, roles_to_fill
from handrail.desk.web.asked import identity, text
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me
from handrail.handoff.people import Person
from handrail.handoff.refusal import Refused

MOST_AT_ONCE = 200


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    customers = _customers(asked)
    if not customers:
        return redirect("customers")
    runbooks = current_runbooks()
    chosen = text(asked, "runbook") or (runbooks[0].name if len(runbooks) == 1 else "")
    version = starting.current_version(chosen) if chosen else None
    roles = roles_to_fill(version) if version else ()
    another = _another(asked, version, customers)
    refused = None
    if request.method == "POST" and version is not None and another is not None:
        outcome = _phase_started(request, version, customers[0], another, roles)
        if not isinstance(outcome, Refused):
            return redirect("handoff", outcome.handoff_id)
        refused = outcome
    elif request.method == "POST" and version is not None:
        return _started(request, version, customers, roles)
    context = {
        "runbooks": runbooks,
        "likeliest": likeliest(customers) if version is None else "",
        "version": version,
        "roles": _with_front(roles, another),
        "prospects": prospects(version, customers) if version else (),
        "customers": customers,
        "operations": me(request).is_operations,
        "most": MOST_AT_ONCE,
        "too_many": len(asked.getlist("customer")) > MOST_AT_ONCE,
        **_of_phases(asked, version, customers, another),
        "refused": refused,
    }
    return render(request, "customers/start.html", context, status=status_of(refused))


def _another(
    asked: QueryDict, version: models.RunbookVersion | None, customers: list[models.Customer]
) -> Another | None:
    """The phase that is asked for; only a single customer's."""
    project = identity(text(asked, "project"))
    if version is None or project is None or len(customers) != 1:
        return None
    return another_phase(version, customers[0].pk, project)


def _with_front(roles: tuple[RoleChoice, ...], another: Another | None) -> tuple[RoleChoice, ...]:
    front = dict(another.front) if another else {}
    return tuple(replace(role, fixed=front.get(role.name, "")) for role in roles)


def _of_phases(
    asked: QueryDict, version: models.RunbookVersion | None, customers: list[models.Customer], another: Another | None
) -> dict[str, object]:
    """What the page says of phases; every fact is to be taken over until somebody says otherwise."""
    every = [fact.name for fact in another.facts] if another else []
    return {
        "projects": projects_of(version, customers[0].pk) if version and len(customers) == 1 else (),
        "another": another,
        "phase": text(asked, "phase"),
        "takes": asked.getlist("take") if "phase" in asked else every,
    }


def _phase_started(
    request: HttpRequest,
    version: models.RunbookVersion,
    customer: models.Customer,
    another: Another,
    roles: tuple[RoleChoice, ...],
) -> ledger.Change | Refused:
    phase = starting.NewPhase(
        project_id=another.project_id,
        name=text(request.POST, "phase"),
        takes=frozenset(request.POST.getlist("take")),
    )
    people, now = _people(request.POST, roles), timezone.now()
    outcome = starting.begin_phase(customer, version, phase, people, actor_of(request.user, now), now)
    if not isinstance(outcome, Refused):
        messages.success(request, f"{phase.name} has started.")
    return outcome


def _started(
    request: HttpRequest,
    version: models.RunbookVersion,
    customers: list[models.Customer],
    roles: tuple[RoleChoice, ...],
) -> HttpResponse:
    people, now = _people(request.POST, roles), timezone.now()
    beginnings = starting.begin(customers, version, people, actor_of(request.user, now), now)
    if len(beginnings) == 1 and not isinstance(beginnings[0].outcome, Refused):
        messages.success(request, "The handoff has started.")
        return redirect("handoff", beginnings[0].outcome.handoff_id)
    context = {
        "version": version,
        "started": [one for one in beginnings if not isinstance(one.outcome, Refused)],
        "refused": [one for one in beginnings if isinstance(one.outcome, Refused)],
    }
    return render(request, "customers/started.html", context)


def _customers(asked: QueryDict) -> list[models.Customer]:
    """Those that are ticked, by name; what is no customer's number is left out."""
    ticked = [found for written in asked.getlist("customer") if (found := identity(written)) is not None]
    rows = models.Customer.objects.select_related("owner").filter(pk__in=ticked[:MOST_AT_ONCE])
    return list(rows.order_by("sort_name", "id"))


def _people(asked: QueryDict, roles: tuple[RoleChoice, ...]) -> dict[str, Person]:
    """Who was chosen for each role; only those who could be chosen count."""
    found = {}
    for role in roles:
        chosen, offered = asked.get(f"role-{role.name}", ""), role.candidates
        listed = chosen in {str(one.id) for one in offered.people}
        person = called(chosen) if offered.are_many else named(chosen) if listed else None
        if person is not None:
            found[role.name] = person
    return found
