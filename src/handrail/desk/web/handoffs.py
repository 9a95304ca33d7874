"""The list of all handoffs, on the page and as a file. All that it is asked for stands in the address."""

from collections.abc import Iterator
from datetime import datetime

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk.models import Handoff
from handrail.desk.permissions import imports_customers
from handrail.desk.queries.handoffs import SORTS, HandoffRow, Wanted, all_handoffs, handoffs, there_are_any
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import choices
from handrail.desk.queries.runbooks import current_runbooks, stages
from handrail.desk.web.asked import identity, text
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    wanted, now = _wanted(request.GET), timezone.now()
    page = handoffs(wanted, page_number(request.GET.get("page", "")), now)
    context = {
        "page": page,
        "wanted": wanted,
        "statuses": Handoff.Status.choices,
        "stages": stages(),
        "runbooks": current_runbooks(),
        "people": choices(also=wanted.person),
        "any": bool(page.rows) or there_are_any(),
        "may_import": imports_customers(me(request)) is None,
    }
    return render(request, "handoffs/list.html", context)


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    now = timezone.now()
    tell_of_export(request, "handoffs.csv")
    rows = all_handoffs(_wanted(request.GET), now)
    response = StreamingHttpResponse(csv_lines(_table(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="handoffs-{now:%Y-%m-%d}.csv"'
    return response


def wanted_by(query: str) -> Wanted:
    """The list that an address with this query string shows."""
    return _wanted(QueryDict(query.removeprefix("?")))


def _wanted(asked: QueryDict) -> Wanted:
    """What the query string asks for; what it cannot mean is left out."""
    sort = asked.get("sort", "")
    status = asked.get("status", "running")
    return Wanted(
        status="" if status == "all" else status if status in Handoff.Status.values else "running",
        stage=text(asked, "stage"),
        runbook=text(asked, "runbook"),
        person=identity(asked.get("person", "")),
        turn=asked.get("turn") == "yes",
        late=asked.get("late") == "yes",
        text=text(asked, "q"),
        sort=sort if sort.removeprefix("-") in SORTS else "due",
    )


def _table(rows: Iterator[HandoffRow]) -> Iterator[tuple[str, ...]]:
    yield (
        "Handoff",
        "Customer",
        "Runbook",
        "Version",
        "Status",
        "Stage",
        "Steps done",
        "Steps needed",
        "Next",
        "Next is with",
        "Due",
        "Started",
        "Changed",
    )
    for row in rows:
        yield (
            str(row.id),
            row.customer,
            row.runbook,
            row.version,
            row.end or row.status,
            row.stage,
            str(row.done),
            str(row.needed),
            row.next_title,
            row.next_person,
            row.due.day.isoformat() if row.due else "",
            _instant(row.started_at),
            _instant(row.changed_at),
        )


def _instant(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"
