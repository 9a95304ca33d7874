"""Importing orders from a file: handing it in, seeing what it would do, letting it do that, and what came of it."""

import csv
import io
import json
from decimal import Decimal

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.desk import catalogue as catalogues
from handrail.desk import models
from handrail.desk.imports.limits import MOST_BYTES
from handrail.desk.long_work import beginning, importing_orders
from handrail.desk.orders import applying, importing
from handrail.desk.orders.importing import APPLYING, PREVIEW, Entry, Looked
from handrail.desk.permissions import writes_orders
from handrail.desk.queries.long_work import progress_of
from handrail.desk.queries.pages import page_number, page_of
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me, require
from handrail.order.file.columns import COLUMNS
from handrail.order.file.problem import Problem
from handrail.order.finding import Finding
from handrail.order.findings import check
from handrail.order.money import total
from handrail.order.purchase import Buyer

_ORDERS, _PROBLEMS = 40, 100
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}
_SORTS = {"new": "New", "changed": "Changed", "same": "As it is", "refused": "Refused", "waits": "Waits"}


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File of orders",
        allow_empty_file=True,  # said to be empty in our words
        error_messages={"required": "Choose the file to import."},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,.json"}),
        help_text=f"CSV, XLSX or JSON, up to {MOST_BYTES // 1024 // 1024} MB. A row is a line of an order.",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: HttpRequest) -> HttpResponse:
    require(writes_orders(me(request)))
    form = UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        file: UploadedFile[bytes] = form.cleaned_data["file"]
        content = file.read(MOST_BYTES + 1)
        received = importing.receive(content, file.name or "", by=me(request), now=timezone.now())
        if isinstance(received, models.OrderFile):
            return redirect("order-import", received.pk)
        for problem in received:
            form.add_error("file", str(problem))
    rows = importing.files().defer("content").select_related("by").order_by("-at", "-pk")
    page = page_of(rows, page_number(request.GET.get("page", "")), _listed)
    status = 422 if form.errors else 200
    return render(request, "orders/imports.html", {"form": form, "page": page, "columns": COLUMNS}, status=status)


def _listed(rows: list[models.OrderFile]) -> tuple[dict[str, object], ...]:
    return tuple({"row": row, "state": row.report.get("state", PREVIEW), "says": _outcome(row)} for row in rows)


def _outcome(row: models.OrderFile) -> str:
    return importing_orders.says_of(row.report) if row.report.get("state") != PREVIEW else "Not imported yet"


@never_cache
@require_safe
def shown(request: HttpRequest, file_id: int) -> HttpResponse:
    row = _asked_for(request, file_id)
    state, number = row.report.get("state", PREVIEW), page_number(request.GET.get("page", ""))
    work = beginning.under_way(importing_orders.NAME, file=row.pk) if state == APPLYING else None
    if work is not None:
        context: dict[str, object] = {"row": row, "progress": progress_of(work, timezone.now())}
        return render(request, "orders/import_under_way.html", context)
    opened = importing.open_file(row)
    if state != PREVIEW:
        return _report(request, row, opened.filed.problems)
    if opened.wrong:
        return render(request, "orders/import_preview.html", {"row": row, "wrong": opened.wrong}, status=422)
    looked = importing.look(opened)
    show = request.GET.get("show", "")
    context = {
        "row": row,
        "notes": opened.notes,
        **_entries(looked, show, number),
        "tallies": [(name, words, looked.count(name)) for name, words in _SORTS.items() if looked.count(name)],  # type: ignore[arg-type]
        "show": show,
        "keeps": looked.count("new") + looked.count("changed"),
        "problem_count": len(looked.problems),
        "problems": looked.problems[:_PROBLEMS],
        "more_problems": max(0, len(looked.problems) - _PROBLEMS),
        "is_long": looked.count("new") + looked.count("changed") > applying.MOST_AT_ONCE,
    }
    return render(request, "orders/import_preview.html", context)


def _entries(looked: Looked, show: str, number: int) -> dict[str, object]:
    chosen = [one for one in looked.entries if not show or one.sort == show]
    start = (number - 1) * _ORDERS
    return {
        "entries": [_shown(one) for one in chosen[start : start + _ORDERS]],
        "entry_count": len(chosen),
        "entry_total": len(looked.entries),
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if start + _ORDERS < len(chosen) else None,
    }


