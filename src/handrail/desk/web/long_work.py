"""Long work on its pages: what there is, how far one has come, what came of it, cancelling it and taking it back."""

from collections.abc import Callable, Iterator

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from handrail.desk import models
from handrail.desk.long_work import beginning, cleaning, earlier_sales, ending, rebuilding, undoing
from handrail.desk.permissions import looks_after_work, rebuilds
from handrail.desk.queries.long_work import (
    OutcomeLine,
    Progress,
    Tally,
    all_outcomes,
    line_of,
    outcomes,
    progress_of,
    reasons_of,
    tallies_of,
    works,
)
from handrail.desk.queries.pages import page_number
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused


@never_cache
@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    person = me(request)
    page = works(None if person.is_operations else person.pk, page_number(request.GET.get("page", "")))
    return render(request, "long_work/list.html", {"page": page, "sees_all": person.is_operations})


@never_cache
@require_safe
def shown(request: HttpRequest, work_id: int) -> HttpResponse:
    row, now = _asked_for(request, work_id), timezone.now()
    progress = progress_of(row, now)
    if not request.headers.get("HX-Request") and row.sort in _ELSEWHERE:
        return redirect(*_page_of(row))
    if request.headers.get("HX-Request"):
        return _progress(request, {"progress": progress})
    context = {
        **what_came_of_it(request, row, progress, tallies_of(row), outcomes),
        "stays": undoing.why_not(row) if row.sort == undoing.BULK else None,
        "may_undo": row.sort == undoing.BULK,
    }
    return render(request, "long_work/work.html", context)


def what_came_of_it(
    request: HttpRequest,
    row: models.LongWork,
    progress: Progress,
    tallies: tuple[Tally, ...],
    listed: Callable[[models.LongWork, str, int], object],
) -> dict[str, object]:
    """How far it is, and the outcomes of the tally that is looked at, a page of those that are `listed`. Whoever sees
    the end has been told of it."""
    if progress.work.is_ended:
        ending.seen(row, me(request), timezone.now())
    show = _shown_tally(request.GET.get("show", ""), tallies)
    return {
        "row": row,
        "work": progress.work,
        "progress": progress,
        "tallies": tallies,
        "reasons": reasons_of(row),
        "show": show,
        "page": listed(row, show.name, page_number(request.GET.get("page", ""))) if show else None,
        "undone_by": models.LongWork.objects.filter(undoes=row).order_by("-pk").first(),
    }


# What is about entitlements has its outcomes on a page of its own.
_ELSEWHERE = (cleaning.NAME, cleaning.UNDO, earlier_sales.NAME)


def _page_of(row: models.LongWork) -> tuple[str, int]:
    if row.sort == earlier_sales.NAME:
        return "entitlements-imported", row.asks["file"]
    return "entitlements-cleaned", row.pk


def _progress(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    """Asked for again and again by the page; once the work has ended, the page is to be read anew."""
    response = render(request, "long_work/progress.html", context)
    if context["progress"].work.is_ended:  # type: ignore[attr-defined]
        response["HX-Refresh"] = "true"
    return response


def _shown_tally(asked: str, tallies: tuple[Tally, ...]) -> Tally | None:
    """The one that was asked for, or the first that has something to show: of what went wrong before the others."""
    with_rows = [one for one in tallies if one.name and one.count]
    wrong = [one for one in with_rows if one.name in {"failed", "refused", "broken"}]
    found = [one for one in with_rows if one.name == asked]
    return next(iter((*found, *wrong, *with_rows)), None)


def _asked_for(request: HttpRequest, work_id: int) -> models.LongWork:
    row = models.LongWork.objects.select_related("undoes").filter(pk=work_id).first()
    if row is None:
        raise Http404("There is no such work.")
    require(looks_after_work(request.user, row.by_id))
    return row


@require_safe
def exported(request: HttpRequest, work_id: int) -> StreamingHttpResponse:
    row = _asked_for(request, work_id)
    tell_of_export(request, f"work-{row.pk}.csv")
    response = StreamingHttpResponse(csv_lines(_table(all_outcomes(row))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="work-{row.pk}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _table(lines: Iterator[OutcomeLine]) -> Iterator[tuple[str, ...]]:
    yield ("Handoff", "Customer", "Runbook", "Outcome", "Why")
    for line in lines:
        yield (str(line.handoff_id), line.customer, line.runbook, line.word, line.says)


@require_POST
def cancel(request: HttpRequest, work_id: int) -> HttpResponse:
    row = _asked_for(request, work_id)
    refused = beginning.cancel(row.pk, by=me(request), now=timezone.now())
    if refused is not None:
        messages.warning(request, refused.says)
    else:
        row.refresh_from_db()
        messages.success(request, f"Cancelled, after {line_of(row).so_far}. What was done stays done.")
    return redirect("long-work", row.pk)


@require_POST
def again(request: HttpRequest, work_id: int) -> HttpResponse:
    row = _asked_for(request, work_id)
    refused = beginning.again(row.pk, by=me(request), now=timezone.now())
    if refused is not None:
        messages.warning(request, refused.says)
    return redirect("long-work", row.pk)


@require_POST
def undo(request: HttpRequest, work_id: int) -> HttpResponse:
    row = _asked_for(request, work_id)
    outcome = undoing.begin(row.pk, by=me(request), now=timezone.now())
    if isinstance(outcome, Refused):
        messages.error(request, outcome.says)
        return redirect("long-work", row.pk)
    return redirect("long-work", outcome.pk)


@require_POST
def rebuild(request: HttpRequest) -> HttpResponse:
    require(rebuilds(request.user))
    return redirect("long-work", rebuilding.begin(by=me(request), now=timezone.now()).pk)
