"""Starting handoffs: which runbook, who takes which role, and what became of each customer."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk import models, starting
from handrail.desk.people import actor_of, named
from handrail.desk.queries.runbooks import current_runbooks
from handrail.desk.queries.starting import RoleChoice, prospects, roles_to_fill
from handrail.desk.web.asked import identity, text
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
    if request.method == "POST" and version is not None:
        return _started(request, version, customers, roles)
    context = {
        "runbooks": runbooks,
        "version": version,
        "roles": roles,
        "prospects": prospects(version, customers) if version else (),
        "customers": customers,
        "operations": actor_of(request.user).operations,
        "most": MOST_AT_ONCE,
        "too_many": len(asked.getlist("customer")) > MOST_AT_ONCE,
    }
    return render(request, "customers/start.html", context)


def _started(
    request: HttpRequest,
    version: models.RunbookVersion,
    customers: list[models.Customer],
    roles: tuple[RoleChoice, ...],
) -> HttpResponse:
    beginnings = starting.begin(
        customers, version, _people(request.POST, roles), actor_of(request.user), timezone.now()
    )
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
    return list(rows.order_by("name", "id"))


def _people(asked: QueryDict, roles: tuple[RoleChoice, ...]) -> dict[str, Person]:
    """Who was chosen for each role; only those who could be chosen count."""
    found = {}
    for role in roles:
        chosen = asked.get(f"role-{role.name}", "")
        person = named(chosen) if chosen in {str(one.id) for one in role.people} else None
        if person is not None:
            found[role.name] = person
    return found
