"""Importing: handing in a file, saying what it holds and what its columns mean, seeing what would change, importing it.

One rule: nothing is written before somebody who has seen the preview says so.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handrail.desk import models
from handrail.desk.imports import applying, imported, remembered
from handrail.desk.imports.contents import ACCOUNTS, CONTENTS, CUSTOMERS, PEOPLE, fitting_contents, targets_of
from handrail.desk.imports.crm_file import RecordFile
from handrail.desk.imports.limits import MOST_BYTES
from handrail.desk.imports.mapping import Target, targets
from handrail.desk.imports.opened import (
    columns_of,
    current_runbooks,
    facts_of,
    filed_under,
    fitting,
    known_targets,
    receive,
)
from handrail.desk.imports.opening import AnyFile, open_file
from handrail.desk.imports.people_checking import DOMAIN
from handrail.desk.imports.people_file import PeopleFile
from handrail.desk.imports.preview import columns_of as columns_shown
from handrail.desk.imports.preview import missing, paged, preview
from handrail.desk.imports.problem import Problem
from handrail.desk.imports.report import of_json, problems_csv
from handrail.desk.imports.sheet import read, too_large
from handrail.desk.imports.template import as_csv, as_xlsx
from handrail.desk.long_work import beginning, importing
from handrail.desk.permissions import edits_people, imports_customers
from handrail.desk.queries.long_work import progress_of
from handrail.desk.queries.pages import page_number, page_of
from handrail.desk.web.gate import me, require
from handrail.desk.web.starting import MOST_AT_ONCE

_CSV = "text/csv; charset=utf-8"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


# Chosen where the file itself shall say whose facts its columns hold; no runbook is called so.
FITTING = "?"


class UploadForm(forms.Form):
    file = forms.FileField(
        label="File",
        allow_empty_file=True,  # said to be empty in our words
        error_messages={"required": "Choose the file to import."},
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        help_text=f"CSV or XLSX, up to {MOST_BYTES // 1024 // 1024} MB. The first row names the columns.",
    )
    contents = forms.ChoiceField(
        label="What the file holds",
        required=False,
        help_text="Each row is one of these.",
    )
    runbook = forms.ChoiceField(
        label="Runbook whose facts the columns hold",
        required=False,
        help_text="Of customers and accounts: it says what can be known of them, such as MRR or the go-live date.",
    )

    def __init__(self, *given: object, **named: object) -> None:
        super().__init__(*given, **named)  # type: ignore[arg-type]
        self.fields["contents"].initial = FITTING
        self.fields["contents"].choices = [  # type: ignore[attr-defined]
            (FITTING, "Whatever its columns say"),
            *((one.name, one.title) for one in CONTENTS.values()),
        ]
        known = [(name, version.title) for name, version in current_runbooks().items()]
        self.fields["runbook"].initial = FITTING
        self.fields["runbook"].choices = [  # type: ignore[attr-defined]
            (FITTING, "Whichever fits the columns best"),
            *known,
            ("", "None: only account id, name and owner"),
        ]


def imports(request: HttpRequest) -> HttpResponse:
    """The list of imports, and where a new one begins."""
    require(imports_customers(me(request)))
    if request.method == "POST":
        return _upload(request)
    return _list(request, UploadForm())


def _upload(request: HttpRequest) -> HttpResponse:
    form = UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    received = _received(form.cleaned_data, me(request))
    if isinstance(received, models.Import):
        return redirect("import", received.pk)
    for problem in received:
        form.add_error("file", str(problem))
    return _list(request, form, status=422)


def _received(given: dict[str, Any], by: models.Person) -> models.Import | tuple[Problem, ...]:
    file: UploadedFile[Any] = given["file"]
    if (file.size or 0) > MOST_BYTES:
        return (too_large(),)
    content = file.read()
    contents, runbook = contents_of(content, given["contents"]), given["runbook"]
    if runbook == FITTING:
        runbook = next(iter(fitting(content)), "") if contents in _OF_RUNBOOKS else ""
    refused = edits_people(by) if contents == PEOPLE else None
    if refused is not None:
        return (Problem(code=refused.code, says="The file holds people.", mend=refused.says, loses="the file"),)
    return receive(content, file.name or "", runbook, by, contents=contents)


_OF_RUNBOOKS = {CUSTOMERS, ACCOUNTS}


def contents_of(content: bytes, chosen: str) -> str:
    """What was chosen; customers where nothing was, and what the columns say where that is to count."""
    if chosen != FITTING:
        return chosen or CUSTOMERS
    sheet = read(content)
    return CUSTOMERS if isinstance(sheet, tuple) else fitting_contents(sheet.headers)


def _list(request: HttpRequest, form: UploadForm, status: int = 200) -> HttpResponse:
    rows = models.Import.objects.defer("content", "columns").select_related("by").order_by("-at", "-pk")
    page = page_of(rows, page_number(request.GET.get("page", "")), _listed)
    under_way = {work.asks["import"] for work in beginning.all_under_way(importing.NAME)}
    context = {
        "form": form,
        "page": page,
        "runbooks": current_runbooks().values(),
        "contents": [one for one in CONTENTS.values() if one.name not in _OF_RUNBOOKS],
        "under_way": under_way,
    }
    return render(request, "imports/imports.html", context, status=status)


def _listed(rows: list[models.Import]) -> tuple[dict[str, object], ...]:
    return tuple({"row": row, "report": of_json(row.report), "holds": CONTENTS[row.contents]} for row in rows)


@require_safe
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    row = _asked_for(request, import_id)
    number = page_number(request.GET.get("page", ""))
    if row.state == applying.DONE:
        report = of_json(row.report)
        context = {
            "row": row,
            "report": report,
            "problems": paged(report.problems, number),
            "holds": CONTENTS[row.contents],
            "starts": row.contents == CUSTOMERS,
        }
        return render(request, "imports/report.html", context)
    work = beginning.under_way(importing.NAME, **{"import": row.pk}) if row.state == applying.APPLYING else None
    if work is not None:
        context = {"row": row, "progress": progress_of(work, timezone.now())}
        return render(request, "imports/under_way.html", context)
    opened = open_file(row)
    if isinstance(opened, tuple):
        return render(request, "imports/unreadable.html", {"row": row, "problems": opened}, status=422)
    return render(request, "imports/preview.html", _previewed(request, row, opened, number))


def _asked_for(request: HttpRequest, import_id: int) -> models.Import:
    require(imports_customers(me(request)))
    row = get_object_or_404(models.Import.objects.select_related("by"), pk=import_id)
    if row.contents == PEOPLE:
        require(edits_people(me(request)))
    return row


def _previewed(request: HttpRequest, row: models.Import, opened: AnyFile, number: int) -> dict[str, object]:
    version = current_runbooks().get(row.runbook)
    return {
        "row": row,
        "runbook": version.title if version else "",
        "holds": CONTENTS[row.contents],
        "notes": (*opened.sheet.notes, *opened.notes),
        "stages": opened.stages() if isinstance(opened, RecordFile) else (),
        "people": opened if isinstance(opened, PeopleFile) else None,
        "sheet": opened.sheet,
        "columns": columns_shown(opened),
        "targets": opened.targets,
        "missing": missing(opened),
        "ignored": opened.ignored,
        "wrong": opened.wrong,
        "preview": None if opened.wrong else preview(opened, request.GET.get("tab", ""), number),
        "report": of_json(row.report),
    }


@require_POST
def columns(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take what the columns mean from the form, and remember it for the next file like this one."""
    row = _asked_for(request, import_id)
    if row.state != applying.PREVIEW:
        messages.warning(request, "This file is already being imported: its columns stay as they are.")
        return redirect("import", import_id)
    title = request.POST.get("sheet", row.columns.get("sheet", ""))
    sheet = read(bytes(row.content), title)
    if isinstance(sheet, tuple):
        messages.error(request, " ".join(map(str, sheet)))
        return redirect("import", import_id)
    known, filed = known_targets(row.contents, row.runbook, sheet), filed_under(row.contents, row.runbook)
    if title == row.columns.get("sheet", ""):
        names = {target.name for target in known}
        given = [request.POST.get(f"column-{number}", "") for number in range(len(sheet.headers))]
        mapped = tuple(target if target in names else "" for target in given)
        remembered.remember(sheet.headers, filed, mapped, me(request))
    else:
        mapped = remembered.recall(sheet.headers, filed, known)
    models.Import.objects.filter(pk=row.pk, state=applying.PREVIEW).update(columns=columns_of(sheet, mapped))
    return redirect("import", import_id)


