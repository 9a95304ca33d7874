"""The history of a handoff as a readable story: by day who did what, what followed by itself, and what people said.

One rule: a story is told of whatever was recorded, also under a version of the runbook that the handoff has left.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet

from handrail.desk import ledger, models
from handrail.desk.ledger import SEALING
from handrail.desk.prepared import prepared
from handrail.desk.queries.comments import CommentLine, comments_between
from handrail.desk.queries.due import day_text
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.desk.queries.telling import told_of
from handrail.handoff import events as e
from handrail.handoff.acts import Act, acts, is_about, is_by
from handrail.handoff.people import by_words

_BEYOND = 2_000_000_000  # any event's number


class Look(NamedTuple):
    """The state whose colours an entry has, and its icon."""

    tone: str
    icon: str


_LOOKS = {
    "late": Look("late", "clock-alert"),
    "refused": Look("refused", "undo-2"),
    "signed": Look("done", "signature"),
    "done": Look("done", "check"),
    "end": Look("done", "check"),
    "decided": Look("note", "split"),
    "undecided": Look("missing", "split"),
    "override": Look("warning", "split"),
    "evidence": Look("note", "paperclip"),
    "role": Look("note", "user"),
    "moved": Look("note", "arrow-right"),
    "mail": Look("note", "mail"),
    "start": Look("note", "play"),
}
_OTHER = Look("note", "pencil")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """`who` is empty where a rule or the time acted, and told with a comma where it was for somebody who was away;
    `mail` is the key of the mail that it tells of; `details` are further lines, `words` what a person said."""

    number: int
    at: datetime
    who: str
    did: str
    details: tuple[str, ...] = ()
    words: str = ""
    sort: str = ""
    step: str = ""
    document: bool = False
    mail: str = ""

    @property
    def look(self) -> Look:
        return _LOOKS.get(self.sort, _OTHER)


@dataclass(frozen=True, kw_only=True)
class ActLine:
    """An act with what followed from it; or, without one, what somebody said, and `about` what."""

    at: datetime
    entry: Entry | None = None
    followed: tuple[Entry, ...] = ()
    comment: CommentLine | None = None
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class StoryDay:
    """`day` is by the runbook's calendar."""

    day: date
    title: str
    lines: tuple[ActLine, ...]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """Which part of the story: before the event of that number, of one person, about one step."""

    before: int | None = None
    person: int | None = None
    step: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self.person is not None or bool(self.step)


@dataclass(frozen=True, kw_only=True)
class Story:
    """`acts` newest first; `more` is the number to go on before, None at the beginning of the history."""

    acts: tuple[ActLine, ...]
    more: int | None


PAGE, LATELY = 40, 6
_READ, _READ_TO_FIND, _READ_LATELY = 150, 1_000, 40


def story(opened: Opened, me: models.Person, asked: Asked | None = None) -> Story:
    asked = asked or Asked()
    found, is_rest = _read(opened, asked, _READ_TO_FIND if asked.is_narrowed else _READ)
    wanted = [one for one in found if _is_wanted(one, asked)]
    shown = wanted[:PAGE]
    cut = len(wanted) > PAGE
    more = shown[-1].lead.number if cut else found[-1].lead.number if found and is_rest else None
    since = shown[-1].lead.at if more and shown else None
    said = comments_between(opened.row.pk, me, since, _until(opened, asked))
    return Story(acts=_told(opened, shown, [one for one in said if _is_said(one, asked)]), more=more)


def lately(opened: Opened, said: Iterable[CommentLine]) -> tuple[ActLine, ...]:
    """The last few acts, with what was said since the first of them. One query."""
    found, _ = _read(opened, Asked(), _READ_LATELY)
    shown = found[:LATELY]
    since = shown[-1].lead.at if shown else opened.row.started_at
    return _told(opened, shown, [one for one in said if one.at >= since and not one.is_removed])


def _told(opened: Opened, shown: Iterable[Act], said: Iterable[CommentLine]) -> tuple[ActLine, ...]:
    """Newest first."""
    lines = [*(_line(opened, one) for one in shown), *(_said(opened, one) for one in said)]
    return tuple(sorted(lines, key=lambda one: one.at, reverse=True))


