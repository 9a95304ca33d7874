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
from handrail.desk.queries.person import Titles
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
        "meetings": d.meetings_of(person_of(person), now),
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
    titles = Titles(row.handoff.runbook_version for row in rows)
    return tuple(
        Line(
            title=row.handoff.customer.name,
            sub=_runbook(row),
            more=titles.of(row.handoff.runbook_version, row.role),
            url=reverse("handoff", args=[row.handoff_id]) + "#people",
        )
        for row in rows
    )


def _back(rows: Sequence[d.Lent]) -> tuple[Line, ...]:
    handoffs = _handoffs(row.handoff_id for row in rows)
    titles = Titles(row.runbook_version for row in handoffs.values())
    return tuple(_lent(row, handoffs[row.handoff_id], titles) for row in rows)


def _lent(row: d.Lent, handoff: models.Handoff, titles: Titles) -> Line:
    who = row.holder.name if row.holder else "nobody"
    return Line(
        title=handoff.customer.name,
        sub=handoff.runbook_version.title,
        more=f"{titles.of(handoff.runbook_version, row.role)}: {who} stands in until {_day(row.loan.until)}",
        url=reverse("handoff", args=[handoff.pk]) + "#people",
    )


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
             more=_moment(row.meets_at),
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


def _moment(at: datetime) -> str:
    return f"{_day(at)} at {at:%H:%M} UTC"


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


class _Known:
    """The rows that moves name, each sort read once."""

    def __init__(self, moves: Sequence[dict[str, Any]]) -> None:
        def named(key: str) -> list[int]:
            return [move[key] for move in moves if move.get(key) is not None]

        self.handoffs = _handoffs(named("handoff"))
        self.titles = Titles(row.runbook_version for row in self.handoffs.values())
        self.customers = models.Customer.objects.in_bulk(named("customer"))
        self.teams = models.Team.objects.in_bulk(named("team"))
        self.absences = models.Absence.objects.select_related("person").in_bulk(named("absence"))
        self.people = models.Person.objects.in_bulk({*named("to"), *named("person")})


def _moved(moves: Sequence[dict[str, Any]]) -> Iterable[MovedLine]:
    known = _Known(moves)
    for move in moves:
        to = known.people.get(move["to"])
        line = _thing(move, known)
        yield MovedLine(
            kind=KIND_TITLES[move["kind"]], title=line.title, more=line.more, url=line.url, to=to.name if to else ""
        )


def _thing(move: dict[str, Any], known: _Known) -> Line:
    """What was moved; without a title where it is gone by now."""
    match move["kind"]:
        case "roles":
            handoff = known.handoffs[move["handoff"]]
            later = ", once nobody stands in any more" if move.get("comes_back") else ""
            return Line(
                title=handoff.customer.name,
                more=known.titles.of(handoff.runbook_version, move["role"]) + later,
                url=reverse("handoff", args=[handoff.pk]) + "#people",
            )
        case "meetings" | "messages":
            return _with_role(move, known.handoffs[move["handoff"]])
        case "accounts" if move["customer"] in known.customers:
            return _accounts([known.customers[move["customer"]]])[0]
        case "reports" if move["person"] in known.people:
            return _reports([known.people[move["person"]]])[0]
        case "teams" if move["team"] in known.teams:
            return _teams([known.teams[move["team"]]])[0]
        case "delegations" if move["absence"] in known.absences:
            return _delegations([known.absences[move["absence"]]])[0]
        case _:
            return Line(title="")


def _with_role(move: dict[str, Any], handoff: models.Handoff) -> Line:
    """A meeting or a message; their steps may be called otherwise by now, so that the handoff is what is looked at."""
    more = [title_of(move["step"].partition("@")[0])]
    if move["kind"] == "meetings":
        more.append(_moment(datetime.fromisoformat(move["at"])))
        more += [] if move["to"] else [f"still names {move['was']}"]
    elif move.get("own"):
        more.append("is addressed to them already")
    return Line(title=handoff.customer.name, more=", ".join(more), url=reverse("handoff", args=[handoff.pk]))


KIND_TITLES = {
    "roles": "Role",
    "meetings": "Comes to a meeting",
    "messages": "Gets a message",
    "accounts": "Account",
    "reports": "Manager of",
    "teams": "Lead of",
    "delegations": "Stands in for",
}


@dataclass(frozen=True, kw_only=True)
class Tally:
    """So many of a kind were moved; `kind` is what they are called."""

    kind: str
    count: int
    shares: tuple[d.Share, ...]


def tallies(moves: Sequence[dict[str, Any]]) -> tuple[Tally, ...]:
    people = models.Person.objects.in_bulk({move["to"] for move in moves if move["to"] is not None})
    titles = dict[str, tuple[str, str]]((*d.KINDS.items(), *d.WITH_ROLES.items()))
    given = {kind: [move["to"] for move in moves if move["kind"] == kind] for kind in titles}
    return tuple(
        Tally(
            kind=titles[kind][len(to) != 1],
            count=len(to),
            shares=d.shares([people[one].name if one in people else "" for one in to]),
        )
        for kind, to in given.items()
        if to
    )
