"""The message of a step: to whom, in which words, and what became of each copy that went out."""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.handoff.messaging import message_of
from handrail.runbook.model import Step


@dataclass(frozen=True, kw_only=True)
class DeliveryLine:
    """`look` is a state that a badge can show, `says` what is to be known about it."""

    name: str
    email: str
    look: str
    word: str
    says: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class MessageView:
    title: str
    says: str
    to: tuple[Holder, ...]
    subject: str
    body: str
    is_automatic: bool
    deliveries: tuple[DeliveryLine, ...]


def message_view(opened: Opened, step: Step) -> MessageView | None:
    if step.kind != "message":
        return None
    message = message_of(opened.plan, step)
    return MessageView(
        title=message.title,
        says=message.says,
        to=tuple(holder(opened, role) for role in message.to),
        subject=message.subject,
        body=message.body,
        is_automatic=step.automatic,
        deliveries=_deliveries(opened, step),
    )


def _deliveries(opened: Opened, step: Step) -> tuple[DeliveryLine, ...]:
    rows = models.Delivery.objects.filter(handoff=opened.row.pk, step=step.name).select_related("person")
    return tuple(_line(row) for row in rows.order_by("-number", "person__name"))


_LOOKS = {
    models.Delivery.State.QUEUED: ("waiting", "Queued"),
    models.Delivery.State.SENDING: ("open", "Being sent"),
    models.Delivery.State.SENT: ("done", "Sent"),
    models.Delivery.State.FAILED: ("error", "Failed"),
    models.Delivery.State.UNKNOWN: ("warning", "Not known"),
}


def _line(row: models.Delivery) -> DeliveryLine:
    look, word = _LOOKS[models.Delivery.State(row.state)]
    name, email = row.to
    return DeliveryLine(name=name, email=email, look=look, word=word, says=_says(row), at=row.changed_at)


def _says(row: models.Delivery) -> str:
    match row.state:
        case models.Delivery.State.UNKNOWN:
            return f"Nobody can tell whether it arrived: ask {row.to[0]}. {row.error}"
        case models.Delivery.State.QUEUED if row.error:
            return f"It is tried again. {row.error}"
        case _:
            return row.error