def _read(opened: Opened, asked: Asked, count: int) -> tuple[list[Act], bool]:
    """The acts, newest first, and whether there are earlier ones; one that may be cut is left to the next."""
    before = _BEYOND if asked.before is None else asked.before
    taken = _events(opened.row.pk, before, count=count + 1)
    found = list(acts(ledger.event_of(row) for row in taken[:count][::-1]))[::-1]
    is_rest = len(taken) > count
    return (found[:-1] if is_rest and len(found) > 1 else found), is_rest


@prepared
def _events(handoff_id: int, before: int, *, count: int) -> QuerySet[models.Event, Any]:
    rows = models.Event.objects.filter(handoff=handoff_id, number__lt=before).order_by("-number")
    return rows.values_list(*ledger.OF_AN_EVENT, named=True)[:count]


def _is_wanted(act: Act, asked: Asked) -> bool:
    by_them = asked.person is None or is_by(act, asked.person)
    return by_them and (not asked.step or is_about(act, asked.step))


def _until(opened: Opened, asked: Asked) -> datetime | None:
    """What was said from then on stands on an earlier page."""
    if asked.before is None:
        return None
    rows = models.Event.objects.filter(handoff=opened.row.pk, number=asked.before)
    return rows.values_list("at", flat=True).first()


def _is_said(one: CommentLine, asked: Asked) -> bool:
    by_them = asked.person is None or one.by_id == asked.person
    return by_them and (not asked.step or one.about == f"step:{asked.step}")


def _said(opened: Opened, one: CommentLine) -> ActLine:
    sort, _, name = one.about.partition(":")
    decisions = opened.plan.runbook.decisions
    match sort:
        case "step":
            about = f"“{title_of_step(opened, name)}”"
        case "decision":
            about = decisions[name].title if name in decisions else ""
        case "document":
            about = "the handover document"
        case _:
            about = ""
    return ActLine(at=one.at, comment=one, about=about)


def _line(opened: Opened, act: Act) -> ActLine:
    followed = tuple(_entry(opened, one) for one in act.followed)
    return ActLine(at=act.lead.at, entry=_entry(opened, act.lead), followed=followed)


def _entry(opened: Opened, one: e.Recorded) -> Entry:
    told = told_of(opened, one.event, one.by)
    return Entry(
        number=one.number,
        at=one.at,
        who=_who(one),
        did=told.did,
        details=told.details,
        words=told.words,
        sort=told.sort,
        step=told.step,
        mail=getattr(one.event, "mail", ""),
        document=isinstance(one.event, SEALING) and bool(one.event.sha256),
    )


def _who(one: e.Recorded) -> str:
    """With a comma after what is more than a name."""
    if one.by is not None:
        return f"{by_words(one.by, one.on_behalf_of)}," if one.on_behalf_of else one.by.name
    source = "" if isinstance(one.event, e.FactsGiven) else getattr(one.event, "source", "")
    return f"{source}," if source else ""


def by_day(opened: Opened, lines: Iterable[ActLine], now: datetime) -> tuple[StoryDay, ...]:
    """The lines, which are newest first, by the days of the runbook's calendar."""
    calendar, found = opened.plan.calendar, dict[date, list[ActLine]]()
    for line in lines:
        found.setdefault(calendar.day_of(line.at), []).append(line)
    today = calendar.day_of(now)
    return tuple(StoryDay(day=day, title=_heading(day, today), lines=tuple(some)) for day, some in found.items())


def _heading(day: date, today: date) -> str:
    return {0: "Today", 1: "Yesterday"}.get((today - day).days) or day_text(day, today)


def people_in(opened: Opened) -> Iterator[tuple[int, str]]:
    """Whoever did something in the handoff, by name. One query."""
    rows = models.Event.objects.filter(handoff=opened.row.pk, by__isnull=False).order_by()
    found = dict(rows.values_list("by", "by_name").distinct())
    yield from sorted(found.items(), key=lambda one: one[1])
