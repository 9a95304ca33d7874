"""Moving handoffs to another version of their runbook: one with what would follow for it, or several at once.

One rule: each is moved in a transaction of its own, and what became of each is told.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import ledger, models, permissions
from handrail.desk.people import actor_of
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.queries.moving import MOST_MOVED, moving_view
from handrail.desk.queries.runbooks import VersionLine, versions
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import Visit, seen, status_of, visit
from handrail.desk.web.gate import require
from handrail.handoff import commands as c
from handrail.handoff.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, handoff_id: int) -> HttpResponse:
    require(permissions.moves_handoffs(request.user))
    at = visit(request, handoff_id)
    others = [line for line in versions(at.opened.row.runbook) if line.id != at.opened.row.runbook_version_id]
    to = _chosen(request.POST if request.method == "POST" else request.GET, others)
    if request.method != "POST" or to is None:
        return _page(request, at, others, to)
    command = c.ChangeVersion(by=at.me, reason=request.POST.get("reason", ""), seen=seen(request))
    outcome = ledger.change_version(handoff_id, _version(to.id), command, now=at.now)
    if isinstance(outcome, Refused):
        return _page(request, visit(request, handoff_id), others, to, outcome)
    messages.success(request, f"The handoff follows version {to.version} now. What followed is in its history.")
    return redirect("handoff", handoff_id)


def _page(
    request: HttpRequest, at: Visit, others: list[VersionLine], to: VersionLine | None, refused: Refused | None = None
) -> HttpResponse:
    context = {
        "view": handoff_view(at.opened, at.me, at.now),
        "others": others,
        "to": to,
        "moving": moving_view(at.opened, _version(to.id), at.me, at.now) if to else None,
        "refused": refused,
        "reason": request.POST.get("reason", ""),
        "seen": at.opened.state.number,
    }
    return render(request, "handoff/version.html", context, status=status_of(refused))


def _chosen(asked: QueryDict, others: list[VersionLine]) -> VersionLine | None:
    """The version that the address names; without one the current version, or else the latest other one."""
    if "to" in asked:
        found = next((line for line in others if line.id == identity(asked.get("to", ""))), None)
        if found is None:
            raise Http404("There is no such version of this runbook to move to.")
        return found
    return next((line for line in others if line.is_current), others[0] if others else None)


def _version(version_id: int) -> models.RunbookVersion:
    return models.RunbookVersion.objects.select_related("calendar").get(pk=version_id)


@dataclass(frozen=True, kw_only=True)
class Moved:
    """What became of one handoff; `says` is empty where it was moved."""

    handoff_id: int
    customer: str
    says: str


@require_POST
def several(request: HttpRequest, name: str) -> HttpResponse:
    """Move those that are ticked, with one reason for all of them."""
    require(permissions.moves_handoffs(request.user))
    known = {line.id: line for line in versions(name)}
    to = known.get(identity(request.POST.get("to", "")) or 0)
    if to is None:
        raise Http404("There is no such version of this runbook to move to.")
    reason = request.POST.get("reason", "")
    version, command = _version(to.id), c.ChangeVersion(by=actor_of(request.user, timezone.now()), reason=reason)
    moved = [
        Moved(handoff_id=row.pk, customer=row.customer.name, says=_move(row.pk, version, command))
        for row in _ticked(request.POST, name)
    ]
    context = {
        "name": name,
        "to": to,
        "moved": [line for line in moved if not line.says],
        "stayed": [line for line in moved if line.says],
        "reason": reason,
    }
    return render(request, "runbooks/moved.html", context)


def _ticked(asked: QueryDict, name: str) -> list[models.Handoff]:
    ticked = [found for written in asked.getlist("handoff") if (found := identity(written)) is not None]
    rows = models.Handoff.objects.select_related("customer").filter(pk__in=ticked[:MOST_MOVED], runbook=name)
    return list(rows.order_by("customer__name", "pk"))


def _move(handoff_id: int, version: models.RunbookVersion, command: c.ChangeVersion) -> str:
    """Why it stays where it is; empty where it was moved."""
    outcome = ledger.change_version(handoff_id, version, command, now=timezone.now())
    return outcome.says if isinstance(outcome, Refused) else ""
