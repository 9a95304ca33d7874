"""What can be set for the whole company, each on a page of its own."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from handrail.desk.permissions import sees_settings
from handrail.desk.web.gate import me, require


@dataclass(frozen=True, kw_only=True)
class Setting:
    title: str
    says: str
    icon: str
    url: str


_SETTINGS = (
    (
        "calendars",
        "Calendars",
        "Opening hours, public holidays and closing days: how time is counted.",
        "calendar-days",
    ),
    (
        "catalogue-manage",
        "Catalogue",
        "What is sold, at which prices and discounts, and where: changed in a draft, published as a version.",
        "package",
    ),
    ("brand", "Look of documents", "The company’s name, logo and colour in PDF and Word files.", "palette"),
    ("audit", "Audit", "Who changed which role, setting, calendar or runbook, and who saw what.", "scroll-text"),
    ("health", "Health", "Whether the workers keep up, and what waits to be done.", "heart-pulse"),
    (
        "mail-inbox",
        "Mail that came in",
        "What belongs to no handoff that is known: assign it, or put it away.",
        "inbox",
    ),
    ("unsubscribed", "Unsubscribed", "Who wants no more messages that send themselves, and since when.", "mail-x"),
    ("long-works", "Long work", "Imports, bulk actions and rebuilds: how far each is, and what came of it.", "loader"),
)


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    require(sees_settings(me(request)))
    return render(request, "settings.html", {"settings": tuple(_listed())})


def _listed() -> Iterator[Setting]:
    for name, title, says, icon in _SETTINGS:
        yield Setting(title=title, says=says, icon=icon, url=reverse(name))
