"""Whoever comes through a private address: who they are, and what is done about every answer that they get.

One rule: whoever has an address that is not valid learns nothing, neither why not nor whether it ever was. Nothing
keeps these pages, and nothing on them needs a cookie or a script: the address itself is the secret that a forged form
would have to know, which is why none of them looks for another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from handrail.desk import customer_links, models
from handrail.desk.queries.opened import Opened, open_handoff
from handrail.desk.web.caller import network_of, too_many
from handrail.handoff.outside import groups_of
from handrail.handoff.people import Outsider

MOST_A_MINUTE = 30  # from one network

_P = ParamSpec("_P")


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who came through which link, to which handoff, and when."""

    token: str
    link: models.CustomerLink
    opened: Opened
    now: datetime

    @property
    def contact(self) -> Outsider:
        return Outsider(name=self.link.label, address=self.link.address, side=self.link.side or "customer")


_View = Callable[Concatenate[HttpRequest, Guest, _P], HttpResponseBase]


def for_guests(view: _View[_P]) -> Callable[..., HttpResponseBase]:
    """The view for whoever has a valid address; each look is told."""

    @login_not_required
    @never_cache
    @csrf_exempt
    def answered(request: HttpRequest, token: str, *args: _P.args, **kwargs: _P.kwargs) -> HttpResponseBase:
        if too_many(request, "customer-part", MOST_A_MINUTE):
            return _private(render(request, "customer/wait.html", status=429))
        guest = _guest(request, token)
        if guest is None:
            return _private(render(request, "customer/invalid.html", status=404))
        try:
            return _private(view(request, guest, *args, **kwargs))
        except Http404:
            return _private(render(request, "customer/invalid.html", status=404))

    update_wrapper(answered, view, updated=())
    return answered


def _guest(request: HttpRequest, token: str) -> Guest | None:
    agent, now = request.headers.get("User-Agent", ""), timezone.now()
    link = customer_links.look(token, network_of(request), agent, now=now, counts=request.method == "GET")
    if link is None:
        return None
    opened = open_handoff(link.handoff_id)
    if link.address and not groups_of(opened.plan, opened.state, link.address):
        return None  # the runbook or the facts know them no more
    return Guest(token=token, link=link, opened=opened, now=now)


def _private(response: HttpResponseBase) -> HttpResponseBase:
    """Nothing keeps it, nothing lists it, no site that it leads to learns its address, and its path is not logged."""
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    return response
