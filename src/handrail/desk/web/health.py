"""Whether it works: two answers for machines that watch over it, public and without a word too many, and a page for the
people who look after it."""

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from handrail.desk.permissions import rebuilds, sees_health
from handrail.desk.queries.health import health, pulse
from handrail.desk.queries.readiness import unready
from handrail.desk.web.gate import me, require


@login_not_required
@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; then, a name and a number to a line: how late the wake loop is, how many workers live, how
    many handoffs they cannot wake. Where the database does not answer those lines are missing, since this process is
    not the one to start again."""
    try:
        return _plain(f"ok\n{_pulse()}")
    except DatabaseError:
        return _plain("ok\n")


@login_not_required
@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """503 where it cannot work, with the check that failed in a word: `database` or `migrations`. That the wake loop is
    late does not make this process less ready, and is told all the same."""
    fails = unready()
    return _plain(f"not ready: {fails}\n", status=503) if fails else _plain(f"ready\n{_pulse()}")


def _pulse() -> str:
    beat = pulse()
    return f"lag_seconds {beat.lag_seconds}\nworkers {beat.workers}\nfailing {beat.failing}\n"


def _plain(text: str, status: int = 200) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain")


@never_cache
@require_safe
def shown(request: HttpRequest) -> HttpResponse:
    require(sees_health(me(request)))
    return render(request, "health.html", {"health": health(), "rebuilding": rebuilds(request.user)})
