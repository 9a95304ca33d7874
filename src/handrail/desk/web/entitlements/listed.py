"""Everything that customers bought and have not used, as a list and as a file. All that is asked for stands in the
address."""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk import models
from handrail.desk.absences import today_of
from handrail.desk.company import company
from handrail.desk.orders.tidying import BULK, WORDS
from handrail.desk.permissions import records_consumption
from handrail.desk.queries.entitlements import (
    NOBODY,
    SORTS,
    STATES,
    Line,
    Wanted,
    all_entitlements,
    days_of,
    entitlements,
)
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import few_choices
from handrail.desk.web.asked import identity, text
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me
from handrail.order.entitlement import COUNTED

ICONS = {"date": "calendar-plus", "extend": "calendar-clock", "used": "circle-check", "write off": "circle-slash"}
# The views, each by what it asks for.
_VIEWS = (
    ("", "All that is left"),
    ("undated or past", "Without a date or past it"),
    ("undated", "Without a date"),
    ("past", "Past its date"),
    ("running out", "Running out"),
)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    person, wanted = me(request), wanted_of(request.GET)
    page = entitlements(wanted, today_for(request), page_number(request.GET.get("page", "")))
    context = {
        "page": page,
        "wanted": wanted,
        "views": _VIEWS,
        "kinds": COUNTED,
        "customer": _customer(wanted),
        "owners": few_choices(person.pk, wanted.owner_id),
        "query": request.GET.urlencode(),
        "acts": [(name, ICONS[name], WORDS[name].does) for name in BULK],
        "may_import": records_consumption(person, None) is None,
    }
    return render(request, "entitlements/list.html", context)


def _customer(wanted: Wanted) -> models.Customer | None:
    return models.Customer.objects.filter(pk=wanted.customer).first() if wanted.customer else None


def today_for(request: HttpRequest) -> date:
    """The day where they are."""
    return today_of(me(request).pk, company(), timezone.now())


def wanted_of(asked: QueryDict) -> Wanted:
    """What the query string asks for; what it cannot mean is left out."""
    sort, owner, kind, state = (asked.get(name, "") for name in ("sort", "owner", "kind", "state"))
    return Wanted(
        text=text(asked, "q"),
        customer=identity(asked.get("customer", "")),
        owner=owner if owner == NOBODY else str(identity(owner) or ""),
        kind=kind if kind in COUNTED else "",
        state=state if state in STATES else "",
        days=days_of(asked.get("days", "")),
        sort=sort if sort.removeprefix("-") in SORTS else "date",
    )


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    tell_of_export(request, "entitlements.csv")
    rows = all_entitlements(wanted_of(request.GET), today_for(request))
    response = StreamingHttpResponse(csv_lines(_table(rows)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="entitlements-{timezone.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _table(rows: Iterator[Line]) -> Iterator[tuple[str, ...]]:
    yield (
        "Customer",
        "Account owner",
        "What",
        "SKU",
        "Kind",
        "Unit",
        "Bought",
        "Used",
        "Left",
        "Sold on",
        "Consume by",
        "State",
        "Order",
        "Known from",
    )
    for row in rows:
        yield (
            row.customer,
            row.owner,
            row.title,
            row.sku,
            row.kind,
            row.unit,
            f"{row.quantity.normalize():f}",
            f"{row.used.normalize():f}",
            f"{row.left.normalize():f}",
            row.sold_on.isoformat(),
            row.consume_by.isoformat() if row.consume_by else "",
            row.state,
            row.order,
            row.source,
        )
