"""The pages of people outside: their part of a handoff, what is asked of them, and their files and meetings."""

from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_safe

from handrail.desk import models, uploads
from handrail.desk.papers import Unprinted, pdf_of
from handrail.desk.queries.asked_outside import asked_page, may_open
from handrail.desk.queries.customer_part import customer_part, meetings_of
from handrail.desk.queries.document import signed_document
from handrail.desk.queries.document_files import paper_for, remember_file
from handrail.desk.queries.documents_outside import documents_for
from handrail.desk.uploads import safe_name
from handrail.desk.web import outside_doing
from handrail.desk.web.downloading import handed_out
from handrail.desk.web.guest import Guest, for_guests
from handrail.desk.web.meeting_file import meeting_file
from handrail.desk.web.outside_orders import orders_of
from handrail.handoff.contacts import every_contact
from handrail.handoff.people import Actor, Person


@require_safe
@for_guests
def part(request: HttpRequest, guest: Guest) -> HttpResponse:
    shown = customer_part(guest.opened, guest.link.label, guest.now, guest.link.address)
    context = {"part": shown, "guest": guest, "company": settings.COMPANY, "orders": orders_of(guest)}
    return render(request, "customer/part.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_guests
def asked(request: HttpRequest, guest: Guest, name: str) -> HttpResponse:
    page = asked_page(guest.opened, guest.link.address, name) if guest.link.address else None
    if page is None:
        raise Http404("Nothing of that name is asked of them.")
    if request.method == "POST":
        return outside_doing.done(request, guest, page)
    return outside_doing.shown(request, guest, page)


@require_safe
@for_guests
def file(request: HttpRequest, guest: Guest, key: str) -> HttpResponseBase:
    row = models.Upload.objects.filter(handoff=guest.opened.row.pk, key=key, is_loose=False).first()
    if row is None or not may_open(guest.opened, guest.link.address, key):
        raise Http404("No such file is shown to them.")
    why_not = uploads.not_to_be_opened(row)
    if why_not:
        return render(request, "customer/closed.html", {"says": why_not}, status=409)
    return handed_out(row)


@require_safe
@for_guests
def document(request: HttpRequest, guest: Guest, number: int) -> HttpResponse:
    """The version that was shared with them, as PDF, in their language where the runbook has it."""
    if number not in {one.number for one in documents_for(guest.opened, guest.link.address)}:
        raise Http404("No such document was shared with them.")
    known = every_contact(guest.opened.plan, guest.opened.state)
    language = next((one.language for one in known if one.email == guest.link.address), "")
    view = signed_document(guest.opened, number, language, Actor(person=Person(0, "")), guest.now)
    if view is None:
        raise Http404("No such document was shared with them.")
    paper = replace(paper_for(view, guest.now), addenda=())
    try:
        content = pdf_of(paper)
    except Unprinted as unprinted:
        return render(request, "customer/closed.html", {"says": str(unprinted)}, status=503)
    remember_file(guest.opened.row.pk, number, "pdf", view.language, content, guest.now)
    response = HttpResponse(content, content_type="application/pdf")
    name = safe_name(f"{paper.tree.customer} - {paper.tree.title}.pdf")
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or "attachment"
    return response


@require_safe
@for_guests
def meeting(request: HttpRequest, guest: Guest, key: str) -> HttpResponse:
    """The meeting as a calendar file."""
    theirs = meetings_of(guest.opened, guest.link.label, guest.now, guest.link.address)
    found = next((one for one in theirs if one.key == key), None)
    if found is None:
        raise Http404("No such meeting is theirs.")
    with_whom = settings.COMPANY or guest.opened.plan.runbook.title
    response = HttpResponse(
        meeting_file(guest.opened.row.pk, found, f"{with_whom}: {guest.opened.row.customer.name}", guest.now),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = 'attachment; filename="meeting.ics"'
    return response
