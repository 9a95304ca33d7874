"""The pages for when something is not right: what happened, and what helps.

One rule: each works without a signed-in person, and that for faults of ours without the database.
"""

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.csrf import requires_csrf_token

_TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@requires_csrf_token
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if isinstance(exception, _TOO_MUCH):
        return _page(
            request,
            413,
            "That is too much at once",
            "What was sent is larger than Handrail takes in one go, and nothing of it was kept. "
            "Send a smaller file, or fewer things at a time.",
        )
    return _page(
        request,
        400,
        "This request makes no sense to Handrail",
        "Something in the address or in what was sent is not as it should be. Go back and try again; "
        "if you followed a link, it may have been cut short.",
    )


@requires_csrf_token
def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    says = str(exception) or "You may not see or do this."
    return _page(request, 403, "This is not yours to do", says)


@requires_csrf_token
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    told = exception.args[0] if exception.args and isinstance(exception.args[0], str) else ""
    says = told or "The address may have been mistyped, or what was here may have moved."
    return _page(request, 404, "There is nothing here", says)


@requires_csrf_token
def failed(request: HttpRequest) -> HttpResponse:
    """Without the request's context: whatever broke may break again."""
    context = {
        "status": 500,
        "title": "Something went wrong on our side",
        "says": "Nothing of what you last did was saved in part: it is either all there or not at all. "
        "Try again in a moment; if it happens again, tell whoever runs Handrail here what you did and when.",
    }
    return HttpResponse(render_to_string("errors/error.html", context), status=500)


@login_not_required
@requires_csrf_token
def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _page(
        request,
        403,
        "This page had grown too old to send",
        "You signed in again, or signed out, in another window since it was opened. Go back, reload the page and "
        "send it again. If that does not help, your browser may be blocking this site’s cookies.",
    )


def _page(request: HttpRequest, status: int, title: str, says: str) -> HttpResponse:
    return render(request, "errors/error.html", {"status": status, "title": title, "says": says}, status=status)
