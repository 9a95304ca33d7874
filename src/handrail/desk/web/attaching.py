"""Evidence of a step: attaching links and files, taking them away, and marking a piece as not applicable."""

from __future__ import annotations

import secrets

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from handrail.desk import ledger, uploads
from handrail.desk.web.commanding import Visit
from handrail.desk.web.step_page import answered, do
from handrail.handoff import commands as c
from handrail.handoff import commands_outside as o
from handrail.handoff.life import decide
from handrail.handoff.refusal import Refused


def attach(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    file = request.FILES.get("file")
    outcome = (
        _attach_file(request, at, name, file) if isinstance(file, UploadedFile) else _attach_link(request, at, name)
    )
    return answered(request, at, name, outcome, "Attached.")


def _attach_link(request: HttpRequest, at: Visit, name: str) -> ledger.Change | Refused:
    return ledger.record(
        at.opened.row.pk, _attachment(request, at, name, link=request.POST.get("link", "")), now=at.now
    )


def _attach_file(request: HttpRequest, at: Visit, name: str, file: UploadedFile[bytes]) -> ledger.Change | Refused:
    """The file's row and the event that speaks of it are committed together."""
    handoff_id = at.opened.row.pk
    allowed = decide(at.opened.plan, at.opened.state, _attachment(request, at, name, upload="…"), at.now)
    if isinstance(allowed, Refused):
        return allowed  # before a byte is kept
    kept = uploads.keep(file, handoff_id, by=at.me.person, now=at.now)
    if isinstance(kept, Refused):
        return kept
    command = _attachment(request, at, name, upload=kept.key, file=kept.name)
    return ledger.record(handoff_id, command, now=at.now, also=lambda: uploads.bound(kept))


def _attachment(
    request: HttpRequest, at: Visit, name: str, *, link: str = "", upload: str = "", file: str = ""
) -> c.AddEvidence:
    return c.AddEvidence(
        by=at.me,
        step=name,
        key=secrets.token_hex(8),
        item=request.POST.get("item", ""),
        title=request.POST.get("title", "").strip() or file,
        link=link or None,
        upload=upload or None,
    )


def detach(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.RemoveEvidence(by=at.me, step=name, key=request.POST.get("key", ""))
    return do(request, at, command, name, "Removed. The history still tells that it was there.")


def waive(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    item, reason = request.POST.get("item", ""), request.POST.get("reason", "")
    command = c.WaiveEvidence(by=at.me, step=name, item=item, reason=reason)
    return do(request, at, command, name, "Marked as not applicable.")


def ask_again(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = c.WaiveEvidence(by=at.me, step=name, item=request.POST.get("item", ""), reason=None)
    return do(request, at, command, name, "It is asked for again.")


def share(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = o.ShareAttachment(by=at.me, step=name, key=request.POST.get("key", ""))
    return do(request, at, command, name, "Shared: contacts see it on their own pages now.")


def unshare(request: HttpRequest, at: Visit, name: str) -> HttpResponse:
    command = o.ShareAttachment(by=at.me, step=name, key=request.POST.get("key", ""), shared=False)
    return do(request, at, command, name, "It is not shown to contacts any more.")
