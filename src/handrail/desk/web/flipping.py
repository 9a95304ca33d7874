"""Moving the accounts of a transfer and taking them back: what would happen, the button, and what came of it.

One rule: nothing moves before somebody has seen what would, and both pages ask what the work itself will ask.
"""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from handrail.desk import models
from handrail.desk.long_work import flipping, looking, taking_back, transfers_due
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.long_work import progress_of
from handrail.desk.queries.pages import Page, page_number, page_of
from handrail.desk.transfers import foreseeing
from handrail.desk.transfers.foreseeing import Does, Foreseen, LineRow
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Mistake, Refused

_SHOWN: dict[Does, str] = {"flip": "transfers/move.html", "back": "transfers/undo.html"}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    transfer = _transfer(transfer_id)
    if request.method != "POST":
        return _page(request, transfer, "flip", None)
    now, by, do = timezone.now(), me(request), request.POST.get("do", "")
    if do == "look":
        return _answered(request, transfer, "flip", looking.begin(transfer.pk, "flip", by=by, now=now))
    if do in {"wait", "no-wait"}:
        refused = transfers_due.move_on_its_day(transfer.pk, do == "wait", by=by, now=now)
        if refused is None:
            says = "It moves by itself on that day." if do == "wait" else "It waits for somebody to move it."
            messages.success(request, says)
        return _answered(request, transfer, "flip", refused)
    return _answered(request, transfer, "flip", flipping.begin(transfer.pk, by=by, now=now))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, transfer_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    transfer = _transfer(transfer_id)
    if request.method != "POST":
        return _page(request, transfer, "back", None)
    now, by, do = timezone.now(), me(request), request.POST.get("do", "")
    if do == "look":
        return _answered(request, transfer, "back", looking.begin(transfer.pk, "back", by=by, now=now))
    if do in {"return-on", "for-good"}:
        day = _day(request.POST.get("returns_on", "")) if do == "return-on" else None
        refused = day if isinstance(day, Refused) else transfers_due.return_on(transfer.pk, day, by=by, now=now)
        if refused is None:
            messages.success(request, "Kept.")
        return _answered(request, transfer, "back", refused)
    ticked = {found for one in request.POST.getlist("line") if (found := identity(one)) is not None}
    if do == "some" and not ticked:
        says = "Tick the accounts that are to go back."
        none = Refused(code="unfit", says=says, mistakes=(Mistake(field="line", says=says),))
        return _answered(request, transfer, "back", none)
    lines = ticked if do == "some" else None
    outcome = taking_back.begin(transfer.pk, lines, by=by, now=now, returns=do == "return")
    return _answered(request, transfer, "back", outcome)


def _day(text: str) -> date | Refused:
    try:
        return date.fromisoformat(text)
    except ValueError:
        says = "Write the day as in 2026-12-31."
        return Refused(code="unfit", says=says, mistakes=(Mistake(field="returns_on", says=says),))


def _transfer(transfer_id: int) -> models.Transfer:
    row = models.Transfer.objects.select_related("giver", "moves_by").filter(pk=transfer_id).first()
    if row is None:
        raise Http404("There is no such transfer.")
    return row


def _answered(
    request: HttpRequest, transfer: models.Transfer, does: Does, outcome: models.LongWork | Refused | None
) -> HttpResponse:
    if isinstance(outcome, Refused):
        return _page(request, _transfer(transfer.pk), does, outcome)
    return redirect("transfer-move" if does == "flip" else "transfer-undo", transfer.pk)


def _page(request: HttpRequest, transfer: models.Transfer, does: Does, refused: Refused | None) -> HttpResponse:
    now = timezone.now()
    lines = looking.wanted(transfer.pk, does).select_related("customer", "giver", "receiver", "pool").order_by("pk")
    number = page_number(request.GET.get("page", ""))
    page = page_of(lines, number, lambda taken: foreseeing.rows_of(taken, does, transfer, now))
    foreseen, look = _foreseen(transfer, does, page, now)
    running = flipping.under_way(transfer.pk)
    cannot = flipping.why_not(transfer) if does == "flip" else taking_back.why_not(transfer)
    context: dict[str, Any] = {
        "transfer": transfer,
        "overview": reverse("transfer", args=[transfer.pk]),
        "page": page,
        "foreseen": foreseen,
        "look": progress_of(look, now) if look and look.ended_at is None else None,
        "looked_at": look.ended_at if look else None,
        "progress": progress_of(running, now) if running else None,
        "cannot": cannot,
        "refused": refused,
        "mistakes": refused.mistakes if refused else (),
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "asked_day": request.POST.get("returns_on", ""),
        "today": now.date(),
        **_outcome_of(transfer, does, request),
    }
    return render(request, _SHOWN[does], context, status=status_of(refused))


def _foreseen(
    transfer: models.Transfer, does: Does, page: Page[LineRow], now: Any
) -> tuple[Foreseen | None, models.LongWork | None]:
    """Of few accounts at once; of many what was counted in the background, where nothing changed since."""
    if not page.rows:
        return None, None
    rows = looking.wanted(transfer.pk, does).select_related("giver", "receiver").order_by("pk")
    lines = list(rows[: foreseeing.MOST_AT_ONCE + 1])
    if len(lines) <= foreseeing.MOST_AT_ONCE:
        return foreseeing.shown(foreseeing.foreseen(lines, does, transfer, now)), None
    look = looking.last(transfer, does)
    return (foreseeing.shown(look.report) if look and look.ended_at else None), look


def _outcome_of(transfer: models.Transfer, does: Does, request: HttpRequest) -> dict[str, Any]:
    """What came of it so far: the last work, the accounts that failed, and the things that stayed."""
    names = ["flip"] if does == "flip" else ["undo", "return"]
    work = models.LongWork.objects.filter(transfer_work__transfer=transfer.pk, transfer_work__does__in=names)
    last = work.filter(ended_at__isnull=False).order_by("-pk").first()
    if does == "flip":
        return {"last": last}
    stayed = models.MovedItem.objects.filter(line__transfer=transfer.pk, line__state__in=["undone", "returned"])
    stayed = stayed.exclude(undone__in=["", "Back."]).select_related("line__customer", "now").order_by("line", "pk")
    number = page_number(request.GET.get("stayed", ""))
    return {"last": last, "stayed": page_of(stayed, number, tuple) if last else None}
