"""The list of transfers, as a page and as a file; and the addresses of all that prepares one."""

from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk import models
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import few_choices
from handrail.desk.queries.transfers import OPEN, SORTS, TransferRow, Wanted, all_transfers, transfers
from handrail.desk.web import transfer, transfer_accounts, transfer_drafts, transfer_sheets
from handrail.desk.web.asked import identity, text
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    wanted = _wanted(request.GET)
    context = {
        "page": transfers(me(request), wanted, page_number(request.GET.get("page", ""))),
        "wanted": wanted,
        "states": [(OPEN, "Not over yet"), *models.Transfer.State.choices],
        "reasons": models.Transfer.Reason.choices,
        "givers": few_choices(identity(wanted.giver)),
        "cannot": makes_transfers(me(request)),
    }
    return render(request, "transfers/list.html", context)


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    tell_of_export(request, "transfers.csv")
    rows = all_transfers(me(request), _wanted(request.GET))
    response = StreamingHttpResponse(csv_lines(_table(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="transfers-{timezone.now():%Y-%m-%d}.csv"'
    return response


def _wanted(asked: QueryDict) -> Wanted:
    """What the query string asks for; what it cannot mean is left out."""
    sort, state, reason = asked.get("sort", ""), asked.get("state", ""), asked.get("reason", "")
    return Wanted(
        text=text(asked, "q"),
        state=state if state == OPEN or state in models.Transfer.State.values else "",
        reason=reason if reason in models.Transfer.Reason.values else "",
        giver=str(identity(asked.get("giver", "")) or ""),
        sort=sort if sort.removeprefix("-") in SORTS else "-changed",
    )


def _table(rows: Iterator[TransferRow]) -> Iterator[tuple[str, ...]]:
    yield (
        "Transfer",
        "Reason",
        "From",
        "Effective",
        "Until",
        "State",
        "Accounts",
        "Answered",
        "Moved",
        "By",
        "Changed",
    )
    for row in rows:
        yield (
            row.title,
            row.reason,
            row.giver or "Several people",
            str(row.effective_date),
            str(row.returns_on or ""),
            models.Transfer.State(row.state).label,
            str(row.lines),
            str(row.answered),
            str(row.moved),
            row.by,
            f"{row.changed_at:%Y-%m-%dT%H:%M:%SZ}",
        )


urlpatterns = [
    path("", listed, name="transfers"),
    path("transfers.csv", exported, name="transfers-csv"),
    path("new/", transfer_drafts.made, name="transfer-new"),
    path("template.xlsx", transfer_sheets.template, name="transfer-template"),
    path("<int:transfer_id>/", transfer.shown, name="transfer"),
    path("<int:transfer_id>/edit/", transfer_drafts.changed, name="transfer-edit"),
    path("<int:transfer_id>/cancel/", transfer_drafts.cancelled, name="transfer-cancel"),
    path("<int:transfer_id>/accounts/", transfer_accounts.chosen, name="transfer-accounts"),
    path("<int:transfer_id>/accounts.<str:ending>", transfer.exported, name="transfer-export"),
    path("<int:transfer_id>/lines/", transfer_accounts.lines, name="transfer-lines"),
    path("<int:transfer_id>/sheets/<int:sheet_id>/", transfer_sheets.shown, name="transfer-sheet"),
    path("<int:transfer_id>/sheets/<int:sheet_id>/original/", transfer_sheets.original, name="transfer-sheet-original"),
]
