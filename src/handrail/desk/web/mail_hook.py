"""Where a program brings mail: one address for each name that has a secret.

One rule: it answers in words, and tells who may not bring mail nothing about who may.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from handrail.desk import calendar_answers
from handrail.desk.post import keeping
from handrail.desk.post.hook import Call, brought
from handrail.desk.web.caller import too_many
from handrail.handoff.refusal import Refused

MOST_A_MINUTE = 300  # from one network
_LARGEST = keeping.LARGEST
_BECAME = {
    "taken": "Taken in: it belongs to a handoff.",
    "unclaimed": "Taken in: it answers no message, so CS Operations look at it.",
    "known": "Known: it was taken in before.",
}


@csrf_exempt
@login_not_required
@never_cache
@require_POST
def bring(request: HttpRequest, name: str) -> HttpResponse:
    if too_many(request, "mail-in", MOST_A_MINUTE):
        return _says("Too much at once: wait a minute.", 429)
    calendar_answers.listen()
    mail = _body(request)
    if mail is None:
        return _says(f"A mail may have {_LARGEST // (1024 * 1024)} MB at most. Nothing was taken in.", 413)
    call = Call(
        name=name,
        timestamp=request.headers.get("X-Handrail-Timestamp", ""),
        signature=request.headers.get("X-Handrail-Signature", "").removeprefix("sha256="),
        mail=mail,
    )
    outcome = brought(call, timezone.now())
    if isinstance(outcome, Refused):
        return _says(outcome.says, 401)
    return _says(_BECAME[outcome.became], 202)


def _body(request: HttpRequest) -> bytes | None:
    """None where it is too large: it is not read to its end then."""
    told = request.headers.get("Content-Length", "")
    if told.isascii() and told.isdigit() and int(told[:12]) > _LARGEST:
        return None
    mail: bytes = request.read(_LARGEST + 1)
    return mail if len(mail) <= _LARGEST else None


def _says(words: str, status: int) -> HttpResponse:
    return HttpResponse(f"{words}\n", content_type="text/plain; charset=utf-8", status=status)
