"""The handover document and any other: as it is now, as it was kept, what changed, sharing it and adding to it. And the
files attached to a handoff."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from handrail.desk import comments, ledger, models, uploads
from handrail.desk.comments import Subject
from handrail.desk.queries.comments import thread_of
from handrail.desk.queries.document import DocumentView, living_document, signed_document
from handrail.desk.queries.document_changes import comparison_of, since_looked
from handrail.desk.queries.document_files import checklist_of
from handrail.desk.queries.handoff import handoff_view
from handrail.desk.web.asked import text
from handrail.desk.web.commanding import Visit, seen, status_of, visit
from handrail.desk.web.downloading import handed_out
from handrail.desk.web.gate import me
from handrail.handoff import commands as c
from handrail.handoff.document_gaps import Gap
from handrail.handoff.refusal import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def document(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    view = _living(request, at)
    if request.method == "POST":
        does = _DOES.get(request.POST.get("do", ""))
        if does is None:
            raise Http404("A document has no such action.")
        return does(request, at, view)
    return _page(request, at, view)


def _living(request: HttpRequest, at: Visit) -> DocumentView:
    view = living_document(at.opened, text(request.GET, "document"), text(request.GET, "lang"), at.me, at.now)
    if view is None:
        raise Http404("The runbook has no such document.")
    return view


def _page(request: HttpRequest, at: Visit, view: DocumentView, refused: Refused | None = None) -> HttpResponse:
    is_checklist = "checklist" in request.GET
    context = {
        "handoff": handoff_view(at.opened, at.me, at.now),
        "view": view,
        "checklist": checklist_of(at.opened, view) if is_checklist else None,
        "since": None if refused or is_checklist else since_looked(at.opened, view.name, me(request).pk),
        "seen": at.opened.state.number,
        "refused": refused,
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "typed": request.POST if refused else {},
        "chosen": frozenset(request.POST.getlist("role") + request.POST.getlist("contact")) if refused else frozenset(),
    }
    return render(request, "handoff/document.html", context, status=status_of(refused))


def _share(request: HttpRequest, at: Visit, view: DocumentView) -> HttpResponse:
    command = c.Share(
        by=at.me,
        step=request.POST.get("step", ""),
        roles=tuple(request.POST.getlist("role")),
        contacts=tuple(request.POST.getlist("contact")),
        note=request.POST.get("note", ""),
        seen=seen(request),
    )
    says = "Shared. This version is kept, and who it is shared with here is told."
    return _done(request, at, view, command, says)


def _add(request: HttpRequest, at: Visit, view: DocumentView) -> HttpResponse:
    command = c.AddAddendum(by=at.me, text=request.POST.get("text", ""))
    return _done(request, at, view, command, "Added, under your name. What was kept before stays as it was.")


def _done(request: HttpRequest, at: Visit, view: DocumentView, command: c.Command, says: str) -> HttpResponse:
    outcome = ledger.record(at.opened.row.pk, command, now=at.now)
    if isinstance(outcome, Refused):
        return _page(request, at, view, outcome)
    messages.success(request, says)
    return redirect(_address(at, view))


def _address(at: Visit, view: DocumentView) -> str:
    address = reverse("document", args=[at.opened.row.pk])
    return f"{address}?document={view.name}" if view.name else address


def _ask(request: HttpRequest, at: Visit, view: DocumentView) -> HttpResponse:
    """A comment where the answer is to be given, which tells those who can give it."""
    asked = request.POST.get("gap", "")
    gap = next((one for at_, one in enumerate(view.gaps, start=1) if str(at_) == asked), None)
    if gap is None or gap.label != request.POST.get("label", gap.label):
        return _page(request, at, view, Refused(code="changed-meanwhile", says="This is not missing any more."))
    rows = models.Person.objects.filter(pk__in=[one.id for one in gap.people], is_active=True)
    addresses = list(rows.order_by("name").values_list("email", flat=True))
    if not addresses:
        says = f"Nobody can be asked for “{gap.label}”: {gap.owed_by or 'nobody'} is to give it."
        return _page(request, at, view, Refused(code="nobody", says=says))
    about = f"step:{gap.step}" if gap.step else f"fact:{gap.fact}"
    subject = Subject(handoff=at.opened.row.pk, about=about, title=f"{gap.label} is missing")
    question = _question(gap, addresses, view, request.POST.get("note", ""))
    said = comments.say(subject, question, by=me(request), now=at.now)
    if isinstance(said, Refused):
        return _page(request, at, view, said)
    told = ", ".join(one.name for one in said.told)
    messages.success(request, f"Asked: {told}." if told else "Noted. It is yours to give, so nobody was told.")
    return redirect(_address(at, view))


def _question(gap: Gap, addresses: list[str], view: DocumentView, note: str) -> str:
    whom = " ".join(f"@{address}" for address in addresses)
    by = f" by {gap.until.day} {gap.until:%B %Y}" if gap.until else ""
    asks = f"{whom}: “{gap.label}” is missing in “{view.tree.title}”, {gap.part}. Please give it{by}."
    return f"{asks}\n\n{note.strip()}" if note.strip() else asks


_DOES: dict[str, Callable[[HttpRequest, Visit, DocumentView], HttpResponse]] = {
    "share": _share,
    "add": _add,
    "ask": _ask,
}


@require_GET
def signed(request: HttpRequest, handoff_id: int, number: int) -> HttpResponse:
    at = visit(request, handoff_id)
    view = signed_document(at.opened, number, text(request.GET, "lang"), at.me, at.now)
    if view is None:
        raise Http404("No document was kept at this point of the history.")
    context = {
        "handoff": handoff_view(at.opened, at.me, at.now),
        "view": view,
        "thread": thread_of(Subject(handoff=handoff_id, about=f"document:{number}"), me(request)),
        "errors": {},
        "typed": {},
    }
    return render(request, "handoff/document.html", context)


@require_GET
def changes(request: HttpRequest, handoff_id: int) -> HttpResponse:
    at = visit(request, handoff_id)
    name = text(request.GET, "document")
    if name and name not in at.opened.plan.runbook.documents:
        raise Http404("The runbook has no such document.")
    found = comparison_of(at.opened, name, text(request.GET, "from"), text(request.GET, "to"))
    if found is None:
        raise Http404("No document was kept at this point of the history.")
    context = {"handoff": handoff_view(at.opened, at.me, at.now), "view": found}
    return render(request, "handoff/document_changes.html", context)


@require_GET
def download(request: HttpRequest, handoff_id: int, key: str) -> HttpResponseBase:
    row = get_object_or_404(models.Upload, handoff=handoff_id, key=key, is_loose=False)
    why_not = uploads.not_to_be_opened(row)
    if why_not:
        return render(request, "errors/error.html", {"title": "Not to be opened", "says": why_not}, status=409)
    return handed_out(row)
