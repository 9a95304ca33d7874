"""Giving and correcting facts: what would follow is shown first, where anything would.

One rule: looking records nothing, and what was typed goes on from the look to the change and back.
"""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from handrail.desk import ledger
from handrail.desk.queries.controls import Control
from handrail.desk.queries.foresight import foresight_view
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.web.commanding import Visit, seen, visit
from handrail.desk.web.handoff import packed, page, was_known
from handrail.desk.web.value_input import is_typed, typed_value
from handrail.handoff import commands as c
from handrail.handoff.foreseen import Foreseen, foresee
from handrail.handoff.refusal import Refused
from handrail.runbook.kinds import Written

Values = Mapping[str, Written | None]


@require_POST
def give_facts(request: HttpRequest, handoff_id: int) -> HttpResponse:
    """`do=look` shows what would follow, and gives the facts where nothing would; `do=back` goes back to the fields."""
    at = visit(request, handoff_id)
    typed = _typed(request.POST, at)
    if request.POST.get("do") == "back":
        return page(request, at, typed=typed, was=request.POST)
    news = {name: value for name, value in typed.items() if packed(value) != was_known(request.POST, name)}
    if not news:
        messages.info(request, "Nothing was changed.")
        return redirect("handoff", handoff_id)
    command = c.GiveFacts(by=at.me, values=news, source=_source(request), seen=seen(request))
    if request.POST.get("do") == "look":
        found = foresee(at.opened.plan, at.opened.state, command, at.now)
        if isinstance(found, Foreseen) and not found.is_quiet:
            return _look(request, at, found, news)
    return _give(request, at, command, typed)


def _give(request: HttpRequest, at: Visit, command: c.GiveFacts, typed: Values) -> HttpResponse:
    handoff_id = at.opened.row.pk
    outcome = ledger.record(handoff_id, command, now=at.now)
    if isinstance(outcome, Refused):
        return page(request, visit(request, handoff_id), outcome, typed)
    messages.success(request, "The facts are kept. What follows from them is shown in the plan.")
    return redirect("handoff", handoff_id)


def _look(request: HttpRequest, at: Visit, found: Foreseen, news: Values) -> HttpResponse:
    kinds = at.opened.plan.kinds
    context = {
        "view": handoff_view(at.opened, at.me, at.now),
        "foreseen": foresight_view(at.opened, found, news),
        "sent_on": [
            (name, Control(kind=kinds[name], written=value), request.POST.get(f"was.{name}", ""))
            for name, value in news.items()
        ],
        "source": _source(request),
        "seen": seen(request) or at.opened.state.number,
    }
    return render(request, "handoff/foreseen.html", context)


def _typed(post: QueryDict, at: Visit) -> dict[str, Written | None]:
    kinds = at.opened.plan.kinds
    return {name: typed_value(post, name, kind) for name, kind in kinds.items() if is_typed(post, name, kind)}


def _source(request: HttpRequest) -> str:
    return request.POST.get("source", "").strip()[:300]
