"""Two versions of a runbook side by side. Which two, and whose handoffs are asked, stands in the address."""

from collections.abc import Sequence

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.desk import permissions
from handrail.desk.queries.comparison import comparison_view
from handrail.desk.queries.moving import movable
from handrail.desk.queries.runbooks import VersionLine, versions
from handrail.desk.web.asked import identity


@require_safe
def compared(request: HttpRequest, name: str) -> HttpResponse:
    """Without a choice, the current version against the one before it."""
    known = versions(name)
    if not known:
        raise Http404("There is no such runbook, or no such version of it.")
    new = _chosen(request, "new", known, next((one for one in known if one.is_current), known[0]))
    old = _chosen(request, "old", known, _before(known, new))
    every = request.GET.get("handoffs") == "all"
    asked = [one for one in known if one.id != new.id and (every or one.id == old.id)]
    context = {
        "view": comparison_view(old, new, asked),
        "old": old,
        "new": new,
        "every": every,
        "versions": known,
        "is_one": old.id == new.id,
        "movable": movable(old) if old.id != new.id and permissions.moves_handoffs(request.user) is None else (),
    }
    return render(request, "runbooks/comparison.html", context)


def _chosen(request: HttpRequest, which: str, known: Sequence[VersionLine], otherwise: VersionLine) -> VersionLine:
    """Raises `Http404` where the address names a version that the runbook does not have."""
    if which not in request.GET:
        return otherwise
    wanted = identity(request.GET[which])
    found = next((one for one in known if one.id == wanted), None)
    if found is None:
        raise Http404("There is no such runbook, or no such version of it.")
    return found


def _before(known: Sequence[VersionLine], version: VersionLine) -> VersionLine:
    """The one published just before; the version itself where it is the first. `known` has the latest first."""
    at = known.index(version)
    return known[min(at + 1, len(known) - 1)]