def _shown(one: Entry) -> dict[str, object]:
    order = one.order
    sold = total(line.sold_price or Decimal(0) for line in order.lines) if order else None
    lines = len(order.lines) if order else None
    return {"one": one, "word": _SORTS[one.sort], "sold": sold, "lines": lines, "found": _found(one)}


def _found(one: Entry) -> tuple[Finding, ...]:
    """What the catalogue says against an order that would be kept, without notices."""
    known = catalogues.current_catalogue()
    if one.order is None or known is None or one.sort not in {"new", "changed"}:
        return ()
    buyer = Buyer(name=one.customer, is_new=one.order.new_customer, kind=one.order.customer_kind)
    found = check(one.order, known, buyer, on=timezone.now().date())
    return tuple(finding for finding in found if finding.severity != "notice")


def _report(request: HttpRequest, row: models.OrderFile, problems: tuple[Problem, ...]) -> HttpResponse:
    told = row.report.get("told", [])
    context = {
        "row": row,
        "says": importing_orders.says_of(row.report),
        "told": [(sort, _SORTS.get(sort, sort), *rest) for sort, *rest in told],
        "problem_count": len(problems),
        "problems": problems[:_PROBLEMS],
        "more_problems": max(0, len(problems) - _PROBLEMS),
        "is_cut": row.report.get("state") == APPLYING,
    }
    return render(request, "orders/import_report.html", context)


@require_POST
def applied(request: HttpRequest, file_id: int) -> HttpResponse:
    """A few at once; many as long work."""
    row, now, by = _asked_for(request, file_id), timezone.now(), me(request)
    opened = importing.open_file(row)
    orders = len(opened.filed.orders)
    if opened.wrong:
        return render(request, "orders/import_preview.html", {"row": row, "wrong": opened.wrong}, status=422)
    if orders > applying.MOST_AT_ONCE:
        importing_orders.begin(row.pk, orders, by=by, now=now)
    elif applying.begin(row.pk, by=by, now=now):
        applying.apply(row.pk, 0, orders, by=by, now=now)
        applying.finish(row.pk, now=now)
    return redirect("order-import", file_id)


@require_safe
def problems(request: HttpRequest, file_id: int) -> HttpResponse:
    """Every problem of the file, for whoever mends it."""
    row = _asked_for(request, file_id)
    opened = importing.open_file(row)
    found = opened.wrong or importing.look(opened).problems
    head = ("Where", "Order", "Column", "Value", "What is wrong", "How to mend it")
    lines = ((one.where, one.order, one.column, one.value, one.says, one.mend) for one in found)
    return _download("".join(csv_lines((head, *lines))).encode(), "csv", "problems")


@require_safe
def template(request: HttpRequest, ending: str) -> HttpResponse:
    """An empty file with all columns; the JSON has one order in it, which shows how one is written."""
    require(writes_orders(me(request)))
    if ending not in _TYPES:
        raise Http404("There is no template of that sort.")
    content = {"csv": _csv, "xlsx": _xlsx, "json": _json}[ending]()
    return _download(content, ending, "orders")


def _csv() -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow([one.title for one in COLUMNS])
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def _xlsx() -> bytes:
    from handrail.desk.imports.mapping import Target
    from handrail.desk.imports.template import as_xlsx

    targets = tuple(Target(name=one.name, title=one.title, says=one.says, required=one.required) for one in COLUMNS)
    return as_xlsx(targets, "Orders")


def _json() -> bytes:
    head = {"number": "O-1", "customer_key": "…", "currency": "EUR", "ordered_on": "2026-12-01", "territory": "Europe"}
    lines = [{"sku": "…", "quantity": 1, "discount_percent": 5}]
    return json.dumps({"orders": [{**head, "lines": lines}]}, ensure_ascii=False, indent=2).encode()


def _asked_for(request: HttpRequest, file_id: int) -> models.OrderFile:
    require(writes_orders(me(request)))
    return get_object_or_404(importing.files().defer("content").select_related("by"), pk=file_id)


def _download(content: bytes, ending: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{name}.{ending}"'
    response["Cache-Control"] = "private, no-store"
    return response
