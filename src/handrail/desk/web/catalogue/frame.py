"""The frame of the catalogue's pages in the desk: what is sold now, whether there is a draft, and its pages as tabs."""

from collections.abc import Mapping
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from handrail.desk.catalogue_drafts import Standing, standing
from handrail.desk.permissions import edits_catalogue, sees_orders
from handrail.desk.web.gate import me, require

# The pages by the name of their address, in order.
TABS = (
    ("catalogue-manage", "Products"),
    ("catalogue-tables", "Tables"),
    ("catalogue-settings", "Settings"),
    ("catalogue-publish", "Publish"),
    ("catalogue-versions", "Versions"),
)


def opened(request: HttpRequest) -> Standing:
    """For whoever may see orders."""
    require(sees_orders(me(request)))
    return standing()


def today() -> date:
    return timezone.now().date()


def page(
    request: HttpRequest, at: Standing, here: str, template: str, more: Mapping[str, object], status: int = 200
) -> HttpResponse:
    """`here` is the name of the page's address; the template extends catalogue/frame.html."""
    problems = at.problems(today())
    context = {
        "at": at,
        "tabs": TABS,
        "here": here,
        "cannot_edit": edits_catalogue(me(request)),
        "change_count": len(at.changes),
        "error_count": sum(1 for one in problems if one.severity == "error"),
        "warning_count": sum(1 for one in problems if one.severity == "warning"),
        **more,
    }
    return render(request, template, context, status=status)
