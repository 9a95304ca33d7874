"""The handover document: as it is now, and as it was signed or accepted. And the files attached to a handoff."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from handrail.desk import models, uploads
from handrail.desk.comments import Subject
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.document import living_document, signed_document
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.web.commanding import visit
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
def download(request: HttpRequest, handoff_id: int, key: str) -> FileResponse:
    """Always a download under a safe name, never shown in the browser: what is in the file stays in the file."""
    row = get_object_or_404(models.Upload, handoff=handoff_id, key=key)
    try:
        file = uploads.path_of(row.key).open("rb")
    except FileNotFoundError:
        raise Http404("The file is not in the data folder any more.") from None
    response = FileResponse(file, as_attachment=True, filename=row.name, content_type="application/octet-stream")
    response["Cache-Control"] = "private, no-store"
    return response
