"""The handover document: as it is now, and as it was signed or accepted. And the files attached to a handoff."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from handrail.desk import models, uploads
from handrail.desk.comments import Subject
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.document import living_document, signed_document
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.web.commanding import visit
from handrail.desk.web.downloading import handed_out
from handrail.desk.web.gate import me


@require_GET
def document(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    context = {
        "handoff": handoff_view(at.opened, at.me, at.now),
        "view": living_document(at.opened),
    }
    return render(request, "handoff/document.html", context)


@require_GET
def signed(request: HttpRequest, handoff_id: int, number: int) -> HttpResponse:
    at = visit(request, handoff_id)
    view = signed_document(at.opened, number)
    if view is None:
        raise Http404("No document was signed at this point of the history.")
    context = {
        "handoff": handoff_view(at.opened, at.me, at.now),
        "view": view,
        "thread": thread_of(Subject(handoff=handoff_id, about=f"document:{number}"), me(request)),
    }
    return render(request, "handoff/document.html", context)


@require_GET
def download(request: HttpRequest, handoff_id: int, key: str) -> HttpResponseBase:
    row = get_object_or_404(models.Upload, handoff=handoff_id, key=key, is_loose=False)
    why_not = uploads.not_to_be_opened(row)
    if why_not:
        return render(request, "errors/error.html", {"title": "Not to be opened", "says": why_not}, status=409)
    return handed_out(row)
