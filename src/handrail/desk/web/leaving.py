"""Letting somebody leave: what they hold and who would get it, the button, what became of it, and taking it back."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handrail.desk import departures as d
from handrail.desk import leaving, models, returning
from handrail.desk.permissions import edits_people, leaves
from handrail.desk.queries.leaving import listed, moved_lines, tallies
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.people import choices
from handrail.desk.web.commanding import status_of
from handrail.desk.web.gate import me, require
from handrail.handoff.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, person_id: int) -> HttpResponse:
    require(edits_people(me(request)))
    person = models.Person.objects.select_related("team").filter(pk=person_id).first()
    if person is None:
        raise Http404("There is no such person.")
    asked = request.POST if request.method == "POST" else request.GET
    policy = d.read_policy(person, {kind: asked.get(kind, "") for kind in d.KINDS})
    if "look" in request.POST and not isinstance(policy, Refused):
        looked_at = [("show", asked.get("show", "")), *policy.items()]
        return redirect(f"{request.path}?{urlencode(looked_at)}")
    if request.method == "POST" and not isinstance(policy, Refused):
        outcome = leaving.leave(person.pk, policy, by=me(request), now=timezone.now())
        if isinstance(outcome, models.Departure):
            messages.success(request, f"{person.name} has left. What they held has gone to others.")
            return redirect("departure", outcome.pk)
        return _page(request, person, policy, outcome)
    return _page(request, person, policy, policy if isinstance(policy, Refused) else None)


def _page(
    request: HttpRequest, person: models.Person, policy: d.Policy | Refused, refused: Refused | None
) -> HttpResponse:
    now = timezone.now()
    chosen = d.read_policy(person, {}) if isinstance(policy, Refused) else policy
    assert not isinstance(chosen, Refused)  # what is taken where nothing is chosen can be meant
    number = page_number(request.GET.get("page", ""))
    context = {
        "person": person,
        "previews": d.previews(person, chosen, now),
        "people": [one for one in choices() if one.id != person.pk],
        "held": listed(person, request.GET.get("show", ""), number, now),
        "cannot": leaves(me(request), person),
        "refused": refused,
    }
    return render(request, "people/leave.html", context, status=status_of(refused))


@require_safe
def departure(request: HttpRequest, departure_id: int) -> HttpResponse:
    require(edits_people(me(request)))
    row = _departure(departure_id)
    context = {
        "row": row,
        "tallies": tallies(row.moves),
        "page": moved_lines(row.moves, page_number(request.GET.get("page", ""))),
    }
    return render(request, "people/departure.html", context)


@require_POST
def undo(request: HttpRequest, departure_id: int) -> HttpResponse:
    """What stays is told, one by one."""
    require(edits_people(me(request)))
    row = _departure(departure_id)
    stays = returning.undo(row.pk, by=me(request), now=timezone.now())
    if isinstance(stays, Refused):
        messages.error(request, stays.says)
        return redirect("departure", row.pk)
    messages.success(request, f"{row.person.name} works here again.")
    context = {"row": _departure(departure_id), "page": moved_lines(stays, 1) if stays else None, "count": len(stays)}
    return render(request, "people/returned.html", context)


def _departure(departure_id: int) -> models.Departure:
    row = models.Departure.objects.select_related("person", "by", "undone_by").filter(pk=departure_id).first()
    if row is None:
        raise Http404("There is no such departure.")
    return row
