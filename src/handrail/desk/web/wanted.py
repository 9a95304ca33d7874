"""What the address of the handoffs asks for, as it is read, written again, and said in words.

One rule: what it cannot mean is left out; what it names and is not there any more is told.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict

from handrail.desk.models import Handoff, Person, Team
from handrail.desk.queries.handoffs import SORTS
from handrail.desk.queries.people import PersonChoice, few_choices
from handrail.desk.queries.runbooks import RunbookChoice, current_runbooks, stages
from handrail.desk.queries.teams import team_choices
from handrail.desk.queries.wanted import SPANS, Wanted
from handrail.desk.web.asked import identity, text

LOOKS = {"table": ("table-2", "Table"), "board": ("square-kanban", "Board"), "timeline": ("chart-gantt", "Timeline")}
_NAMES = ("q", "status", "stage", "runbook", "person", "turn", "late", "team", "span", "sort", "look")
_USUAL = {"status": "running", "sort": "due", "look": "table"}


@dataclass(frozen=True, kw_only=True)
class Choices:
    """What each filter offers; `gone` says what the address names and is not there any more."""

    stages: tuple[str, ...]
    runbooks: tuple[RunbookChoice, ...]
    people: tuple[PersonChoice, ...]
    teams: tuple[tuple[str, str], ...]
    gone: tuple[str, ...]


def wanted_of(asked: QueryDict, person: Person) -> Wanted:
    """`person=me` is whoever asks."""
    sort, status, span = asked.get("sort", ""), asked.get("status", "running"), asked.get("span", "")
    whom = asked.get("person", "")
    return Wanted(
        status="" if status == "all" else status if status in Handoff.Status.values else "running",
        stage=text(asked, "stage"),
        runbook=text(asked, "runbook"),
        person=person.pk if whom == "me" else identity(whom),
        turn=asked.get("turn") == "yes",
        late=asked.get("late") == "yes",
        team=text(asked, "team"),
        span=span if span in SPANS else "",
        text=text(asked, "q"),
        sort=sort if sort.removeprefix("-") in SORTS else "due",
    )


def wanted_by(query: str, person: Person) -> Wanted:
    """The list that an address with this query string shows to them."""
    return wanted_of(QueryDict(query.removeprefix("?")), person)


def look_of(asked: QueryDict) -> str:
    look = asked.get("look", "")
    return look if look in LOOKS else "table"


def canonical(asked: QueryDict) -> str:
    """The same question always in the same words: without what says nothing, the page, or what is unknown."""
    given = {name: text(asked, name) for name in _NAMES}
    return urlencode({name: value for name, value in given.items() if value and value != _USUAL.get(name)})


def choices_for(wanted: Wanted) -> Choices:
    offered, runbooks, people = stages(), current_runbooks(), few_choices(wanted.person)
    teams = team_choices(wanted.team)
    found = Choices(stages=offered, runbooks=runbooks, people=people, teams=teams, gone=())
    gone = tuple(_gone(wanted, found))
    return _with_what_is_asked(found, wanted, gone) if gone else found


def _with_what_is_asked(offered: Choices, wanted: Wanted, gone: tuple[str, ...]) -> Choices:
    """The form keeps what the address asks for, be it there or not."""
    in_stages, runbooks, teams = offered.stages, offered.runbooks, offered.teams
    if wanted.stage and wanted.stage not in in_stages:
        in_stages = (*in_stages, wanted.stage)
    if wanted.runbook and wanted.runbook not in {one.name for one in runbooks}:
        runbooks = (*runbooks, RunbookChoice(name=wanted.runbook, title=wanted.runbook, version=""))
    if wanted.team and wanted.team not in dict(teams):
        teams = (*teams, (wanted.team, wanted.team))
    return Choices(stages=in_stages, runbooks=runbooks, people=offered.people, teams=teams, gone=gone)


def _gone(wanted: Wanted, offered: Choices) -> Iterator[str]:
    if wanted.stage and wanted.stage not in offered.stages:
        yield f"No runbook has a stage “{wanted.stage}” now."
    if wanted.runbook and wanted.runbook not in {one.name for one in offered.runbooks}:
        yield f"There is no runbook “{wanted.runbook}”."
    if wanted.team and wanted.team not in dict(offered.teams):
        yield f"There is no team “{wanted.team}”."
    if wanted.person is None:
        return
    person = Person.objects.filter(pk=wanted.person).only("name", "is_active").first()
    if person is None:
        yield "The person whom it names is not there."
    elif not person.is_active:
        yield f"{person.name} has left."


def in_words(query: str, person: Person) -> tuple[str, ...]:
    """What a view holds, a phrase for each filter."""
    asked = QueryDict(query)
    return tuple(_phrases(asked, wanted_of(asked, person)))


def _phrases(asked: QueryDict, wanted: Wanted) -> Iterator[str]:
    yield Handoff.Status(wanted.status).label if wanted.status else "Running, over or cancelled"
    if wanted.text:
        yield f"Customers like “{wanted.text}”"
    if wanted.stage:
        yield f"In the stage “{wanted.stage}”"
    if wanted.runbook:
        titles = {one.name: one.title for one in current_runbooks()}
        yield f"By {titles.get(wanted.runbook, wanted.runbook)}"
    if wanted.person is not None:
        yield _of_whom(asked, wanted.person, is_turn=wanted.turn)
    if wanted.team:
        name = Team.objects.filter(key=wanted.team).values_list("name", flat=True).first()
        yield f"Of customers whose owner is in {name or wanted.team}"
    if wanted.span:
        yield SPANS[wanted.span]
    if wanted.late:
        yield "Late only"
    yield f"As a {LOOKS[look_of(asked)][1].lower()}, {_SORTED[wanted.sort.lstrip('-')][wanted.sort.startswith('-')]}"


_SORTED = {
    "due": ("what is due first on top", "what is due last on top"),
    "customer": ("by customer", "by customer from the end of the alphabet"),
    "changed": ("what changed longest ago on top", "what changed last on top"),
    "progress": ("what is least done on top", "what is most done on top"),
}


def _of_whom(asked: QueryDict, person_id: int, *, is_turn: bool) -> str:
    if asked.get("person") == "me":
        return "The turn of whoever looks" if is_turn else "With a role of whoever looks"
    name = Person.objects.filter(pk=person_id).values_list("name", flat=True).first() or "somebody who is not there"
    return f"The turn of {name}" if is_turn else f"With a role of {name}"
