"""Publishing the draft: everything that is wrong with it and everything that is new, before anything happens."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from handrail.desk import catalogue_drafts
from handrail.desk.catalogue_drafts import Standing, standing
from handrail.desk.imports.problem import printable
from handrail.desk.permissions import edits_catalogue
from handrail.desk.queries.catalogue import grouped_changes
from handrail.desk.queries.pages import page_number
from handrail.desk.web.asked import identity
from handrail.desk.web.catalogue.frame import opened, page, today
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused

_MOST_PROBLEMS, _MOST_CHANGED = 100, 100
_LONGEST_SAYS = 500


@require_http_methods(["GET", "HEAD", "POST"])
def publish(request: HttpRequest) -> HttpResponse:
    at = opened(request)
    if request.method != "POST":
        return _page(request, at)
    require(edits_catalogue(me(request)))
    says = printable(request.POST.get("says", ""), _LONGEST_SAYS - 1)
    revision = identity(request.POST.get("revision", ""))
    refused = catalogue_drafts.publish(
        revision=-1 if revision is None else revision, says=says, by=me(request), now=timezone.now(), on=today()
    )
    if refused is not None:
        return _page(request, standing(), refused, says, status=422 if refused.code == "errors" else 409)
    number = standing().catalogue.version
    messages.success(request, f"Catalogue {number} is published: orders are sold from it from now on.")
    return redirect("catalogue-version", number)


@require_POST
def discard(request: HttpRequest) -> HttpResponse:
    opened(request)
    require(edits_catalogue(me(request)))
    revision = identity(request.POST.get("revision", ""))
    refused = catalogue_drafts.discard(
        revision=-1 if revision is None else revision, by=me(request), now=timezone.now()
    )
    if refused is not None:
        return _page(request, standing(), refused, status=409)
    messages.success(request, "The draft was discarded; what is published stays as it is.")
    return redirect("catalogue-manage")


def _page(
    request: HttpRequest, at: Standing, refused: Refused | None = None, says: str = "", status: int = 200
) -> HttpResponse:
    problems = at.problems(today())
    changed, number = grouped_changes(at.changes), page_number(request.GET.get("page", ""))
    start = (number - 1) * _MOST_CHANGED
    more = {
        "problems": problems[:_MOST_PROBLEMS],
        "problems_left": max(0, len(problems) - _MOST_PROBLEMS),
        "groups": changed[start : start + _MOST_CHANGED],
        "group_count": len(changed),
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if start + _MOST_CHANGED < len(changed) else None,
        "refused": refused,
        "says": says,
        "cannot_publish": _why_not(at),
    }
    return page(request, at, "catalogue-publish", "catalogue/publish.html", more, status=status)


def _why_not(at: Standing) -> str:
    errors = sum(1 for one in at.problems(today()) if one.severity == "error")
    if errors:
        return f"Mend the {f'{errors} errors' if errors > 1 else 'error'} first."
    return "" if at.changes else "Nothing in it is new."
