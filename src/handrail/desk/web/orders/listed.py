"""The list of orders, as a page and as a file."""

from collections.abc import Iterator
from dataclasses import replace

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.desk import catalogue
from handrail.desk.permissions import sees_orders, writes_orders
from handrail.desk.queries.orders import SORTS, STATES, Wanted, all_orders, orders, sums
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import few_choices
from handrail.desk.web.asked import identity, text
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me, require
from handrail.order.money import is_currency


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    require(sees_orders(me(request)))
    wanted = wanted_of(request.GET)
    known = catalogue.current_catalogue()
    page = orders(wanted, page_number(request.GET.get("page", "")))
    currencies = dict.fromkeys((*(known.currencies if known else ()), *filter(None, (wanted.currency,))))
    context = {
        "page": page,
        "wanted": wanted,
        "sums": None if page.is_beyond_counting else sums(wanted),
        "states": STATES,
        "currencies": tuple(currencies),
        "writers": few_choices(me(request).pk, wanted.writer),
        "cannot_write": writes_orders(request.user),
    }
    return render(request, "orders/list.html", context)


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    require(sees_orders(me(request)))
    tell_of_export(request, "orders.csv")
    lines = csv_lines(_table(wanted_of(request.GET)))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="orders-{timezone.now():%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def wanted_of(asked: QueryDict) -> Wanted:
    """What the query string asks for; what it cannot mean is left out."""
    state, currency, sort = asked.get("state", ""), asked.get("currency", ""), asked.get("sort", "")
    wanted = Wanted(
        text=text(asked, "q"),
        state=state if any(state == value for value, _ in STATES) else "",
        writer=identity(asked.get("writer", "")),
        currency=currency if is_currency(currency) else "",
        outside=asked.get("outside") == "yes",
        customer=identity(asked.get("customer", "")),
        sort=sort if sort.removeprefix("-") in SORTS else "-changed",
    )
    return replace(wanted, due_on=timezone.now().date()) if asked.get("due") == "yes" else wanted


def _table(wanted: Wanted) -> Iterator[tuple[str, ...]]:
    yield (
        "Order",
        "Customer",
        "State",
        "Currency",
        "Value",
        "Ordered on",
        "Errors",
        "Warnings",
        "Outside the catalogue",
        "Territory",
        "Territory looked at again",
        "Written by",
        "Changed",
    )
    words = dict(STATES)
    for row in all_orders(wanted):
        yield (
            row.number,
            row.customer,
            words[row.state],
            row.currency,
            f"{row.value:f}",
            row.ordered_on.isoformat(),
            str(row.errors),
            str(row.warnings),
            "yes" if row.is_outside else "no",
            row.territory,
            row.territory_check_on.isoformat() if row.territory_check_on else "",
            row.writer,
            f"{row.changed_at:%Y-%m-%dT%H:%M:%SZ}",
        )
