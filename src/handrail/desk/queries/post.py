"""Mail that came in, as pages show it: what is nobody's, one mail, what came in to a step, and who unsubscribed.

One rule: a list is read by an index from where its page begins; the bytes of a mail are read on its own page only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlencode

from django.conf import settings
from django.db.models import QuerySet

from handrail.desk import models, uploads
from handrail.desk.post import claiming
from handrail.desk.post.imap import server_of
from handrail.desk.prepared import prepared
from handrail.desk.queries.opened import Opened, open_handoff, title_of_step
from handrail.desk.queries.pages import Page, page_of
from handrail.handoff.contacts import Contact
from handrail.handoff.items import in_order

State = models.Mail.State
MOST_OF_A_STEP = 20
_MOST_OFFERED = 8
_LONGEST = 200

# How each sort is told, and with which state a badge shows it.
SORTS = {
    "reply": ("open", "Reply"),
    "automatic": ("note", "Automatic answer"),
    "bounce": ("refused", "Not delivered"),
    "unsubscribe": ("not applicable", "Unsubscribed"),
    "calendar": ("note", "Answer to an invitation"),
}
VIEWS = {
    "nobodys": (State.UNCLAIMED, "Nobody’s"),
    "away": (State.PUT_AWAY, "Put away"),
    "assigned": (State.CLAIMED, "Assigned"),
}


@dataclass(frozen=True, kw_only=True)
class FileLine:
    number: int
    name: str
    size: int
    is_handed_out: bool


@dataclass(frozen=True, kw_only=True)
class MailLine:
    """A mail in a list; `look` and `word` say of what sort it is."""

    key: str
    at: datetime
    sender: str
    name: str
    subject: str
    begins: str
    look: str
    word: str
    files: int
    reason: str
    settled_by: str
    handoff_id: int | None
    customer: str


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What came in to a step, or a handoff, with its whole text. `answer` is the address with which an own mail program
    answers it."""

    line: MailLine
    text: str
    files: tuple[FileLine, ...]
    instead_of: str
    answer: str


@dataclass(frozen=True, kw_only=True)
class MailView:
    reply: Reply
    state: str
    rest: str
    problem: str
    came_by: str
    is_whole: bool
    settled_at: datetime | None
    step: str
    step_title: str


@dataclass(frozen=True, kw_only=True)
class Offered:
    """A handoff that a mail may belong to."""

    handoff_id: int
    customer: str
    says: str


@dataclass(frozen=True, kw_only=True)
class Claimable:
    """The handoff that was chosen, with the people and steps to choose from."""

    offered: Offered
    contacts: tuple[Contact, ...]
    steps: tuple[tuple[str, str], ...]


def mail_page(view: str, number: int) -> Page[MailLine]:
    state, _ = VIEWS[view]
    rows = models.Mail.objects.filter(state=state).order_by("-at", "-id")
    full = rows.select_related("settled_by", "handoff__customer").defer("files")
    return page_of(full, number, _lines, counted=rows)


def unclaimed_count() -> int:
    """Counted up to a hundred."""
    return models.Mail.objects.filter(state=State.UNCLAIMED)[:100].count()


@dataclass(frozen=True, kw_only=True)
class MailboxRow:
    key: str
    looked_at: datetime | None
    error: str


def mailboxes() -> tuple[MailboxRow, ...]:
    """The one that is read now, once it was looked into."""
    server = server_of(settings.IMAP)
    rows = models.Mailbox.objects.filter(key=server.key) if server else ()
    return tuple(MailboxRow(key=row.key, looked_at=row.looked_at, error=row.error) for row in rows)


def _lines(rows: list[models.Mail]) -> tuple[MailLine, ...]:
    return tuple(_line(row) for row in rows)


def _line(row: models.Mail, files: int = 0) -> MailLine:
    look, word = _sort_of(row)
    text = " ".join(row.text[: 2 * _LONGEST].split())
    return MailLine(
        key=row.key,
        at=row.at,
        sender=row.sender,
        name=row.sender_name or row.sender or "Nobody named",
        subject=row.subject or "No subject",
        begins=text if len(text) <= _LONGEST else f"{text[:_LONGEST].rstrip()} …",
        look=look,
        word=word,
        files=files,
        reason=row.reason,
        settled_by=row.settled_by.name if row.settled_by else "",
        handoff_id=row.handoff_id,
        customer=row.handoff.customer.name if row.handoff else "",
    )


def _sort_of(row: models.Mail) -> tuple[str, str]:
    """What a person wrote is a reply where it is known to what."""
    if row.sort == "reply" and row.handoff_id is None:
        return "note", "Mail"
    return SORTS.get(row.sort, ("note", row.sort.capitalize()))


def replies_to(handoff_id: int, step: str) -> tuple[Reply, ...]:
    """What came in to the message of a step, newest first. One query."""
    rows = _of_handoffs(models.Mail.objects.filter(handoff=handoff_id, step=step))
    return tuple(_reply(row) for row in rows[:MOST_OF_A_STEP])


_OF_A_LINE = (
    *("key", "at", "sender", "sender_name", "subject", "text", "sort", "state", "reason"),
    *("settled_by__name", "handoff__customer__name"),
)


