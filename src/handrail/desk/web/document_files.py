"""Documents as files, verifying a file that somebody has, and how the company's documents look."""

import hashlib
from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from handrail.desk import brand, models
from handrail.desk.papers import Paper, Unprinted, docx_of, pdf_of
from handrail.desk.permissions import changes_brand
from handrail.desk.queries.document import DocumentView, living_document, signed_document
from handrail.desk.queries.document_files import checklist_of, origins_of, paper_for, remember_file
from handrail.desk.uploads import safe_name
from handrail.desk.web.asked import identity, text
from handrail.desk.web.commanding import Visit, status_of, visit
from handrail.desk.web.gate import me, require
from handrail.handoff.document import canonical_json
from handrail.handoff.refusal import Refused

_TYPES = {
    "pdf": "application/pdf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "json": "application/json",
}
LARGEST_VERIFIED = 50 * 1024 * 1024


@require_GET
def made(request: HttpRequest, handoff_id: int, kind: str) -> HttpResponse:
    """`kind` is pdf, docx or json. Of a kept version (`number`), or of the document as it is now."""
    if kind not in _TYPES:
        raise Http404("A document is made into no such file.")
    at = visit(request, handoff_id)
    view = _view(request, at)
    paper = paper_for(view, at.now)
    if "checklist" in request.GET:
        paper = replace(paper, tree=checklist_of(at.opened, view), boxes=True, addenda=(), digest="")
    try:
        content = _content(paper, view, at, kind)
    except Unprinted as unprinted:
        return render(request, "errors/error.html", {"title": "No file was made", "says": str(unprinted)}, status=503)
    if view.seal and "checklist" not in request.GET and kind != "json":
        remember_file(handoff_id, view.seal.number, kind, view.language, content, at.now)
    response = HttpResponse(content, content_type=_TYPES[kind])
    name = safe_name(f"{paper.tree.customer} - {paper.tree.title}.{kind}")
    response.headers["Content-Disposition"] = _attachment(name)
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _view(request: HttpRequest, at: Visit) -> DocumentView:
    language, number = text(request.GET, "lang"), identity(text(request.GET, "number"))
    if number is not None:
        view = signed_document(at.opened, number, language, at.me, at.now)
    else:
        view = living_document(at.opened, text(request.GET, "document"), language, at.me, at.now)
    if view is None:
        raise Http404("There is no such document.")
    return view


def _content(paper: Paper, view: DocumentView, at: Visit, kind: str) -> bytes:
    match kind:
        case "pdf":
            return pdf_of(paper)
        case "docx":
            return docx_of(paper)
        case _ if view.seal:
            row = models.SignedDocument.objects.get(handoff=at.opened.row.pk, number=view.seal.number)
            return row.content.encode()
        case _:
            return canonical_json(paper.tree).encode()


def _attachment(name: str) -> str:
    from django.utils.http import content_disposition_header

    return content_disposition_header(as_attachment=True, filename=name) or "attachment"


@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Whether a file is what was kept, or was made of it: told by its digest, and the file itself is not kept."""
    file = request.FILES.get("file")
    digest, error = text(request.GET, "sha256").lower(), ""
    if request.method == "POST" and file is None:
        error = "Choose a file."
    elif file is not None and (file.size or 0) > LARGEST_VERIFIED:
        error = "This file is larger than any document."
    elif file is not None:
        hashed = hashlib.sha256()
        for chunk in file.chunks():
            hashed.update(chunk)
        digest = hashed.hexdigest()
    context = {
        "digest": digest if not error else "",
        "origins": origins_of(digest) if digest and not error else (),
        "error": error,
        "name": file.name if file else "",
    }
    return render(request, "handoff/verify.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def branding(request: HttpRequest) -> HttpResponse:
    require(changes_brand(me(request)))
    refused: Refused | None = None
    if request.method == "POST":
        refused = brand.change(
            name=request.POST.get("name", ""),
            accent=request.POST.get("accent", ""),
            logo=request.FILES.get("logo"),
            removes_logo=request.POST.get("no_logo") == "yes",
            now=timezone.now(),
        )
        if refused is None:
            messages.success(request, "Kept. Documents look like this from now on.")
            return redirect("brand")
    context = {
        "look": brand.look(),
        "typed": request.POST if refused else None,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "contrast": f"{brand.contrast_with_white(brand.look().accent):.1f}",
    }
    return render(request, "brand.html", context, status=status_of(refused))


@require_GET
def logo(request: HttpRequest) -> HttpResponse:
    picture = brand.look().logo
    if not picture:
        raise Http404("The company has no logo here.")
    return HttpResponse(picture, content_type="image/png", headers={"Cache-Control": "private, max-age=60"})
