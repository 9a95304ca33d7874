"""The teams: all of them, one with its people and what each of them holds; for administrators, making and changing."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk.models import Team
from handrail.desk.permissions import edits_people
from handrail.desk.queries.pages import page_number
from handrail.desk.queries.team import members, team_of, team_view
from handrail.desk.queries.teams import teams
from handrail.desk.web.gate import me, require
from handrail.desk.web.person_form import TeamForm

_reads_and_sends = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    page = teams(page_number(request.GET.get("page", "")), timezone.now())
    context = {"page": page, "editing": edits_people(me(request))}
    return render(request, "people/teams.html", context)


@require_safe
def shown(request: HttpRequest, key: str) -> HttpResponse:
    team, now = _team(key), timezone.now()
    context = {
        "team": team,
        "view": team_view(team, now),
        "page": members(team, page_number(request.GET.get("page", "")), now),
        "editing": edits_people(me(request)),
    }
    return render(request, "people/team.html", context)


@_reads_and_sends
def added(request: HttpRequest) -> HttpResponse:
    require(edits_people(me(request)))
    return _edited(request, TeamForm(request.POST or None), "")


@_reads_and_sends
def changed(request: HttpRequest, key: str) -> HttpResponse:
    require(edits_people(me(request)))
    team = _team(key)
    return _edited(request, TeamForm(request.POST or None, instance=team), team.name)


def _edited(request: HttpRequest, form: TeamForm, name: str) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        team = form.save()
        messages.success(request, f"{team.name} was {'added' if form.is_new else 'changed'}.")
        return redirect("team", team.key)
    context = {"form": form, "name": name, "key": form.instance.key}
    return render(request, "people/team_form.html", context, status=422 if form.is_bound else 200)


def _team(key: str) -> Team:
    team = team_of(key)
    if team is None:
        raise Http404("There is no such team.")
    return team
