"""What a transfer asks of those who are to get accounts: each account that they would get, and their answer to it.

One rule: whoever may see it may look; only whoever may answer answers, and for somebody else it says so.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.book.transfer import REFUSALS
from handrail.desk import models
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.pages import page_number
from handrail.desk.transfers import answering, asking
from handrail.desk.transfers.offered import SHOWS, offered, receivers_of, tabs
from handrail.desk.web import analysis, transfer_line
from handrail.desk.web.asked import identity
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.desk.web.transfer_access import transfer_of
from handrail.handoff.refusal import Refused

_MOST_TICKED = 400


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`whose` accounts are shown, None where they are everybody's; `is_behalf` is whether somebody else answers."""

    transfer: models.Transfer
    whose: models.Person | None
    is_behalf: bool
    rows: QuerySet[models.TransferLine]
    now: datetime


def _asked(request: HttpRequest, transfer_id: int) -> Asked:
    now = timezone.now()
    transfer, person = transfer_of(request, transfer_id, now), me(request)
    named = identity(request.GET.get("for", ""))
    leads = makes_transfers(person) is None
    people = answering.answers_for(person, now)
    if named is not None and named not in people and not leads:
        require(Refused(code="not-yours", says="You see what others would get only where you stand in for them."))
    rows = models.TransferLine.objects.filter(transfer=transfer_id)
    whose = models.Person.objects.filter(pk=named or person.pk).first()
    if whose is None:
        raise Http404("There is no such person.")
    own = answering.lines_of(transfer_id, [whose.pk])
    if named is None and leads and not own.exists():
        return Asked(transfer=transfer, whose=None, is_behalf=True, rows=rows, now=now)
    return Asked(transfer=transfer, whose=whose, is_behalf=whose.pk != person.pk, rows=own, now=now)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, transfer_id: int) -> HttpResponse:
    at = _asked(request, transfer_id)
    if request.method != "POST":
        return _page(request, at)
    outcome = _give(request, at)
    if isinstance(outcome, Refused):
        return _page(request, at, outcome)
    messages.success(request, outcome)
    return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)


def _give(request: HttpRequest, at: Asked) -> Refused | str:
    """What was done, in words."""
    post, person, key = request.POST, me(request), at.transfer.pk
    lines = _ticked(request)
    of = at.whose.pk if at.whose else None
    match post.get("do", ""):
        case "accept":
            return answering.accept(key, lines, by=person, now=at.now) or f"Accepted: {asking.accounts(len(lines))}."
        case "accept-all":
            return answering.accept(key, None, by=person, now=at.now, of=of) or "Accepted: all that waited."
        case "refuse":
            reason, note = post.get("reason", ""), post.get("note", "")
            refused = answering.refuse(key, lines, reason, note, by=person, now=at.now)
            return refused or f"Refused: {asking.accounts(len(lines))}. The team lead finds another owner."
        case _:
            raise Http404("There is no such answer.")


def _ticked(request: HttpRequest) -> list[int]:
    found = (identity(one) for one in request.POST.getlist("line")[:_MOST_TICKED])
    return [one for one in found if one is not None]


def _page(request: HttpRequest, at: Asked, refused: Refused | None = None) -> HttpResponse:
    shown = request.GET.get("show", "")
    show = shown if shown in SHOWS else _usual(at)
    leads = makes_transfers(me(request)) is None
    shown_tabs = tabs(at.rows, show)
    page = offered(at.rows, show, page_number(request.GET.get("page", "")), at.now)
    mistakes = {one.field: one.says for one in refused.mistakes} if refused else {}
    context: dict[str, Any] = {
        "transfer": at.transfer,
        "whose": at.whose,
        "is_mine": at.whose is not None and at.whose.pk == me(request).pk,
        "is_behalf": at.is_behalf,
        "page": page,
        "tabs": shown_tabs,
        "show": show,
        "reasons": REFUSALS,
        "refused": refused,
        "errors": mistakes,
        "typed": request.POST if refused else {},
        "ticked": set(_ticked(request)) if refused else set(),
        "cannot": answering.why_not(at.transfer),
        "may_answer": at.transfer.state == models.Transfer.State.ASKED
        and any(row.can_be_answered for row in page.rows),
        "waiting": sum(one.count for one in shown_tabs if one.name == "asked"),
        "receivers": receivers_of(at.transfer.pk) if leads else (),
        "unasked": leads and _unasked(at.transfer),
    }
    return render(request, "transfer_answers/answer.html", context, status=status_of(refused))


def _unasked(transfer: models.Transfer) -> bool:
    """Whether there is anybody left to ask."""
    if transfer.state not in {models.Transfer.State.DRAFT, models.Transfer.State.ASKED}:
        return False
    return models.TransferLine.objects.filter(transfer=transfer, state=models.TransferLine.State.PROPOSED).exists()


def _usual(at: Asked) -> str:
    """What waits for an answer; where nothing does, all."""
    return "asked" if at.rows.filter(state=models.TransferLine.State.ASKED).exists() else "all"


@require_POST
def ask(request: HttpRequest, transfer_id: int) -> HttpResponse:
    person = me(request)
    require(makes_transfers(person))
    try:
        refused = asking.ask(transfer_id, by=person, now=timezone.now())
    except models.Transfer.DoesNotExist:
        raise Http404("There is no such transfer.") from None
    if refused is not None:
        messages.error(request, refused.says)
    else:
        messages.success(request, "Whoever gets an account is asked now. Nothing moves before they accept.")
    return redirect(reverse("transfer-answer", args=[transfer_id]))


urlpatterns = [
    path("<int:transfer_id>/ask/", ask, name="transfer-ask"),
    path("<int:transfer_id>/answer/", answer, name="transfer-answer"),
    path("<int:transfer_id>/lines/<int:line_id>/", transfer_line.shown, name="transfer-line"),
    path("<int:transfer_id>/lines/<int:line_id>/analysis/", analysis.shown, name="transfer-analysis"),
    path("<int:transfer_id>/lines/<int:line_id>/records/", analysis.records, name="transfer-records"),
]
