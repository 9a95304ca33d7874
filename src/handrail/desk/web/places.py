"""Where a person may go and what they may begin from anywhere: what the palette lists beside what it finds."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from handrail.desk.models import Person
from handrail.desk.permissions import (
    changes_brand,
    edits_calendars,
    edits_people,
    imports_customers,
    reads_the_audit,
    sees_health,
    sees_orders,
    sees_settings,
    sees_unfilled_work,
)
from handrail.desk.queries.finding import is_named
from handrail.desk.web.addresses import address
from handrail.handoff.refusal import Refused


@dataclass(frozen=True, kw_only=True)
class Place:
    title: str
    icon: str
    url: str
    keys: str = ""


Asks = Callable[[Person], Refused | None]


def _anybody(_: Person) -> None:
    return None


# title, icon, name of the address, what else people call it, the keys that lead there, who may
_PLACES: tuple[tuple[str, str, str, str, str, Asks], ...] = (
    ("My work", "list-checks", "work", "home tasks inbox", "g w", _anybody),
    ("Handoffs", "route", "handoffs", "board timeline", "g h", _anybody),
    ("Customers", "building-2", "customers", "accounts", "g c", _anybody),
    ("Transfers", "arrow-right-left", "transfers", "book of business accounts change hands owners", "g x", _anybody),
    ("Catalogue", "package", "catalogue-manage", "products prices sku services discounts", "", sees_orders),
    ("Runbooks", "book-open", "runbooks", "playbooks processes", "g r", _anybody),
    ("People", "users", "people", "colleagues", "g p", _anybody),
    ("Teams", "users-round", "teams", "load capacity", "g t", _anybody),
    ("Notices", "bell", "notices", "notifications", "g n", _anybody),
    ("Long work", "loader", "long-works", "jobs background imports bulk progress", "g l", _anybody),
    ("Orders and the catalogue", "file-check", "orders-recheck", "share inside check again", "", sees_orders),
    ("Calendars", "calendar-days", "calendars", "holidays opening hours", "", _anybody),
    ("Import customers", "file-up", "imports", "upload csv xlsx spreadsheet", "g i", imports_customers),
    ("Settings", "settings", "settings", "administration", "g s", sees_settings),
    ("Health", "activity", "health", "status workers", "", sees_health),
    ("Audit", "scroll-text", "audit", "log changes", "", reads_the_audit),
    ("Nobody’s work", "circle-question-mark", "work-nobodys", "unfilled vacancies", "", sees_unfilled_work),
    ("Start handoffs", "plus", "customers", "new begin", "", _anybody),
    ("Say when you are away", "calendar-off", "my-absences", "absence holiday leave vacation", "", _anybody),
    ("How you are told", "bell-ring", "notice-settings", "notifications e-mail mute", "", _anybody),
    ("Change your password", "key-round", "account_change_password", "account", "", _anybody),
    ("Verify a file", "shield-check", "verify", "document digest genuine pdf", "", _anybody),
    ("Look of documents", "palette", "brand", "logo colour brand", "", changes_brand),
    ("Add a person", "user-plus", "person-new", "new invite", "", edits_people),
    ("Add a team", "users-round", "team-new", "new", "", edits_people),
    ("Add a calendar", "calendar-plus", "calendar-new", "new", "", edits_calendars),
)


def places(person: Person) -> Iterator[Place]:
    for title, icon, name, _, keys, refused in _PLACES:
        if refused(person) is None:
            yield Place(title=title, icon=icon, url=address(name), keys=keys)


def places_named(person: Person, words: Iterable[str]) -> tuple[Place, ...]:
    """Those that the words name, by their title or by what else they are called."""
    wanted, also = tuple(words), {title: called for title, _, _, called, _, _ in _PLACES}
    return tuple(one for one in places(person) if is_named(wanted, one.title, also[one.title]))
