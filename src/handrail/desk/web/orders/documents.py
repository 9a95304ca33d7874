"""An order on paper: as a page that prints, and as files, in several languages."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header, urlencode
from django.views.decorators.http import require_safe

from handrail.desk import models
from handrail.desk.orders.papers import (
    LANGUAGES,
    Kind,
    Said,
    as_it_stands,
    as_submitted,
    file_name,
    file_of,
    paper_of,
    says,
    sent_version,
)
from handrail.desk.papers import Unprinted
from handrail.desk.uploads import safe_name
from handrail.desk.web.asked import identity, text
from handrail.desk.web.orders import frame

TYPES: dict[str, tuple[Kind, str]] = {
    "pdf": ("pdf", "application/pdf"),
    "docx": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
}


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Something else to look at on the page; `query` is what its address asks for."""

    title: str
    query: str
    is_chosen: bool
    tag: str = ""


@require_safe
def documents(request: HttpRequest, order_id: int) -> HttpResponse:
    at = frame.opened(request, order_id)
    sent = sent_version(at.row)
    of, said = _said(request, at.row, sent)
    language = text(request.GET, "lang")
    try:
        shown = paper_of(said, language)
    except Unprinted as unprinted:
        more: dict[str, object] = {"shown": None, "says": str(unprinted)}
        return frame.page(request, at, "order-documents", "orders/documents.html", more)
    more = {
        "shown": shown,
        "sent": sent,
        "of": of,
        "files": _query(of=of, lang=shown.language),
        "looks": _looks(at.row, sent, of, language),
        "languages": languages_of(shown.language, of),
        "has_changed": sent is not None and says(sent.content) != says(at.row.content),
    }
    return frame.page(request, at, "order-documents", "orders/documents.html", more)


@require_safe
def made(request: HttpRequest, order_id: int, kind: str) -> HttpResponse:
    if kind not in TYPES:
        raise Http404("An order is made into no such file.")
    at = frame.opened(request, order_id)
    _, said = _said(request, at.row, sent_version(at.row))
    try:
        return as_file(said, kind, text(request.GET, "lang"))
    except Unprinted as unprinted:
        return render(request, "errors/error.html", {"title": "No file was made", "says": str(unprinted)}, status=503)


def as_file(said: Said, kind: str, language: str) -> HttpResponse:
    """A download; nothing on the way keeps it. Raises `Unprinted`."""
    shown = paper_of(said, language)
    made_as, type_of = TYPES[kind]
    response = HttpResponse(file_of(said, made_as, language), content_type=type_of)
    name = safe_name(file_name(shown, made_as))
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def languages_of(language: str, of: str = "") -> tuple[Choice, ...]:
    return tuple(
        Choice(title=title, tag=tag, query=_query(of=of, lang=tag), is_chosen=tag == language)
        for tag, title in LANGUAGES
    )


def _said(request: HttpRequest, row: models.Order, sent: models.OrderVersion | None) -> tuple[str, Said]:
    """What is looked at, by the word of the address: what was `sent`, a version by its number, else as it stands."""
    of = text(request.GET, "of")
    if of == "sent":
        if sent is None:
            raise Http404("Nothing of this order was sent yet.")
        return of, as_submitted(row, sent)
    number = identity(of)
    if number is None:
        return "", as_it_stands(row)
    version = models.OrderVersion.objects.filter(order=row, number=number).first()
    if version is None:
        raise Http404("The order has no version of that number.")
    return of, as_submitted(row, version)


def _looks(row: models.Order, sent: models.OrderVersion | None, of: str, language: str) -> tuple[Choice, ...]:
    found = [Choice(title="As it stands", query=_query(lang=language), is_chosen=of == "")]
    if sent is not None:
        title = f"What the customer has: version {sent.number}"
        found.append(Choice(title=title, query=_query(of="sent", lang=language), is_chosen=of == "sent"))
    if identity(of) is not None:
        found.append(Choice(title=f"Version {of}", query=_query(of=of, lang=language), is_chosen=True))
    return tuple(found)


def _query(**asked: str) -> str:
    return urlencode({name: value for name, value in asked.items() if value})
