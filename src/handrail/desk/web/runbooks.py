"""The runbooks: which there are, and each version as a document to read."""

from collections.abc import Iterator, Sized

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.desk.permissions import reads_the_audit
from handrail.desk.queries.runbook import RunbookView, runbook_view
from handrail.desk.queries.runbook.steps import StageView
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
    context = {
        "view": view,
        "version": chosen,
        "versions": known,
        "contents": tuple(_contents(view)),
        "reads_the_audit": reads_the_audit(request.user) is None,
    }
    return render(request, "runbooks/runbook.html", context)


def _contents(view: RunbookView) -> Iterator[tuple[str, str, int, tuple[StageView, ...]]]:
    """Of each section that there is: its place, title, how much is in it, and the stages inside of it."""
    sections: tuple[tuple[str, str, Sized], ...] = (
        ("terms", "Terms", view.terms),
        ("facts", "Facts", view.facts),
        ("derived", "Derived facts", view.derived),
        ("roles", "Roles", view.roles),
        ("decisions", "Decisions", view.decisions),
    )
    after: tuple[tuple[str, str, Sized], ...] = (
        ("milestones", "Milestones", view.milestones),
        ("sessions", "Sessions", view.sessions),
        ("windows", "Windows", view.windows),
        ("messages", "Messages", view.messages),
        ("events", "Happenings", view.events),
        ("forms", "Forms", view.forms),
        ("ends", "How it ends", view.ends),
    )
    yield "check", "What the check says", len(view.checked.findings), ()
    if view.notes or view.history:
        yield "about", "About this version", 0, ()
    yield from ((place, title, len(things), ()) for place, title, things in sections if things)
    yield "stages", "Stages and steps", view.steps, view.stages
    yield "raci", "Who does what", 0, ()
    yield from ((place, title, len(things), ()) for place, title, things in after if things)
    if view.phases:
        yield "phases", "Phases", 0, ()
    yield "versions", "Versions", 0, ()
