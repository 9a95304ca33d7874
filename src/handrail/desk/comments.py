"""What people say about a handoff, a customer, a runbook or an order: saying it, changing it, and taking it back.

One rule: whom a comment names is told of it once, in the transaction that keeps it, and may read it; nobody changes
what another said.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from handrail.desk import models
from handrail.desk.company import company
from handrail.desk.mentions import mentioned
from handrail.desk.notices import readers
from handrail.desk.permissions import sees_orders
from handrail.handoff.people import Person
from handrail.handoff.refusal import Mistake, Refused
from handrail.runbook.words import listed

LONGEST = 10_000
_LONGEST_TITLE, _LONGEST_WHY = 1000, 300
_SORT = "mention"
Mail = models.Notice.Mail


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What is spoken of: one of the four, and with `about` what in it (`step:NAME`, `decision:NAME`, `fact:NAME` or
    `document:NUMBER`). `title` is how a notice calls it."""

    handoff: int | None = None
    customer: int | None = None
    runbook: str = ""
    order: int | None = None
    about: str = ""
    title: str = ""


@dataclass(frozen=True, kw_only=True)
class Said:
    """`told` are those who are told of it now."""

    comment: models.Comment
    told: tuple[Person, ...]


def say(subject: Subject, text: str, *, by: models.Person, now: datetime) -> Said | Refused:
    read = _read(text, is_of_order=subject.order is not None)
    if isinstance(read, Refused):
        return read
    with transaction.atomic():
        comment = models.Comment.objects.create(
            handoff_id=subject.handoff,
            customer_id=subject.customer,
            order_id=subject.order,
            runbook=subject.runbook,
            about=subject.about,
            text=read.text,
            by=by,
            by_name=by.name,
            at=now,
        )
        return Said(comment=comment, told=_tell(comment, subject.title, read.people, by, now))


def change(comment_id: int, text: str, subject: Subject, *, by: models.Person, now: datetime) -> Said | Refused:
    """Whom it names now for the first time is told; whom it names no more, need not look. Raises
    `models.Comment.DoesNotExist`."""
    read = _read(text, is_of_order=subject.order is not None)
    if isinstance(read, Refused):
        return read
    with transaction.atomic():
        comment = models.Comment.objects.select_for_update(no_key=True).get(pk=comment_id)
        refused = changes(comment, by)
        if refused is not None:
            return refused
        if comment.text != read.text:
            comment.text, comment.changed_at = read.text, now
            comment.save(update_fields=["text", "changed_at"])
        gone = models.Mention.objects.filter(comment=comment).exclude(person__in=[one.id for one in read.people])
        _untell(comment, list(gone.values_list("person", flat=True)), now)
        gone.delete()
        return Said(comment=comment, told=_tell(comment, subject.title, read.people, by, now))


def take_back(comment_id: int, *, by: models.Person, now: datetime) -> Refused | None:
    """It keeps its place, without its text. Raises `models.Comment.DoesNotExist`."""
    with transaction.atomic():
        comment = models.Comment.objects.select_for_update(no_key=True).get(pk=comment_id)
        refused = changes(comment, by)
        if refused is None:
            comment.text, comment.removed_at = "", now
            comment.save(update_fields=["text", "removed_at"])
            mentions = models.Mention.objects.filter(comment=comment)
            _untell(comment, list(mentions.values_list("person", flat=True)), now)
            mentions.delete()
        return refused


def changes(comment: models.Comment, person: models.Person) -> Refused | None:
    """Whether they may change it or take it back."""
    if comment.removed_at is not None:
        return Refused(code="removed", says="This comment was taken back already.")
    if comment.by_id != person.pk:
        return Refused(code="not-yours", says=f"Only {comment.by_name} changes what {comment.by_name} said.")
    return None


# ---------------------------------------------------------------------------------------------------------------- text


@dataclass(frozen=True, kw_only=True)
class _Read:
    text: str
    people: tuple[Person, ...]


def _read(written: str, *, is_of_order: bool) -> _Read | Refused:
    text = _typed(written)
    if not text:
        return _mistaken("Write something first: an empty comment says nothing.")
    if len(text) > LONGEST:
        return _mistaken(f"This has {len(text):,} characters; a comment has at most {LONGEST:,}.")
    found = mentioned(text)
    if found.shared:
        name = found.shared[0]
        return _mistaken(f"Several people are called {name}. Write @ and the e-mail address of the one whom you mean.")
    strangers = _who_see_no_orders(found.people) if is_of_order else []
    if strangers:
        does = "does" if len(strangers) == 1 else "do"
        return _mistaken(f"{listed(strangers)} {does} not see orders, and could not read this. Name somebody who does.")
    return _Read(text=text, people=tuple(found.people.values()))


def _who_see_no_orders(people: Collection[int]) -> list[str]:
    rows = models.Person.objects.filter(pk__in=people).select_related("team").order_by("name")
    return [row.name for row in rows if sees_orders(row) is not None]


def _typed(written: str) -> str:
    """Without what no keyboard types: databases refuse some of it, and it shows nothing."""
    lines = written.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(one for one in lines if one.isprintable() or one in "\n\t\u200d").strip()


def _mistaken(says: str) -> Refused:
    return Refused(code="unfit", says=says, mistakes=(Mistake(field="text", says=says),))


# ---------------------------------------------------------------------------------------------------------- being told


def _tell(
    comment: models.Comment, title: str, people: Iterable[Person], by: models.Person, now: datetime
) -> tuple[Person, ...]:
    """Who is named for the first time; nobody tells themself."""
    named = {one.id: one for one in people}
    known = set(models.Mention.objects.filter(comment=comment).values_list("person", flat=True))
    fresh = [one for key, one in named.items() if key not in known]
    models.Mention.objects.bulk_create([models.Mention(comment=comment, person_id=one.id) for one in fresh])
    told = tuple(one for one in fresh if one.id != by.pk)
    if told:
        _add_notices(comment, title, told, now)
    return told


def _add_notices(comment: models.Comment, title: str, told: tuple[Person, ...], now: datetime) -> None:
    known = readers([one.id for one in told], company(), now)
    rows = []
    for one in told:
        mail_at = known[one.id].mailed_at(_SORT, now) if one.id in known else None
        rows.append(
            models.Notice(
                person_id=one.id,
                key=_key(comment),
                sort=_SORT,
                handoff_id=comment.handoff_id,
                about="comment",
                name=str(comment.pk),
                title=f"{comment.by_name} mentions you: {title}"[:_LONGEST_TITLE],
                why=_beginning(comment.text),
                at=now,
                mail=Mail.QUEUED if mail_at else Mail.NONE,
                mail_at=mail_at,
            )
        )
    # Who was named before, and then no more, has been told already.
    models.Notice.objects.bulk_create(rows, ignore_conflicts=True)
    models.Notice.objects.filter(key=_key(comment), person__in=[one.id for one in told]).update(over_at=None)


def _beginning(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST_WHY else f"{line[: _LONGEST_WHY - 1].rstrip()}…"


def _untell(comment: models.Comment, people: list[int], now: datetime) -> None:
    rows = models.Notice.objects.filter(key=_key(comment), person__in=people, over_at=None)
    rows.filter(mail=Mail.QUEUED).update(mail=Mail.DROPPED, mail_at=None)
    rows.update(over_at=now)


def _key(comment: models.Comment) -> str:
    return f"comment{comment.pk}"
