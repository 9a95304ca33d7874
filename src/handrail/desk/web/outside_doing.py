"""What people outside do on the page of something that is asked of them.

One rule: a refusal is told at its field with everything that was typed still there, and in words for those outside: why
a handoff is held, or who did what in it, is not theirs to know.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from handrail.desk import customer_links, ledger, uploads
from handrail.desk.queries.asked_outside import AskedField, AskedPage, asked_page
from handrail.desk.queries.opened import open_handoff
from handrail.desk.web.caller import network_of
from handrail.desk.web.commanding import seen, status_of
from handrail.desk.web.filling import as_seen
from handrail.desk.web.form_input import Typed, changed, typed_fields
from handrail.desk.web.guest import Guest
from handrail.handoff import commands_outside as o
from handrail.handoff.items import known_step
from handrail.handoff.life import decide
from handrail.handoff.refusal import Refused
from handrail.runbook.model import Field
from handrail.runbook.outside import asked_fields

_SAID = {
    "answer": "Saved.",
    "attach": "Added.",
    "detach": "Removed.",
    "waive": "Marked as not applicable.",
    "again": "It is asked for again.",
    "hand-in": "Handed in. Thank you: somebody looks at it now.",
}
_DID = {
    "answer": "filled in",
    "attach": "attached",
    "detach": "removed",
    "waive": "marked as not applicable",
    "again": "asked for again",
    "hand-in": "handed in",
}
# What the words inside tell too much of.
_OUTSIDE = {
    "held": "This is paused for the moment: nothing can be given now. What you typed is still here.",
    "over": "This is complete: nothing more is needed.",
    "changed-meanwhile": "Somebody changed this while you had it open. What you typed is still here: look, and save.",
}


def shown(
    request: HttpRequest,
    guest: Guest,
    page: AskedPage,
    refused: Refused | None = None,
    typed: Mapping[str, Typed] | None = None,
) -> HttpResponse:
    said = _SAID.get(request.GET.get("did", ""), "") if request.method != "POST" else ""
    context = {
        "page": _with_typed(page, typed or {}, refused) if refused else page,
        "guest": guest,
        "company": settings.COMPANY,
        "refused": refused,
        "says": _OUTSIDE.get(refused.code, refused.says) if refused else "",
        "mistakes": [(one.field, one.says) for one in refused.mistakes] if refused else [],
        "errors": {one.field: one.says for one in refused.mistakes} if refused else {},
        "post": request.POST if refused else {},
        "said": said,
        "largest": uploads.LARGEST // (1024 * 1024),
    }
    return render(request, "customer/asked.html", context, status=status_of(refused))


def done(request: HttpRequest, guest: Guest, page: AskedPage) -> HttpResponse:
    do = request.POST.get("do", "")
    does = _DOES.get(do)
    if does is None:
        raise Http404("Nothing of that name can be done here.")
    refused, typed = does(request, guest, page.step.name)
    if refused is not None:
        again = asked_page(open_handoff(guest.opened.row.pk), guest.link.address, page.step.name)
        return shown(request, guest, again or page, refused, typed)
    answer = redirect("customer-asked", guest.token, page.step.name)
    answer["Location"] += f"?did={do}"
    return answer


_Done = tuple[Refused | None, dict[str, Typed]]


def _record(request: HttpRequest, guest: Guest, command: o.FromOutside, do: str, what: str = "") -> Refused | None:
    """What was done is told in the audit too, in one transaction with it."""
    title = known_step(guest.opened.plan, guest.opened.state, command.step).title
    says = f"“{title}”{f': {what}' if what else ''}."

    def tell() -> None:
        customer_links.did(guest.link, _DID[do], says, network_of(request))

    outcome = ledger.record(guest.opened.row.pk, command, now=guest.now, also=tell)
    return outcome if isinstance(outcome, Refused) else None


def _answer(request: HttpRequest, guest: Guest, name: str) -> _Done:
    """Every field that can be kept is; the refusal tells of the others."""
    fields = asked_fields(guest.opened.plan.runbook, known_step(guest.opened.plan, guest.opened.state, name))
    number = seen(request)
    typed = typed_fields(request.POST, fields)
    answers = changed(typed, fields, as_seen(guest.opened, number), name)
    if not answers:
        return None, typed

    def save(some: Mapping[str, o.Answer | None]) -> Refused | None:
        command = o.AnswerOutside(contact=guest.contact, step=name, answers=some, seen=number)
        return _record(request, guest, command, "answer")

    refused = save(answers)
    if refused is not None:
        faulty = _faulty(refused, fields)
        rest = {field: answer for field, answer in answers.items() if field not in faulty}
        if faulty and rest:
            save(rest)
    return refused, typed


def _faulty(refused: Refused, fields: tuple[Field, ...]) -> set[str]:
    """The fields that a refusal speaks of; a fact stands for the field that shows it."""
    showing = {field.shows: field.name for field in fields if field.shows}
    return {one.field for one in refused.mistakes} | {showing.get(one.what, one.what) for one in refused.clashes}


def _hand_in(request: HttpRequest, guest: Guest, name: str) -> _Done:
    """What stands in the fields is saved first: handing in never loses what was just typed."""
    typed: dict[str, Typed] = {}
    if any(key.startswith("is.") for key in request.POST):
        refused, typed = _answer(request, guest, name)
        if refused is not None:
            return refused, typed
    command = o.HandIn(contact=guest.contact, step=name, note=request.POST.get("note", ""))
    return _record(request, guest, command, "hand-in"), typed


def _attach(request: HttpRequest, guest: Guest, name: str) -> _Done:
    file = request.FILES.get("file")
    if isinstance(file, UploadedFile):
        return _attach_file(request, guest, name, file), {}
    command = _attachment(request, guest, name, link=request.POST.get("link", ""))
    return _record(request, guest, command, "attach", request.POST.get("item", "")), {}


def _attach_file(request: HttpRequest, guest: Guest, name: str, file: "UploadedFile[bytes]") -> Refused | None:
    allowed = decide(guest.opened.plan, guest.opened.state, _attachment(request, guest, name, upload="…"), guest.now)
    if isinstance(allowed, Refused):
        return allowed  # before a byte is kept
    kept = uploads.keep(file, guest.opened.row.pk, by=None, now=guest.now, source=guest.contact.words)
    if isinstance(kept, Refused):
        return kept
    command = _attachment(request, guest, name, upload=kept.key, file=kept.name)

    def tell() -> None:
        uploads.bound(kept)
        customer_links.did(guest.link, _DID["attach"], f"{kept.name}, {kept.size:,} bytes.", network_of(request))

    outcome = ledger.record(guest.opened.row.pk, command, now=guest.now, also=tell)
    return outcome if isinstance(outcome, Refused) else None


def _attachment(
    request: HttpRequest, guest: Guest, name: str, *, link: str = "", upload: str = "", file: str = ""
) -> o.AttachOutside:
    return o.AttachOutside(
        contact=guest.contact,
        step=name,
        key=secrets.token_hex(8),
        item=request.POST.get("item", ""),
        title=file,
        link=link or None,
        upload=upload or None,
    )


def _detach(request: HttpRequest, guest: Guest, name: str) -> _Done:
    command = o.DetachOutside(contact=guest.contact, step=name, key=request.POST.get("key", ""))
    return _record(request, guest, command, "detach"), {}


def _waive(request: HttpRequest, guest: Guest, name: str) -> _Done:
    post = request.POST
    command = o.WaiveOutside(contact=guest.contact, step=name, item=post.get("item", ""), reason=post.get("reason", ""))
    return _record(request, guest, command, "waive", post.get("item", "")), {}


def _again(request: HttpRequest, guest: Guest, name: str) -> _Done:
    item = request.POST.get("item", "")
    command = o.WaiveOutside(contact=guest.contact, step=name, item=item, reason=None)
    return _record(request, guest, command, "again", item), {}


_DOES: dict[str, Callable[[HttpRequest, Guest, str], _Done]] = {
    "answer": _answer,
    "hand-in": _hand_in,
    "attach": _attach,
    "detach": _detach,
    "waive": _waive,
    "again": _again,
}


def _with_typed(page: AskedPage, typed: Mapping[str, Typed], refused: Refused | None) -> AskedPage:
    """The page again, with what was typed still in its fields, and what is wrong beside each."""
    errors = {one.field: one.says for one in refused.mistakes} if refused else {}

    def again(field: AskedField) -> AskedField:
        if field.name not in typed:
            return replace(field, error=errors.get(field.name, ""))
        one = typed[field.name]
        return replace(
            field,
            control=replace(field.control, written=one.value),
            state="given" if one.applies else "not applicable",
            reason=one.reason,
            error=errors.get(field.name, ""),
        )

    sections = tuple(
        replace(section, fields=tuple(again(field) for field in section.fields)) for section in page.sections
    )
    return replace(page, sections=sections)
