"""A spreadsheet of a transfer: the empty one, what came of a filled one, and the file itself as it came.

One rule: the original is handed out byte for byte, always as a download.
"""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.book.transfer import cannot_change
from handrail.desk import models
from handrail.desk.imports.preview import paged
from handrail.desk.permissions import makes_transfers
from handrail.desk.queries.pages import page_number
from handrail.desk.transfers.sheet.columns import template as empty_sheet
from handrail.desk.transfers.sheets import report_of, take_good
from handrail.desk.web.gate import me, require
from handrail.desk.web.transfer import XLSX, transfer_of

_MOST_DIFFERENCES = 200


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    require(makes_transfers(me(request)))
    return _download(empty_sheet(), XLSX, "accounts-to-transfer.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest, transfer_id: int, sheet_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    row, kept = transfer_of(request, transfer_id), _sheet(transfer_id, sheet_id)
    refused = cannot_change(row.state)  # type: ignore[arg-type]
    if request.method == "POST":
        refused = take_good(kept.pk, by=me(request), now=timezone.now())
        if refused is None:
            messages.success(request, "The good rows were taken in.")
            return redirect("transfer-sheet", row.pk, kept.pk)
    report = report_of(kept)
    context = {
        "row": row,
        "kept": kept,
        "report": report,
        "problems": paged(report.problems, page_number(request.GET.get("page", ""))),
        "lost": sum(1 for one in report.problems if one.loses == "the row"),
        "differences": report.differences[:_MOST_DIFFERENCES],
        "cannot": refused,
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "transfers/sheet.html", context, status=status)


@require_safe
def original(request: HttpRequest, transfer_id: int, sheet_id: int) -> HttpResponse:
    require(makes_transfers(me(request)))
    transfer_of(request, transfer_id)
    kept = _sheet(transfer_id, sheet_id)
    return _download(bytes(kept.content), "application/octet-stream", kept.file_name)


def _sheet(transfer_id: int, sheet_id: int) -> models.TransferSheet:
    kept = models.TransferSheet.objects.select_related("by").filter(transfer=transfer_id, pk=sheet_id).first()
    if kept is None:
        raise Http404("There is no such spreadsheet.")
    return kept


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    safe = "".join(one if one.isascii() and (one.isalnum() or one in " .-_()") else "_" for one in name) or "accounts"
    response["Content-Disposition"] = f'attachment; filename="{safe}"'
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response