@require_POST
def settings(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take what the file does not say: which stages are an end, at which domain people are, and how teams are made."""
    row = _asked_for(request, import_id)
    if row.state != applying.PREVIEW:
        messages.warning(request, "This file is already being imported: how it is taken stays as it is.")
        return redirect("import", import_id)
    chosen = dict(row.settings)
    if row.contents == PEOPLE:
        domain = request.POST.get("domain", "").strip().lower().removeprefix("@")
        if domain and not DOMAIN.fullmatch(domain):
            messages.error(request, f"“{domain[:80]}” is no domain. Write it like example.com.")
            return redirect("import", import_id)
        chosen |= {"domain": domain, "teams": "yes" if request.POST.get("teams") else "no"}
    else:
        names, ends = request.POST.getlist("stage"), set(request.POST.getlist("closed"))
        chosen["stages"] = {name[:200]: "closed" if name in ends else "open" for name in names[:100]}
    models.Import.objects.filter(pk=row.pk, state=applying.PREVIEW).update(settings=chosen)
    return redirect("import", import_id)


@require_POST
def apply(request: HttpRequest, import_id: int) -> HttpResponse:
    row = _asked_for(request, import_id)
    if row.state != applying.DONE:
        begun = importing.begin(row.pk, by=me(request), now=timezone.now())
        if isinstance(begun, tuple):
            messages.error(request, " ".join(map(str, begun)))
    return redirect("import", import_id)


@require_safe
def start(request: HttpRequest, import_id: int) -> HttpResponse:
    """On to starting handoffs, for the customers of the file that have none; or to their list, where they are many."""
    row = _asked_for(request, import_id)
    ids = imported.without_handoff(row, most=MOST_AT_ONCE + 1)
    if ids and len(ids) <= MOST_AT_ONCE:
        return redirect(f"{reverse('start')}?{urlencode([('customer', pk) for pk in ids])}")
    says = "choose up to {MOST_AT_ONCE} of them here" if ids else "every customer of this file has a handoff that runs"
    messages.info(request, f"Starting handoffs: {says.format(MOST_AT_ONCE=MOST_AT_ONCE)}.")
    return redirect("customers")


@require_safe
def problems(request: HttpRequest, import_id: int) -> HttpResponse:
    """Every problem of the file, as a file for whoever mends it."""
    row = _asked_for(request, import_id)
    return _download(problems_csv(_problems(row)).encode(), _CSV, "problems.csv")


def _problems(row: models.Import) -> tuple[Problem, ...]:
    if row.state == applying.DONE:
        return of_json(row.report).problems
    opened = open_file(row)
    if isinstance(opened, tuple):
        return opened
    return opened.wrong or opened.checked().problems


@require_safe
def template(request: HttpRequest, ending: str) -> HttpResponse:
    """An empty file with the headers of a runbook."""
    require(imports_customers(me(request)))
    runbook = request.GET.get("runbook", "")
    if runbook and runbook not in current_runbooks():
        raise Http404("There is no runbook of that name.")
    contents = request.GET.get("contents", CUSTOMERS)
    if contents not in CONTENTS or (contents in _OF_RUNBOOKS and contents != CUSTOMERS):
        raise Http404("There is no template of that name.")
    known: tuple[Target, ...] = targets(facts_of(runbook)) if contents == CUSTOMERS else targets_of(contents)
    name = CONTENTS[contents].many.replace(" ", "-")
    if ending == "xlsx":
        return _download(as_xlsx(known, CONTENTS[contents].many.capitalize()), _XLSX, f"{name}.xlsx")
    return _download(as_csv(known), _CSV, f"{name}.csv")


def _download(content: bytes, media_type: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


urlpatterns = [
    path("", imports, name="imports"),
    path("template.csv", template, {"ending": "csv"}, name="import-template-csv"),
    path("template.xlsx", template, {"ending": "xlsx"}, name="import-template-xlsx"),
    path("<int:import_id>/", show, name="import"),
    path("<int:import_id>/columns/", columns, name="import-columns"),
    path("<int:import_id>/settings/", settings, name="import-settings"),
    path("<int:import_id>/apply/", apply, name="import-apply"),
    path("<int:import_id>/start/", start, name="import-start"),
    path("<int:import_id>/problems.csv", problems, name="import-problems"),
]