def mails_of_customer(customer_id: int, most: int) -> tuple[MailLine, ...]:
    """The latest first."""
    if not _any_of_customer(customer_id):  # as it is of most customers, and quicker to ask
        return ()
    rows = models.Mail.objects.filter(handoff__customer=customer_id)
    return tuple(_line(row) for row in _of_handoffs(rows).only(*_OF_A_LINE)[:most])


@prepared
def _any_of_customer(customer_id: int) -> QuerySet[models.Mail, int]:
    return models.Mail.objects.filter(handoff__customer=customer_id).values_list("pk", flat=True)[:1]


def _of_handoffs(rows: QuerySet[models.Mail]) -> QuerySet[models.Mail]:
    return rows.select_related("settled_by", "handoff__customer").order_by("-at", "-id")


def _reply(row: models.Mail) -> Reply:
    files = tuple(_files(row.files))
    return Reply(
        line=_line(row, len(files)),
        text=row.text,
        files=files,
        instead_of=row.contact
        if row.state == State.TAKEN and row.sort == "reply" and row.contact != row.sender
        else "",
        answer=_answer(row),
    )


def _files(kept: Iterable[dict[str, object]]) -> Iterable[FileLine]:
    for one in kept:
        name = uploads.safe_name(str(one["name"]))
        ends = "." + name.rpartition(".")[2].lower() if "." in name else ""
        number, size = int(str(one["number"])), int(str(one["size"]))
        yield FileLine(number=number, name=name, size=size, is_handed_out=ends in uploads.ALLOWED)


def _answer(row: models.Mail) -> str:
    """Empty where nobody would read it: a program wrote, or nobody can tell who did."""
    if not row.sender or row.sort not in {"reply", "calendar"}:
        return ""
    subject = row.subject if row.subject.lower().startswith("re:") else f"Re: {row.subject}"
    told = {"subject": subject, **({"in-reply-to": f"<{row.message_id}>"} if row.message_id else {})}
    if settings.REPLIES_TO:
        told["cc"] = settings.REPLIES_TO
    return f"mailto:{quote(row.sender)}?{urlencode(told, quote_via=quote)}"


def mail_row(key: str) -> models.Mail | None:
    return _of_handoffs(models.Mail.objects.filter(key=key)).first()


def mail_view(row: models.Mail) -> MailView:
    letter = claiming.letter_of(row)
    return MailView(
        reply=_reply(row),
        state=row.state,
        rest=letter.rest if letter else "",
        problem=row.problem,
        came_by=row.came_by,
        is_whole=letter is not None,
        settled_at=row.settled_at,
        step=row.step,
        step_title=title_of_step(open_handoff(row.handoff_id), row.step) if row.handoff_id and row.step else "",
    )


# --- whose it may be -------------------------------------------------------------------------------------------------


def offered_for(row: models.Mail) -> tuple[Offered, ...]:
    """The handoffs that run and wrote to the sender."""
    if not row.sender:
        return ()
    ids = models.Delivery.objects.filter(address=row.sender, person=None).values("handoff")
    return _offered(models.Handoff.objects.filter(pk__in=ids, status=models.Handoff.Status.RUNNING))


def offered_by_number(handoff_id: int) -> Offered | None:
    return next(iter(_offered(models.Handoff.objects.filter(pk=handoff_id))), None)


def _offered(rows: QuerySet[models.Handoff]) -> tuple[Offered, ...]:
    found = rows.order_by("-changed_at").values_list("pk", "customer__name", "runbook_version__title", "phase")
    return tuple(
        Offered(handoff_id=pk, customer=name, says=" · ".join(filter(None, (title, phase))))
        for pk, name, title, phase in found[:_MOST_OFFERED]
    )


def claimable(handoff_id: int) -> Claimable | None:
    offered = offered_by_number(handoff_id)
    if offered is None:
        return None
    opened: Opened = open_handoff(handoff_id)
    steps = tuple(
        (one.name, one.title) for one in in_order(opened.plan, opened.state) if one.kind in {"message", "meeting"}
    )
    return Claimable(offered=offered, contacts=claiming.contacts_of(handoff_id), steps=steps)


# --- who wants no more -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Left:
    address: str
    name: str
    how: str
    at: datetime
    handoff_id: int | None
    customer: str
    step: str


def unsubscribed_page(text: str, number: int) -> Page[Left]:
    """With a text, only the addresses that begin so."""
    rows = models.Unsubscribed.objects.order_by("-at", "-id")
    if text:
        rows = rows.filter(address__gte=text.lower(), address__lt=text.lower() + "\U0010ffff").order_by("address")
    return page_of(rows.select_related("handoff__customer"), number, _left, counted=rows)


def _left(rows: list[models.Unsubscribed]) -> tuple[Left, ...]:
    return tuple(
        Left(
            address=row.address,
            name=row.name,
            how=row.how,
            at=row.at,
            handoff_id=row.handoff_id,
            customer=row.handoff.customer.name if row.handoff else "",
            step=row.step,
        )
        for row in rows
    )
