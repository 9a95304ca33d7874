"""The runbooks: which there are, and each version as a document to read."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.desk.queries.runbook import runbook_view
from handrail.desk.queries.runbooks import versions


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    return render(request, "runbooks/list.html", {"versions": versions()})


@require_safe
def shown(request: HttpRequest, name: str, version_id: int | None = None) -> HttpResponse:
    """The current version, or the one named."""
    known = versions(name)
    chosen = next((one for one in known if one.id == version_id or (version_id is None and one.is_current)), None)
    view = runbook_view(chosen.id, name) if chosen else None
    if view is None:
        raise Http404("There is no such runbook, or no such version of it.")
    return render(request, "runbooks/runbook.html", {"view": view, "version": chosen, "versions": known})
