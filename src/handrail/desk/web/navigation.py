"""The sections of the desk: which there are, who sees them, and which one a page is in."""

from dataclasses import dataclass

from django.http import HttpRequest

from handrail.desk.models import Person
from handrail.desk.permissions import sees_orders, sees_settings
from handrail.desk.queries.transfers import sees_any
from handrail.desk.web.addresses import address


@dataclass(frozen=True, kw_only=True)
class Section:
    title: str
    icon: str
    url: str
    is_current: bool


_SECTIONS = (
    ("My work", "list-checks", "work"),
    ("Handoffs", "route", "handoffs"),
    ("Customers", "building-2", "customers"),
    ("Runbooks", "book-open", "runbooks"),
    ("People", "users", "people"),
)
_FOR_TRANSFERS = (("Transfers", "arrow-right-left", "transfers"),)
_FOR_ORDERS = (("Orders", "file-check", "orders"),)
_ALSO = {
    "orders": ("/catalogue/", "/entitlements/"),
    "people": ("/teams/", "/departures/", "/credit/"),
    "runbooks": ("/sessions/",),
    "settings": ("/calendars/", "/audit/", "/health/", "/long-work/", "/mail/", "/unsubscribed/"),
}  # what else a section has, beside what its own address begins
_FOR_OPERATIONS = (("Import", "file-up", "imports"),)
_FOR_KEEPERS = (("Settings", "settings", "settings"),)


def sections(request: HttpRequest) -> tuple[Section, ...]:
    person = request.user
    if not isinstance(person, Person):
        return ()
    operations = _FOR_OPERATIONS if person.is_operations else ()
    keepers = _FOR_KEEPERS if sees_settings(person) is None else ()
    transfers = _FOR_TRANSFERS if sees_any(person) else ()
    orders = _FOR_ORDERS if sees_orders(person) is None else ()
    seen = (*_SECTIONS[:3], *orders, *transfers, *_SECTIONS[3:], *operations, *keepers)
    return tuple(_section(request, title, icon, name) for title, icon, name in seen)


def _section(request: HttpRequest, title: str, icon: str, name: str) -> Section:
    url = address(name)
    current = request.path == url if url == "/" else request.path.startswith((url, *_ALSO.get(name, ())))
    return Section(title=title, icon=icon, url=url, is_current=current)
