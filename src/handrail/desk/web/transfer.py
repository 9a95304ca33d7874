"""The page of one transfer: what it is, what it needs next, and its accounts, as a page and as a file."""

from collections.abc import Iterator, Mapping, Sequence

from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from handrail.book.transfer import cannot_change
from handrail.desk import models, runbooks
from handrail.desk.absences import today_of
from handrail.desk.company import company
from handrail.desk.permissions import makes_transfers, sees_transfer
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import few_choices
from handrail.desk.queries.teams import team_choices
from handrail.desk.queries.transfer import STATES, TransferView, transfer_view
from handrail.desk.queries.transfer_lines import NOBODY, SORTS, LineRow, Wanted, all_lines, lines
from handrail.desk.queries.transfers import takes_part
from handrail.desk.transfers.sheet.columns import COLUMNS, ID, NAME, NEW, TITLES, workbook
from handrail.desk.web.asked import identity, text
from handrail.desk.web.audit import tell_of_export
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me, require
from handrail.runbook.kinds import Money

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What the main button of each next thing is called, and the address where it is done.
_BUTTONS = {
    "choose": ("Choose accounts", "list-plus", "transfer-accounts"),
    "propose": ("Propose owners", "scale", "transfer-proposal"),
    "ask": ("Ask the receivers", "send", "transfer-ask"),
    "move": ("Move the accounts", "arrow-right-left", "transfer-move"),
    "watch": ("See how far it is", "loader", "transfer-move"),
}
_SHOWS = {"choose again": "refused", "look": "failed"}  # the lines of which state it is about
_NEXT_TO_IT = ("transfer-proposal", "transfer-answer", "transfer-undo")
_MORE = ("Present CSM", "Way", "State")


def transfer_of(request: HttpRequest, transfer_id: int) -> models.Transfer:
    """For whoever prepares transfers, or gives or gets something in this one."""
    rows = models.Transfer.objects.select_related("giver", "runbook_version__calendar", "by")
    try:
        row = rows.filter(pk=transfer_id).first()
    except OverflowError:
        row = None
    person = me(request)
    if makes_transfers(person) is not None:
        require(sees_transfer(person, takes_part=row is not None and takes_part(person.pk, row.pk)))
    if row is None:
        raise Http404("There is no such transfer.")
    return row


@require_safe
def shown(request: HttpRequest, transfer_id: int) -> HttpResponse:
    row, now = transfer_of(request, transfer_id), timezone.now()
    view, wanted = transfer_view(row, today_of(me(request).pk, company(), now)), wanted_of(request.GET)
    cannot = makes_transfers(me(request)) or cannot_change(row.state)  # type: ignore[arg-type]
    context = {
        "view": view,
        "row": row,
        "page": lines(row.pk, wanted, page_number(request.GET.get("page", ""))),
        "wanted": wanted,
        "query": request.GET.urlencode(),
        "cannot": cannot,
        "makes": makes_transfers(me(request)) is None,
        "button": _button(row, view),
        "currency": _currency(row),
        "people": few_choices() if cannot is None else (),
        "teams": team_choices() if cannot is None else (),
        "urls": {name: address_of(name, row.pk) for name in _NEXT_TO_IT},
    }
    return render(request, "transfers/transfer.html", context)


def address_of(name: str, *args: object) -> str:
    """Empty where there is no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def _button(row: models.Transfer, view: TransferView) -> dict[str, object] | None:
    does = view.next.does
    if does in _SHOWS:
        state = _SHOWS[does] if _SHOWS[does] in {one.value for one in view.states} else ""
        query = f"state={state}" if state else f"receiver={NOBODY}"
        return {"label": "Show them", "icon": "list-filter", "url": f"?{query}#lines"}
    if does not in _BUTTONS:
        return None
    label, image, name = _BUTTONS[does]
    url = address_of(name, row.pk)
    return {"label": label, "icon": image, "url": url, "posts": does == "ask"} if url else None


def _currency(row: models.Transfer) -> str:
    facts = runbooks.runbook_of(row.runbook_version).facts if row.runbook_version else {}
    kind = facts["mrr"].kind if "mrr" in facts else None
    return kind.currency if isinstance(kind, Money) else ""


def wanted_of(asked: QueryDict) -> Wanted:
    """What the query string asks for; what it cannot mean is left out."""
    sort, state = asked.get("sort", ""), asked.get("state", "")
    return Wanted(
        text=text(asked, "q"),
        way=text(asked, "way"),
        state=state if state in STATES else "",
        receiver=_person(asked.get("receiver", "")),
        giver=_person(asked.get("giver", "")),
        sort=sort if sort.removeprefix("-") in SORTS else "added",
    )


def _person(written: str) -> str:
    return written if written == NOBODY else str(identity(written) or "")


@require_safe
def exported(request: HttpRequest, transfer_id: int, ending: str) -> HttpResponseBase:
    """The accounts that the list shows, in the columns of the spreadsheet."""
    row = transfer_of(request, transfer_id)
    if ending not in {"csv", "xlsx"}:
        raise Http404("Accounts are exported as CSV or XLSX.")
    name = f"transfer-{row.pk}.{ending}"
    tell_of_export(request, name)
    rows = _table(row, wanted_of(request.GET))
    response: HttpResponseBase
    if ending == "csv":
        headers = (*(one.title for one in COLUMNS), *_MORE)
        response = StreamingHttpResponse(csv_lines(_below(headers, rows)), content_type="text/csv; charset=utf-8")
    else:
        response = HttpResponse(workbook(rows, "Accounts to transfer", _MORE), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _below(headers: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    yield headers
    yield from rows


def _table(row: models.Transfer, wanted: Wanted) -> Iterator[tuple[str, ...]]:
    members = company().members
    emails = {pk: f"{one.name} <{one.email}>" for pk, one in members.items()}
    for taken in all_lines(row.pk, wanted):
        facts = _facts(taken)
        yield from (_cells(line, facts.get(line.customer_id or 0, {}), emails) for line in taken)


def _facts(taken: Sequence[LineRow]) -> dict[int, dict[str, str]]:
    found: dict[int, dict[str, str]] = {}
    customers = [one.customer_id for one in taken if one.customer_id]
    rows = models.CustomerFact.objects.filter(customer__in=customers, name__in=TITLES)
    for customer, name, value in rows.values_list("customer_id", "name", "value"):
        found.setdefault(customer, {})[name] = str(value)
    return found


def _cells(line: LineRow, facts: Mapping[str, str], emails: Mapping[int, str]) -> tuple[str, ...]:
    """What the spreadsheet says comes before what is known."""
    told = {ID: line.key, **facts, **{name: str(value) for name, value in line.sheet.items()}, NAME: line.name}
    told[NEW] = emails.get(line.receiver_id or 0, line.pool)
    return (*(told.get(one.name, "") for one in COLUMNS), line.giver, line.way, STATES[line.state][1])
