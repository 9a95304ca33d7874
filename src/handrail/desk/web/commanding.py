"""Giving a command from a page, and answering with what came of it.

One rule: a refusal is shown in its own words, with everything that the person typed still there.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.http import Http404, HttpRequest
from django.utils import timezone

from handrail.desk import models
from handrail.desk.people import actor_of
from handrail.desk.queries.opened import Opened, open_handoff
from handrail.handoff.people import Actor
from handrail.handoff.refusal import Refused

STATUSES = {
    "not-yours": HTTPStatus.FORBIDDEN,
    "unknown": HTTPStatus.NOT_FOUND,
    "unfit": HTTPStatus.UNPROCESSABLE_ENTITY,
    "incomplete": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no-reason": HTTPStatus.UNPROCESSABLE_ENTITY,
    "nobody-named": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not-sellable": HTTPStatus.UNPROCESSABLE_ENTITY,
}


def status_of(refused: Refused | None) -> int:
    """200 where nothing was refused; 409 for whatever clashes with how things stand."""
    return HTTPStatus.OK if refused is None else STATUSES.get(refused.code, HTTPStatus.CONFLICT)


@dataclass(frozen=True, kw_only=True)
class Visit:
    """Who asks, about which handoff, and when."""

    opened: Opened
    me: Actor
    now: datetime


def visit(request: HttpRequest, handoff_id: int) -> Visit:
    try:
        opened = open_handoff(handoff_id)
    except (models.Handoff.DoesNotExist, OverflowError):
        raise Http404("There is no such handoff.") from None
    now = timezone.now()
    return Visit(opened=opened, me=actor_of(request.user, now), now=now)


def seen(request: HttpRequest) -> int | None:
    """The number of the last event that the page showed."""
    text = request.POST.get("seen", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
