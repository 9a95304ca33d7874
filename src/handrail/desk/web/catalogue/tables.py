"""The catalogue's two tables: their text, what is wrong with it line by line, and what they cover, drawn.

One rule: text that cannot be read is not kept; it stays on the page with its problems.
"""

from dataclasses import dataclass, replace

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handrail.desk.catalogue_drafts import Standing, print_of, standing, write_tables
from handrail.desk.permissions import edits_catalogue
from handrail.desk.queries.catalogue import tables_view
from handrail.desk.web.asked import text
from handrail.desk.web.catalogue.frame import opened, page, today
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused
from handrail.order.catalogue import Catalogue
from handrail.order.catalogue_checks import table_problems
from handrail.order.product_checks import CatalogueProblem
from handrail.order.shipped import TABLES
from handrail.order.tables import Tables, tables_of

_LONGEST = 100_000
_TOO_LONG = CatalogueProblem(
    severity="error",
    code="too-long",
    says=f"The text is longer than {_LONGEST:,} characters.",
    mend="Shorten it.",
    field="tables",
)


@dataclass(frozen=True, kw_only=True)
class AtLine:
    """A problem with the line of the text that it is about."""

    problem: CatalogueProblem
    line: str


@require_http_methods(["GET", "HEAD", "POST"])
def shown(request: HttpRequest) -> HttpResponse:
    at = opened(request)
    if request.method != "POST":
        return _page(request, at, at.catalogue, print_of(at.catalogue.tables))
    require(edits_catalogue(me(request)))
    written = request.POST.get("tables", "").replace("\r\n", "\n").replace("\0", "").rstrip() + "\n"
    seen, typed = request.POST.get("seen", ""), replace(at.catalogue, tables=written)
    if len(written) > _LONGEST:
        return _page(request, at, typed, seen, (_TOO_LONG,), status=422)
    if not isinstance(tables_of(typed), Tables):
        return _page(request, at, typed, seen, status=422)
    if "look" in request.POST:
        return _page(request, at, typed, seen, is_looked_at=True)
    refused = write_tables(written, seen=seen, by=me(request), now=timezone.now())
    if refused is None:
        messages.success(request, "The tables were changed in the draft.")
        return redirect("catalogue-tables")
    again = standing()
    return _page(request, again, typed, print_of(again.catalogue.tables), refused=refused, status=409)


def _page(
    request: HttpRequest,
    at: Standing,
    typed: Catalogue,
    seen: str,
    problems: tuple[CatalogueProblem, ...] | None = None,
    *,
    refused: Refused | None = None,
    is_looked_at: bool = False,
    status: int = 200,
) -> HttpResponse:
    found = table_problems(typed, on=today()) if problems is None else problems
    lines = typed.tables.split("\n")
    asked = {key: text(request.GET, key) for key in request.GET}
    more = {
        "text": typed.tables,
        "theirs": at.catalogue.tables if refused else "",
        "seen": seen,
        "problems": tuple(AtLine(problem=one, line=_line(lines, one.line)) for one in found),
        "tables": tables_view(typed, asked) if problems is None else (),
        "refused": refused,
        "is_looked_at": is_looked_at,
        "is_kept": status != 422,
        "is_ours": typed.tables == TABLES,
        "rows": min(max(len(lines) + 1, 16), 60),
    }
    return page(request, at, "catalogue-tables", "catalogue/tables.html", more, status=status)


def _line(lines: list[str], number: int) -> str:
    return lines[number - 1].strip()[:200] if 0 < number <= len(lines) else ""
