"""The message of a step: to whom, in which words, and what became of each copy that went out."""

from dataclasses import dataclass
from datetime import datetime

from handrail.desk import models
from handrail.desk.queries.acting import Action, can
from handrail.desk.queries.letter_preview import LettersView, groups_of, letters_view
from handrail.desk.queries.opened import Holder, Opened, holder
from handrail.handoff import commands as c
from handrail.handoff.enclosing import last_attached
from handrail.handoff.messaging import is_automatic, message_of
from handrail.handoff.people import Actor
from handrail.runbook.model import Enclosure, Message, Step
from handrail.runbook.words import condition_words, going_words


@dataclass(frozen=True, kw_only=True)
class DeliveryLine:
    """`look` is a state that a badge can show, `says` what is to be known about it. It can be sent `again`; where that
    might be a second time, `risk` says so."""

    id: int
    name: str
    email: str
    look: str
    word: str
    says: str
    at: datetime
    again: bool
    risk: str


@dataclass(frozen=True, kw_only=True)
class WordingFields:
    """`suffix` is what the names of its fields end with."""

    language: str
    suffix: str
    subject: str
    body: str


@dataclass(frozen=True, kw_only=True)
class Goes:
    """What goes with a message: of the step that it is attached to its name and title, and what is attached as that
    now, empty where nothing is."""

    step: str
    step_title: str
    title: str
    attached: str


@dataclass(frozen=True, kw_only=True)
class MessageView:
    """`how` says whether and when it sends itself, `pause` why it does not for now; `actions` are pause, go-on, skip
    and edit."""

    title: str
    says: str
    to: tuple[Holder, ...]
    groups: tuple[str, ...]
    sender: Holder | None
    behalf: Holder | None
    bcc: str
    encloses: tuple[Goes, ...]
    wordings: tuple[WordingFields, ...]
    has_braces: bool
    is_edited: bool
    is_automatic: bool
    how: str
    pause: str
    paused_by: str
    letters: LettersView | None
    deliveries: tuple[DeliveryLine, ...]
    actions: dict[str, Action]

    @property
    def can_be_handled(self) -> bool:
        """Whether I may do anything with it before it is sent."""
        return any(one.possible for one in self.actions.values())


def message_view(opened: Opened, step: Step, me: Actor, now: datetime) -> MessageView | None:
    if step.kind != "message":
        return None
    plan, state, message = opened.plan, opened.state, message_of(opened.plan, step)
    pause = state.paused.get(step.name)
    wordings = tuple(_wordings(opened, step, message))
    is_open = state.state_of(step.name) == "open"
    return MessageView(
        title=message.title,
        says=message.says,
        to=tuple(holder(opened, role) for role in message.to),
        groups=groups_of(plan, message.contacts),
        sender=holder(opened, message.sender) if message.sender else None,
        behalf=holder(opened, message.behalf) if message.behalf else None,
        bcc=message.bcc,
        encloses=tuple(_goes(opened, one) for one in message.encloses),
        wordings=wordings,
        has_braces=any("{" in one.subject + one.body for one in wordings),
        is_edited=step.name in state.edits,
        is_automatic=is_automatic(plan, state, step),
        how=_how(opened, step),
        pause=pause.reason if pause else "",
        paused_by=pause.by.name if pause and pause.by else "",
        letters=letters_view(plan, state, step, now) if state.state_of(step.name) in {"open", "waiting"} else None,
        deliveries=deliveries_of(opened, step, me, now),
        actions=_actions(opened, step, me, now) if is_open else {},
    )


def _goes(opened: Opened, one: Enclosure) -> Goes:
    step, last = opened.plan.runbook.steps[one.step], last_attached(opened.state, one)
    title = next(item.title for item in step.evidence if item.name == one.item)
    return Goes(step=step.name, step_title=step.title, title=title, attached=last.title if last else "")


def _wordings(opened: Opened, step: Step, message: Message) -> list[WordingFields]:
    edits = opened.state.edits.get(step.name, {})
    return [
        WordingFields(
            language=one.language,
            suffix=f".{one.language}" if one.language else "",
            subject=edits[one.language][0] if one.language in edits else one.subject.text,
            body=edits[one.language][1] if one.language in edits else one.body.text,
        )
        for one in message.wordings
    ]


def _how(opened: Opened, step: Step) -> str:
    automatic = is_automatic(opened.plan, opened.state, step)
    if step.automatic_when is not None and not automatic:
        return f"Sent by hand: it sends itself only where {condition_words(opened.plan.runbook, step.automatic_when)}."
    if not automatic:
        return ""
    goes = going_words(step.goes)
    if goes:
        return f"Sends itself {goes}, by the calendar and the clock of who gets it"
    return "Sends itself as soon as it opens"


def _actions(opened: Opened, step: Step, me: Actor, now: datetime) -> dict[str, Action]:
    words = {"": ("…", "…")}
    commands: dict[str, c.Command] = {
        "pause": c.Pause(by=me, step=step.name, reason="…"),
        "go_on": c.GoOn(by=me, step=step.name),
        "skip": c.Skip(by=me, step=step.name, reason="…"),
        "edit": c.Edit(by=me, step=step.name, wordings=words),
    }
    return {do: can(opened, command, now, do) for do, command in commands.items()}


def deliveries_of(opened: Opened, step: Step, me: Actor, now: datetime) -> tuple[DeliveryLine, ...]:
    """What became of each copy, the newest first."""
    rows = models.Delivery.objects.filter(handoff=opened.row.pk, step=step.name).select_related("person")
    mine = can(opened, c.Send(by=me, step=step.name), now).code != "not-yours"
    return tuple(_line(row, mine=mine) for row in rows.order_by("-number", "person__name", "name"))


_LOOKS = {
    models.Delivery.State.QUEUED: ("waiting", "Queued"),
    models.Delivery.State.SENDING: ("open", "Being sent"),
    models.Delivery.State.SENT: ("done", "Sent"),
    models.Delivery.State.FAILED: ("error", "Failed"),
    models.Delivery.State.UNKNOWN: ("warning", "Not known"),
}


def _line(row: models.Delivery, *, mine: bool) -> DeliveryLine:
    look, word = _LOOKS[models.Delivery.State(row.state)]
    name, email = row.to
    unknown = row.state == models.Delivery.State.UNKNOWN
    return DeliveryLine(
        id=row.pk,
        name=name,
        email=email,
        look=look,
        word=word,
        says=_says(row),
        at=row.changed_at,
        again=mine and (unknown or row.state == models.Delivery.State.FAILED),
        risk=f"It may have arrived: then {name} gets it twice." if unknown else "",
    )


def _says(row: models.Delivery) -> str:
    match row.state:
        case models.Delivery.State.UNKNOWN:
            return f"Nobody can tell whether it arrived: ask {row.to[0]}. {row.error}"
        case models.Delivery.State.QUEUED if row.error:
            return f"It is tried again. {row.error}"
        case _:
            return row.error
