"""What somebody holds who is to leave, by kind, a page at a time; and what became of each thing that moved."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from handrail.desk import departures as d
from handrail.desk import models
from handrail.desk.people import person_of
from handrail.desk.queries.pages import Page, page_of
from handrail.desk.queries.person import titles
from handrail.runbook.reading.names import title_of


@dataclass(frozen=True, kw_only=True)
class Line:
    """One thing; `url` is where it is looked at, `more` what else there is to say."""

    title: str
    sub: str = ""
    more: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class Tab:
    name: str
    title: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Listed:
    """The tabs of which there is anything, and the page of the one that is open."""

    tabs: tuple[Tab, ...]
    open: str
    page: Page[Line] | None


_TABS = {
    "roles": "Roles",
    "back": "Roles that come back to them",
    "work": "Open work",
    "meetings": "Meetings",
    "messages": "Messages on their way",
    "accounts": "Accounts",
    "reports": "People they manage",
    "teams": "Teams they lead",
    "delegations": "Standing in",
}


def listed(person: models.Person, name: str, number: int, now: datetime) -> Listed:
    """All of it is counted; only what is open is read."""
    rows = _rows(person, now)
    counts = {key: len(found) if isinstance(found, tuple) else found.count() for key, found in rows.items()}
    tabs = tuple(Tab(name=key, title=_TABS[key], count=count) for key, count in counts.items() if count)
    shown = name if counts.get(name) else (tabs[0].name if tabs else "")
    return Listed(tabs=tabs, open=shown, page=_page(rows[shown], _LINES[shown], number) if shown else None)


Rows = QuerySet[Any, Any] | tuple[Any, ...]


def _rows(person: models.Person, now: datetime) -> dict[str, Rows]:
    handoff = ("handoff__customer", "handoff__runbook_version__calendar")
    return {
        "roles": d.seats_of(person.pk).select_related(*handoff),
        "back": d.lent_by(person.pk),
        "work": d.work_of(person.pk).select_related(*handoff),
        "meetings": d.meetings_of(person_of(person)),
        "messages": d.deliveries_to(person.pk).select_related(*handoff),
        "accounts": d.accounts_of(person.pk),
        "reports": d.reports_of(person.pk),
        "teams": d.teams_of(person.pk),
        "delegations": d.delegations_of(person.pk, now).select_related("person"),
    }


def _page(rows: Rows, show: Callable[[Sequence[Any]], tuple[Line, ...]], number: int) -> Page[Line]:
    if not isinstance(rows, tuple):
        return page_of(rows, number, show)
    size, total = 50, len(rows)
    first = (number - 1) * size
    return Page(
        rows=show(rows[first : first + size]),
        number=number,
        first=first + 1,
        total=total,
        total_text=f"{total:,}",
        before=number - 1 if number > 1 else None,
        after=number + 1 if first + size < total else None,
    )


def _roles(rows: Sequence[models.Seat]) -> tuple[Line, ...]:
    return tuple(
        Line(title=row.handoff.customer.name, sub=_runbook(row),
             more=titles(row.handoff.runbook_version, [row.role])[0],
             url=reverse("handoff", args=[row.handoff_id]) + "#people")
        for row in rows
    )  # fmt: skip


def _back(rows: Sequence[d.Lent]) -> tuple[Line, ...]:
    handoffs = _handoffs(row.handoff_id for row in rows)
    return tuple(
        Line(title=handoffs[row.handoff_id].customer.name, sub=handoffs[row.handoff_id].runbook_version.title,
             more=f"{titles(handoffs[row.handoff_id].runbook_version, [row.role])[0]}: "
                  f"{row.holder.name if row.holder else 'nobody'} stands in until "
                  f"{row.loan.until.day} {row.loan.until:%B %Y}",
             url=reverse("handoff", args=[row.handoff_id]) + "#people")
        for row in rows
    )  # fmt: skip


def _work(rows: Sequence[models.Work]) -> tuple[Line, ...]:
    return tuple(
        Line(title=row.title, sub=f"{row.handoff.customer.name} · {_runbook(row)}", more=row.why,
             url=reverse("handoff", args=[row.handoff_id]))
        for row in rows
    )  # fmt: skip


def _meetings(rows: Sequence[d.Invited]) -> tuple[Line, ...]:
    handoffs = _handoffs(row.handoff_id for row in rows)
    return tuple(
        Line(title=handoffs[row.handoff_id].customer.name, sub=title_of(row.step.partition("@")[0]),
             more=f"{row.meets_at.day} {row.meets_at:%B %Y at %H:%M} UTC",
             url=reverse("step", args=[row.handoff_id, row.step]))
        for row in rows
    )  # fmt: skip


def _messages(rows: Sequence[models.Delivery]) -> tuple[Line, ...]:
    return tuple(
        Line(title=row.handoff.customer.name, sub=_runbook(row), more=title_of(row.step.partition("@")[0]),
             url=reverse("history", args=[row.handoff_id]))
        for row in rows
    )  # fmt: skip


def _accounts(rows: Sequence[models.Customer]) -> tuple[Line, ...]:
    return tuple(Line(title=row.name, sub=row.key, url=reverse("customer", args=[row.pk])) for row in rows)


def _reports(rows: Sequence[models.Person]) -> tuple[Line, ...]:
    return tuple(Line(title=row.name, sub=row.title, url=reverse("person", args=[row.pk])) for row in rows)


def _teams(rows: Sequence[models.Team]) -> tuple[Line, ...]:
    return tuple(Line(title=row.name, url=reverse("team", args=[row.key])) for row in rows)


def _delegations(rows: Sequence[models.Absence]) -> tuple[Line, ...]:
    return tuple(
        Line(title=row.person.name, more=f"{_day(row.first_day)} to {_day(row.last_day)}",
             url=reverse("person", args=[row.person_id]))
        for row in rows
    )  # fmt: skip


_LINES: dict[str, Callable[[Sequence[Any]], tuple[Line, ...]]] = {
    "roles": _roles,
    "back": _back,
    "work": _work,
    "meetings": _meetings,
    "messages": _messages,
    "accounts": _accounts,
    "reports": _reports,
    "teams": _teams,
    "delegations": _delegations,
}


def _runbook(row: models.Seat | models.Work | models.Delivery) -> str:
    return row.handoff.runbook_version.title


def _handoffs(ids: Iterable[int]) -> dict[int, models.Handoff]:
    return models.Handoff.objects.select_related("customer", "runbook_version__calendar").in_bulk(list(ids))


def _day(day: Any) -> str:
    return f"{day.day} {day:%B %Y}"


# --------------------------------------------------------------------------------------------------------- what became


@dataclass(frozen=True, kw_only=True)
class MovedLine:
    """`to` is empty where nobody got it."""

    kind: str
    title: str
    more: str
    url: str
    to: str


def moved_lines(moves: Sequence[dict[str, Any]], number: int) -> Page[MovedLine]:
    """A page of what was moved, with who got it."""

    def show(taken: Sequence[dict[str, Any]]) -> tuple[Any, ...]:
        return tuple(_moved(taken))

    page: Any = _page(tuple(moves), show, number)
    return page  # type: ignore[no-any-return]


def _moved(moves: Sequence[dict[str, Any]]) -> Iterable[MovedLine]:
    handoffs = _handoffs({move["handoff"] for move in moves if "handoff" in move})
    customers = models.Customer.objects.in_bulk([move["customer"] for move in moves if "customer" in move])
    teams = models.Team.objects.in_bulk([move["team"] for move in moves if "team" in move])
    absences = models.Absence.objects.select_related("person").in_bulk([m["absence"] for m in moves if "absence" in m])
    ids = {move["to"] for move in moves} | {move.get("person") for move in moves}
    people = models.Person.objects.in_bulk([one for one in ids if one is not None])
    for move in moves:
        title, more, url = "", "", ""
        match move["kind"]:
            case "roles":
                handoff = handoffs[move["handoff"]]
                title, url = handoff.customer.name, reverse("handoff", args=[handoff.pk]) + "#people"
                more = titles(handoff.runbook_version, [move["role"]])[0]
                more += ", once nobody stands in any more" if move.get("comes_back") else ""
            case "accounts" if move["customer"] in customers:
                title = customers[move["customer"]].name
                url = reverse("customer", args=[move["customer"]])
            case "reports":
                title, url = people[move["person"]].name, reverse("person", args=[move["person"]])
            case "teams" if move["team"] in teams:
                title, url = teams[move["team"]].name, reverse("team", args=[teams[move["team"]].key])
            case "delegations" if move["absence"] in absences:
                row = absences[move["absence"]]
                title, url = row.person.name, reverse("person", args=[row.person_id])
                more = f"{_day(row.first_day)} to {_day(row.last_day)}"
        to = people.get(move["to"])
        yield MovedLine(kind=KIND_TITLES[move["kind"]], title=title, more=more, url=url, to=to.name if to else "")


KIND_TITLES = {
    "roles": "Role",
    "accounts": "Account",
    "reports": "Manager of",
    "teams": "Lead of",
    "delegations": "Stands in for",
}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """So many of a kind went to somebody; `name` is empty where nobody got them."""

    kind: str
    name: str
    count: int


def tallies(moves: Sequence[dict[str, Any]]) -> tuple[Tally, ...]:
    counted: dict[tuple[str, int | None], int] = {}
    for move in moves:
        key = (move["kind"], move["to"])
        counted[key] = counted.get(key, 0) + 1
    people = models.Person.objects.in_bulk([to for _, to in counted if to is not None])
    return tuple(
        Tally(
            kind=d.KINDS[kind][count != 1],  # type: ignore[index]  # as they were kept
            name=people[to].name if to in people else "",
            count=count,
        )
        for (kind, to), count in counted.items()
    )
