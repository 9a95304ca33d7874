"""The sessions: all of them, and one with its dates and who comes; called off, moved or held for all at once.

One rule: a date is asked for by its instant as the runbook gives it, wherever it was moved since.
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import occurrences
from handrail.desk.people import actor_of
from handrail.desk.queries.session import DateView, SessionPage, session_page, sessions
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Mistake, Refused

ONLY_OPERATIONS = Refused(code="not-yours", says="Only CS Operations moves, calls off or tells of a session for all.")


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    return render(request, "sessions/list.html", {"sessions": sessions()})


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, runbook: str, session: str) -> HttpResponse:
    now = timezone.now()
    page = session_page(runbook, session, _instant(request.GET.get("at", "")), now)
    if page is None:
        raise Http404("There is no such session, or it is not held then.")
    if request.method != "POST":
        return _page(request, page)
    require(None if me(request).is_operations else ONLY_OPERATIONS)
    if page.shown is None:
        raise Http404("It is not held then.")
    outcome = _done(request, page, page.shown, now)
    return _page(request, page, outcome) if isinstance(outcome, Refused) else _told(request, page, outcome)


def _page(request: HttpRequest, page: SessionPage, refused: Refused | None = None) -> HttpResponse:
    context = {
        "page": page,
        "acts": me(request).is_operations,
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
    }
    return render(request, "sessions/session.html", context, status=status_of(refused))


def _done(request: HttpRequest, page: SessionPage, date: DateView, now: datetime) -> occurrences.Outcome | Refused:
    post, by = request.POST, actor_of(me(request), now)
    match post.get("do", ""):
        case "call-off":
            return occurrences.call_off(date.of, post.get("reason", ""), by, now)
        case "move":
            to = _instant(post.get("to", ""), page.zone)
            says = "Give the day and the time, like 2027-01-12T10:00."
            unfit = Refused(code="unfit", says=says, mistakes=(Mistake(field="to", says=says),))
            return occurrences.move(date.of, to, by, now) if to else unfit
        case "hold":
            there = {one.meeting_id: post.getlist(f"there-{one.meeting_id}") for one in date.customers}
            return occurrences.hold(date.of, there, post.get("note", ""), by, now)
        case _:
            raise Http404("A session has no such action.")


def _told(request: HttpRequest, page: SessionPage, outcome: occurrences.Outcome) -> HttpResponse:
    many = "customer" if outcome.done == 1 else "customers"
    messages.success(request, f"Done for {outcome.done} {many}.")
    for customer, says in outcome.refused.items():
        messages.warning(request, f"Not for {customer}: {says}")
    at = page.shown.of.starts_at.isoformat() if page.shown else ""
    address = reverse("session", args=[page.runbook, page.name])
    return redirect(f"{address}?at={at.replace('+', '%2B')}")


def _instant(written: str, zone: str = "UTC") -> datetime | None:
    try:
        at = datetime.fromisoformat(written.strip().replace(" ", "+"))
        return (at if at.tzinfo is not None else at.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
