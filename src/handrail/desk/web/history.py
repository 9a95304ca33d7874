"""The history of a handoff: by day, of everybody or one person, about everything or one step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from handrail.desk.queries.handoff import handoff_view
from handrail.desk.queries.story import Asked, by_day, people_in, story
from handrail.desk.web.asked import identity, text
from handrail.desk.web.commanding import visit
from handrail.desk.web.gate import me
from handrail.handoff.items import in_order


@require_GET
def history(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    steps = [(step.name, step.title) for step in in_order(at.opened.plan, at.opened.state)]
    people = list(people_in(at.opened))
    asked = Asked(
        before=identity(request.GET.get("before", "")),
        person=identity(request.GET.get("person", "")),
        step=text(request.GET, "step") if text(request.GET, "step") in dict(steps) else "",
    )
    found = story(at.opened, me(request), asked)
    context = {
        "view": handoff_view(at.opened, at.me, at.now),
        "days": by_day(at.opened, found.acts, at.now),
        "more": found.more,
        "asked": asked,
        "people": people,
        "steps": steps,
    }
    return render(request, "handoff/history.html", context)
