"""The audit, on the page and as a file. It is read here and nowhere written: what it tells, it tells of itself.

One rule: who takes the file away is told in it too.
"""

from collections.abc import Iterator
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from handrail.desk import audit
from handrail.desk.permissions import edits_people, reads_the_audit
from handrail.desk.queries.audit import SORTS, Line, Wanted, all_lines, audit_page, place
from handrail.desk.queries.people import choices
from handrail.desk.web.asked import identity, text
from handrail.desk.web.csv_text import csv_lines
from handrail.desk.web.gate import me, require

# Where a thing that is told of is seen, by its key. Those that are not here have no page of their own.
_PAGES = {
    "customer link": "customer-links",
    "handoff": "handoff",
    "import": "import",
    "long work": "long-work",
    "mail": "mail",
    "order": "order",
    "order file": "order-import",
    "role": "handoff",
    "runbook": "runbook",
    "transfer": "transfer",
}


@never_cache
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    require(reads_the_audit(me(request)))
    wanted, after = _wanted(request.GET), place(request.GET.get("after", ""))
    page = audit_page(wanted, after)
    pages = {**_PAGES, **({"person": "person"} if edits_people(me(request)) is None else {})}
    context = {
        "page": page,
        "rows": [(line, _url(line, pages)) for line in page.lines],
        "wanted": wanted,
        "sorts": SORTS.items(),
        "people": choices(also=wanted.person),
        "is_first": after is None,
    }
    return render(request, "audit/list.html", context)


@require_safe
def exported(request: HttpRequest) -> StreamingHttpResponse:
    require(reads_the_audit(me(request)))
    wanted, now = _wanted(request.GET), timezone.now()
    tell_of_export(request, "audit.csv")
    response = StreamingHttpResponse(csv_lines(_table(all_lines(wanted))), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="audit-{now:%Y-%m-%d}.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def tell_of_export(request: HttpRequest, name: str) -> None:
    """Who takes data out, and which of it: what the address narrows it to."""
    if request.method == "GET":
        narrowed = ", ".join(f"{one}: {value}" for one, value in sorted(request.GET.items()) if value)
        audit.write(action="exported", about="export", key=name, name=name, says=narrowed)


def _url(line: Line, pages: dict[str, str]) -> str:
    name = pages.get(line.about)
    if name is None or not line.key:
        return ""
    key = line.key.partition(".")[0] if line.about == "customer link" else line.key  # that of the handoff
    return reverse(name, args=[key])


def _wanted(asked: QueryDict) -> Wanted:
    about = text(asked, "about")
    return Wanted(
        about=about if about in SORTS else "",
        key=text(asked, "key") if about in SORTS else "",
        person=identity(asked.get("person", "")),
        first_day=_day(asked.get("from", "")),
        last_day=_day(asked.get("to", "")),
    )


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _table(lines: Iterator[Line]) -> Iterator[tuple[str, ...]]:
    yield ("When (UTC)", "Who", "Did", "What", "Key", "Which", "Changes", "More")
    for line in lines:
        changes = "; ".join(f"{name}: {old or '–'} → {new or '–'}" for name, old, new in line.changes)
        at = f"{line.at:%Y-%m-%dT%H:%M:%SZ}"
        yield (at, line.by, line.action, line.about, line.key, line.name, changes, line.says)
