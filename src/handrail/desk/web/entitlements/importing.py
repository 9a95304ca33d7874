"""Bringing in what was sold earlier: handing in the file, seeing what would come of each row, and importing it.

One rule: nothing is written before somebody who has seen the preview says so.
"""

import csv
import hashlib
import io

from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import models
from handrail.desk.imports.limits import MOST_BYTES
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.sheet import too_large
from handrail.desk.long_work import earlier_sales as work
from handrail.desk.orders.earlier_sales import COLUMNS, CONTENTS, here_already, read_sales, told, told_already
from handrail.desk.permissions import records_consumption
from handrail.desk.queries.long_work import progress_of
from handrail.desk.web.entitlements.listed import today_for
from handrail.desk.web.gate import me, require

_EXAMPLES = (
    ("Acme Inc.", "WS-KICKOFF", "", "workshop", "day", "2017-05-31", "3", "1", "", ""),
    ("001A000001", "", "A day of training with Ann", "training", "day", "2018-02-01", "1.5", "", "10", "2019-01-31"),
)
_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_SHOWN = 100


@require_http_methods(["GET", "HEAD", "POST"])
def importing(request: HttpRequest) -> HttpResponse:
    require(records_consumption(request.user, None))
    if request.method != "POST":
        return _form(request)
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _form(request, "Choose the file to import.")
    if (file.size or 0) > MOST_BYTES:
        return _form(request, str(too_large()))
    content = file.read()
    reading = read_sales(content, today_for(request))
    whole = [one for one in reading.problems if one.loses == "the file"]
    if whole:
        return _form(request, " ".join(map(str, whole)))
    row = models.OrderFile.objects.create(
        file_name=(file.name or "file")[:300],
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
        report={"contents": CONTENTS, "state": "preview"},
        by=me(request),
        at=timezone.now(),
    )
    return redirect("entitlements-imported", row.pk)


def _form(request: HttpRequest, error: str = "") -> HttpResponse:
    files = models.OrderFile.objects.defer("content").filter(report__contents=CONTENTS).order_by("-at")[:20]
    context = {
        "error": error,
        "files": files,
        "columns": COLUMNS,
        "mistakes": [{"field": "file", "says": error}] if error else [],
    }
    return render(request, "entitlements/import.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def imported(request: HttpRequest, file_id: int) -> HttpResponse:
    require(records_consumption(request.user, None))
    row = models.OrderFile.objects.filter(pk=file_id, report__contents=CONTENTS).first()
    if row is None:
        raise Http404("There is no such file.")
    if request.method == "POST":
        work.import_all(row.pk, by=me(request), now=timezone.now())
        return redirect("entitlements-imported", row.pk)
    return render(request, "entitlements/imported.html", _shown(request, row))


def _shown(request: HttpRequest, row: models.OrderFile) -> dict[str, object]:
    state = row.report.get("state")
    if state == "preview":
        return {"row": row, "state": state, **_preview(request, row)}
    number = row.report.get("work")
    long_work = models.LongWork.objects.filter(pk=number).first() if number and state != "done" else None
    return {
        "row": row,
        "state": state,
        "problems": row.report.get("problems", []),
        "progress": progress_of(long_work, timezone.now()) if long_work else None,
    }


def _preview(request: HttpRequest, row: models.OrderFile) -> dict[str, object]:
    reading = read_sales(bytes(row.content), today_for(request))
    known = here_already(reading.sales, row)
    new = [one for one in reading.sales if one.row not in known]
    problems: list[Problem] = [*reading.problems, *(told_already(one) for one in reading.sales if one.row in known)]
    return {
        "new": new[:_SHOWN],
        "new_count": len(new),
        "undated_count": sum(1 for one in new if one.consume_by is None),
        "problems": told(sorted(problems, key=lambda one: one.row)),
        "left_out": len({one.row for one in problems}),
    }


def _headers() -> list[str]:
    return [name if name == "sku" else name.capitalize() for name in COLUMNS]


@require_safe
def template_csv(request: HttpRequest) -> HttpResponse:
    require(records_consumption(request.user, None))
    text = io.StringIO()
    csv.writer(text).writerows([_headers(), *_EXAMPLES])
    return _download(("\ufeff" + text.getvalue()).encode(), _CSV, "sold-earlier.csv")


@require_safe
def template_xlsx(request: HttpRequest) -> HttpResponse:
    import xlsxwriter

    require(records_consumption(request.user, None))
    kept = io.BytesIO()
    with xlsxwriter.Workbook(kept, {"in_memory": True, "strings_to_formulas": False}) as workbook:
        sheet = workbook.add_worksheet("Sold earlier")
        text = workbook.add_format({"num_format": "@"})
        for at, row in enumerate([_headers(), *_EXAMPLES]):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell, text)
    return _download(kept.getvalue(), _XLSX, "sold-earlier.xlsx")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
