"""What was said about one thing, oldest first, as its pages show it.

One rule: two queries for all that is shown on a page, and never more than so many comments of one thing.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from handrail.desk import models
from handrail.desk.comments import Subject, changes
from handrail.desk.prepared import prepared

MOST = 200


@dataclass(frozen=True, kw_only=True)
class Piece:
    """Some of a text; `is_mention` where it names somebody who is told."""

    text: str
    is_mention: bool = False


@dataclass(frozen=True, kw_only=True)
class CommentLine:
    id: int
    by: str
    by_id: int | None
    at: datetime
    text: str
    pieces: tuple[Piece, ...]
    is_changed: bool
    is_removed: bool
    is_mine: bool
    about: str


@dataclass(frozen=True, kw_only=True)
class Thread:
    """`on` names what is spoken of in a request (`handoff:12`, `customer:3`, `order:5`, `runbook:NAME`) and `key` it in
    the page's ids; `typed` and `error` are what was written and refused, of the comment `changing` or of a new one."""

    on: str
    about: str
    key: str
    lines: tuple[CommentLine, ...]
    has_more: bool
    typed: str = ""
    error: str = ""
    changing: int | None = None

    @property
    def count(self) -> int:
        return sum(not line.is_removed for line in self.lines)


def thread_of(subject: Subject, me: models.Person) -> Thread:
    if subject.handoff is not None:
        taken = _of_handoff(subject.handoff, subject.about)
    elif subject.customer is not None:
        taken = _of_customer(subject.customer, subject.about)
    elif subject.order is not None:
        taken = _of_order(subject.order, subject.about)
    else:
        taken = _of_runbook(subject.runbook, subject.about)
    lines, has_more = _lines(taken, me)
    return Thread(on=on_of(subject), about=subject.about, key=_key(subject.about), lines=lines, has_more=has_more)


def count_of_order(order_id: int) -> str:
    """How many comments there are, as they are counted beside an order; empty where there is none."""
    number = len(_said_of_order(order_id))
    return f"{MOST}+" if number > MOST else str(number or "")


@dataclass(frozen=True, kw_only=True)
class Talk:
    """What was said of late in a handoff: about it as a whole, all of it, and how often about each thing in it."""

    thread: Thread
    lines: tuple[CommentLine, ...]
    counts: dict[str, int]


def talk_of(handoff_id: int, me: models.Person) -> Talk:
    subject = Subject(handoff=handoff_id)
    lines, has_more = _lines(_in_handoff(handoff_id), me)
    own = tuple(line for line in lines if not line.about)
    counts = Counter(line.about for line in lines if line.about and not line.is_removed)
    thread = Thread(on=on_of(subject), about="", key="whole", lines=own, has_more=has_more)
    return Talk(thread=thread, lines=lines, counts=dict(counts))


def comments_between(
    handoff_id: int, me: models.Person, since: datetime | None, until: datetime | None
) -> tuple[CommentLine, ...]:
    """Of the whole handoff, newest first; from `since` on and before `until`, where they are given."""
    rows = models.Comment.objects.filter(handoff=handoff_id, removed_at=None)
    rows = rows.filter(at__gte=since) if since else rows
    rows = rows.filter(at__lt=until) if until else rows
    lines, _ = _lines(list(_latest(rows)), me)
    return lines[::-1]


def on_of(subject: Subject) -> str:
    if subject.handoff is not None:
        return f"handoff:{subject.handoff}"
    if subject.customer is not None:
        return f"customer:{subject.customer}"
    return f"order:{subject.order}" if subject.order is not None else f"runbook:{subject.runbook}"


def _key(about: str) -> str:
    return about.replace(":", "-").replace("@", "-") or "whole"


@prepared
def _of_handoff(handoff_id: int, about: str) -> QuerySet[models.Comment]:
    return _latest(models.Comment.objects.filter(handoff=handoff_id, about=about))


@prepared
def _in_handoff(handoff_id: int) -> QuerySet[models.Comment]:
    return _latest(models.Comment.objects.filter(handoff=handoff_id))


@prepared
def _of_customer(customer_id: int, about: str) -> QuerySet[models.Comment]:
    return _latest(models.Comment.objects.filter(customer=customer_id, about=about))


@prepared
def _of_order(order_id: int, about: str) -> QuerySet[models.Comment]:
    return _latest(models.Comment.objects.filter(order=order_id, about=about))


@prepared
def _said_of_order(order_id: int) -> QuerySet[models.Comment, int]:
    return models.Comment.objects.filter(order=order_id, removed_at=None).values_list("pk", flat=True)[: MOST + 1]


@prepared
def _of_runbook(name: str, about: str) -> QuerySet[models.Comment]:
    return _latest(models.Comment.objects.filter(runbook=name, about=about))


def _latest(rows: QuerySet[models.Comment]) -> QuerySet[models.Comment]:
    return rows.order_by("-at", "-id")[: MOST + 1]


def _lines(taken: list[models.Comment], me: models.Person) -> tuple[tuple[CommentLine, ...], bool]:
    """Of the latest, oldest first, and whether there are more."""
    shown = taken[:MOST][::-1]
    names = _named(row.pk for row in shown)
    return tuple(_line(row, names.get(row.pk, []), me) for row in shown), len(taken) > MOST


def _named(comments: Iterable[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    ids = list(comments)
    if not ids:
        return found
    rows = models.Mention.objects.filter(comment__in=ids).select_related("person")
    for row in rows:
        found.setdefault(row.comment_id, []).extend((row.person.name, row.person.email))
    return found


def _line(row: models.Comment, names: list[str], me: models.Person) -> CommentLine:
    return CommentLine(
        id=row.pk,
        by=row.by_name,
        by_id=row.by_id,
        at=row.at,
        text=row.text,
        pieces=tuple(_pieces(row.text, names)),
        is_changed=row.changed_at is not None,
        is_removed=row.removed_at is not None,
        is_mine=changes(row, me) is None,
        about=row.about,
    )


def _pieces(text: str, names: list[str]) -> Iterator[Piece]:
    """The longest names first, so that no shorter one cuts them short."""
    written = [f"@{name}" for name in sorted(names, key=len, reverse=True)]
    start = at = 0
    folded = text.casefold() if len(text.casefold()) == len(text) else text
    while written and (at := folded.find("@", at)) >= 0:
        name = next((one for one in written if folded.startswith(one.casefold(), at)), None)
        if name is None:
            at += 1
            continue
        if at > start:
            yield Piece(text=text[start:at])
        yield Piece(text=text[at : at + len(name)], is_mention=True)
        start = at = at + len(name)
    if start < len(text):
        yield Piece(text=text[start:])
