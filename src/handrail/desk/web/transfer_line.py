"""One account of a transfer: everything that hangs on it, with what becomes of each thing and why."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from handrail.desk.transfers.manifests import manifest_of
from handrail.desk.transfers.offered import LOOKS, answered_words, name_of, receiver_words
from handrail.desk.web.transfer_access import AtLine, line_of


@require_safe
def shown(request: HttpRequest, transfer_id: int, line_id: int) -> HttpResponse:
    at = line_of(request, transfer_id, line_id)
    context = {**about(at), "manifest": manifest_of(at.line, at.now)}
    return render(request, "transfer_answers/line.html", context)


def about(at: AtLine) -> dict[str, object]:
    """What the head of each page of a line says."""
    look, word = LOOKS[at.line.state]
    return {
        "transfer": at.transfer,
        "line": at.line,
        "name": name_of(at.line),
        "receiver": receiver_words(at.line),
        "answered": answered_words(at.line),
        "look": look,
        "word": word,
        "now": at.now,
    }
