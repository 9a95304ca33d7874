"""Messages of a step: sent by a person as they stand or edited, or by themselves as soon as their time has come.

One rule: what is sent is recorded with its words and whom it goes to; delivering it is the desk's.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from handrail.handoff import commands as c
from handrail.handoff import events as e
from handrail.handoff.addressees import Addressees, addressees, goes_at, once_key
from handrail.handoff.consulting import awaited, unheard
from handrail.handoff.enclosing import enclosed, not_enclosed
from handrail.handoff.filling import Recipient, filled, missing
from handrail.handoff.history import Handoff
from handrail.handoff.holders import holder_of, is_vacant, named
from handrail.handoff.items import known_step, steps_in
from handrail.handoff.knowledge import holds
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Mistake, Refused
from handrail.handoff.steps import lacks_evidence, not_open, too_long, without_reason
from handrail.handoff.wordings import Words, unknown_in, worded, wording_of
from handrail.runbook.model import Message, Step, Variable, Wording

Outcome = tuple[e.Event, ...] | Refused


def message_of(plan: Plan, step: Step) -> Message:
    assert step.message is not None, "a message step names its message"
    return plan.runbook.messages[step.message]


def is_automatic(plan: Plan, handoff: Handoff, step: Step) -> bool:
    """Whether it sends itself to this customer, as things stand."""
    return step.automatic or (step.automatic_when is not None and holds(plan, handoff, step.automatic_when) is True)


# --------------------------------------------------------------------------------------------------------- by a person


def send(plan: Plan, handoff: Handoff, command: c.Send) -> Outcome:
    typed = {**command.wordings, "": (command.subject, command.body)}
    refused = not_open(plan, handoff, command.step, "message") or unfit(plan, typed)
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    message = message_of(plan, step)
    to = addressees(plan, handoff, step, message, by_itself=False)
    refused = lacks_evidence(handoff, step) or _nobody(plan, handoff, message, to) or awaited(plan, handoff, step)
    if refused is not None:
        return refused
    refused = _held_back(plan, handoff, step, message, to.everybody, typed)
    if refused is not None:
        return refused
    post = _Post(plan, handoff, step, message, typed)
    return (post.sent(to, to.inside, to.outside, by=command.by.person, unheard=unheard(plan, handoff, step)),)


def unfit(plan: Plan, words: Mapping[str, Words]) -> Refused | None:
    """Why what somebody wrote cannot be sent."""
    for _, body in words.values():
        if (refused := too_long(body)) is not None:
            return refused
    mistakes = unknown_in(plan, words)
    if not mistakes:
        return None
    return Refused(code="unfit", says=" ".join(one.says for one in mistakes), mistakes=mistakes)


def _nobody(plan: Plan, handoff: Handoff, message: Message, to: Addressees) -> Refused | None:
    if to.everybody:
        return None
    why = [f"{name} {says}" for name, says in to.left_out.items()]
    why += [f"No address of {one.name} is known." for one in to.nowhere]
    groups = [f"“{plan.runbook.contacts[name].title}”" for name in message.contacts]
    whom = " or ".join(filter(None, [named(plan, handoff, message.to), *groups]))
    return Refused(code="nobody", says=" ".join([f"Nobody would get this: it goes to {whom}.", *why]))


def _is_for_nobody_outside(message: Message, to: Addressees) -> bool:
    """Nobody has had it, and nobody can get it yet: what is for customers does not go by itself without them."""
    return bool(message.contacts) and not to.outside and not to.left_out


def _held_back(
    plan: Plan,
    handoff: Handoff,
    step: Step,
    message: Message,
    to: Iterable[Recipient],
    typed: Mapping[str, Words] | None = None,
) -> Refused | None:
    lacks = lacking(plan, handoff, step, message, to, typed)
    if not lacks:
        return None
    says = f"“{step.title}” cannot be sent yet: " + " ".join(one.says for one in lacks)
    return Refused(code="incomplete", says=says, mistakes=lacks)


def lacking(
    plan: Plan,
    handoff: Handoff,
    step: Step,
    message: Message,
    to: Iterable[Recipient],
    typed: Mapping[str, Words] | None = None,
) -> tuple[Mistake, ...]:
    """What is not known that the words need which would go to these people, and what does not go with them yet."""
    found: dict[str, Mistake] = {}
    for who in to:
        wording = _worded_for(plan, handoff, step, message, who, typed or {})
        found |= {one.field: one for one in missing(plan, handoff, wording.variables, (who,))}
    for role in (message.sender, message.behalf):
        if role is not None and holder_of(plan, handoff, role) is None:
            found[role] = Mistake(field=role, says=f"It comes from {named(plan, handoff, [role])}.")
    found |= {one.field: one for one in not_enclosed(plan, handoff, message)}
    return tuple(found.values())


def _worded_for(
    plan: Plan, handoff: Handoff, step: Step, message: Message, who: Recipient, typed: Mapping[str, Words]
) -> Wording:
    wording = wording_of(plan, handoff, step, message, who.language)
    return worded(plan, wording, typed.get(wording.language))


class _Post:
    """The letters of one message."""

    def __init__(
        self, plan: Plan, handoff: Handoff, step: Step, message: Message, typed: Mapping[str, Words] | None = None
    ) -> None:
        self.plan, self.handoff, self.step, self.message = plan, handoff, step, message
        self.typed = typed or {}

    def sent(
        self,
        to: Addressees,
        inside: tuple[Recipient, ...],
        outside: tuple[Recipient, ...],
        *,
        by: Person | None = None,
        unheard: dict[str, Person] | None = None,
        is_complete: bool = True,
    ) -> e.Sent:
        letters = [self.letter(one) for one in inside]
        told_apart = any(one.about == "recipient" for one in self._variables(inside))
        subject, body = (letters[0].subject, letters[0].body) if letters else ("", "")
        left_out = {**to.left_out, **{one.name: "has no address that is known." for one in to.nowhere}}
        if _is_for_nobody_outside(self.message, to) and not to.nowhere:
            titles = (self.plan.runbook.contacts[name].title for name in self.message.contacts)
            left_out |= dict.fromkeys(titles, "is not known.")
        return e.Sent(
            step=self.step.name,
            to=self.message.to if inside else (),
            subject=subject,
            body=body,
            unheard=unheard or {},
            letters=(*(letters if told_apart else ()), *(self.letter(one) for one in outside)),
            once=once_key(self.step, self.message) if outside or not is_complete else "",
            sender=self._holder(self.message.sender) or (by if outside else None),
            behalf=self._holder(self.message.behalf),
            bcc=self.message.bcc,
            left_out=left_out if is_complete else {},
            is_complete=is_complete,
            enclosed=enclosed(self.handoff, self.message),
        )

    def letter(self, to: Recipient) -> e.Letter:
        wording = self._wording(to)
        return e.Letter(
            name=to.name,
            email=to.email,
            group=to.group,
            person=to.person,
            language=wording.language,
            subject=filled(self.plan, self.handoff, wording.subject, to, markdown=False),
            body=filled(self.plan, self.handoff, wording.body, to, markdown=True),
        )

    def _wording(self, to: Recipient) -> Wording:
        return _worded_for(self.plan, self.handoff, self.step, self.message, to, self.typed)

    def _variables(self, to: tuple[Recipient, ...]) -> Iterator[Variable]:
        for one in to[:1]:
            yield from self._wording(one).variables

    def _holder(self, role: str | None) -> Person | None:
        return holder_of(self.plan, self.handoff, role) if role else None


def letters_for(plan: Plan, handoff: Handoff, step: Step, people: Iterable[Recipient]) -> tuple[e.Letter, ...]:
    """As they would be sent now; what is missing is marked."""
    post = _Post(plan, handoff, step, message_of(plan, step))
    return tuple(post.letter(one) for one in people)


def pause(plan: Plan, handoff: Handoff, command: c.Pause) -> Outcome:
    refused = not_open(plan, handoff, command.step, "message") or without_reason(command.reason, "pause it")
    if refused is not None:
        return refused
    step = known_step(plan, handoff, command.step)
    if not is_automatic(plan, handoff, step):
        return Refused(code="by-hand", says=f"“{step.title}” does not send itself: it waits for a person anyway.")
    if step.name in handoff.paused:
        return Refused(code="paused", says=f"“{step.title}” is paused already: {handoff.paused[step.name].reason}")
    return (e.Paused(step=step.name, reason=command.reason.strip()),)


def go_on(plan: Plan, handoff: Handoff, command: c.GoOn) -> Outcome:
    refused = not_open(plan, handoff, command.step, "message")
    if refused is not None:
        return refused
    if command.step not in handoff.paused:
        title = known_step(plan, handoff, command.step).title
        return Refused(code="not-paused", says=f"“{title}” is not paused.")
    return (e.WentOn(step=command.step),)


def skip(plan: Plan, handoff: Handoff, command: c.Skip) -> Outcome:
    refused = not_open(plan, handoff, command.step, "message") or without_reason(command.reason, "skip it")
    return refused or (e.Skipped(step=command.step, reason=command.reason.strip()),)


def edit(plan: Plan, handoff: Handoff, command: c.Edit) -> Outcome:
    refused = not_open(plan, handoff, command.step, "message") or unfit(plan, command.wordings)
    if refused is not None:
        return refused
    known = {one.language for one in message_of(plan, known_step(plan, handoff, command.step)).wordings}
    wordings = {language: words for language, words in command.wordings.items() if language in known}
    if not all(subject.strip() and body.strip() for subject, body in wordings.values()) or not wordings:
        return Refused(code="empty", says="A message has a subject and a text: write both, or leave it as it is.")
    return (e.Edited(step=command.step, wordings=wordings),)


# ---------------------------------------------------------------------------------------------------------- by itself


def sent_by_themselves(plan: Plan, handoff: Handoff, now: datetime) -> tuple[e.Sent | e.NotSent, ...]:
    """The messages that go now by themselves, and those that nobody would get any more."""
    if not plan.sends or handoff.hold is not None:
        return ()
    found = (_due(plan, handoff, step, now) for step in _ready(plan, handoff))
    return tuple(one for one in found if one is not None)


def next_sending(plan: Plan, handoff: Handoff, now: datetime) -> datetime | None:
    """When time alone next lets a message go."""
    if not plan.sends or handoff.hold is not None:
        return None
    return min((at for step in _ready(plan, handoff) for at in _times(plan, handoff, step, now)), default=None)


def _ready(plan: Plan, handoff: Handoff) -> Iterator[Step]:
    """The steps of messages that are open; once the handoff is over, those that outlive it."""
    for step in steps_in(plan, handoff):
        lives = not handoff.is_over or (step.after_end and not handoff.cancelled)
        if step.kind == "message" and lives and handoff.state_of(step.name) == "open":
            yield step


def _due(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> e.Sent | e.NotSent | None:
    message, by_itself = message_of(plan, step), is_automatic(plan, handoff, step)
    to = addressees(plan, handoff, step, message, by_itself=by_itself)
    if message.contacts and to.left_out and not to.everybody and not to.nowhere:
        return None if _waits_for_roles(plan, handoff, message) else e.NotSent(step=step.name, left_out=to.left_out)
    if not by_itself or not _may_go(plan, handoff, step, message, to):
        return None
    at = {one: _at(plan, handoff, step, to, one, now) for one in to.everybody}
    inside = tuple(one for one in to.inside if _is_now(at[one], now))
    outside = tuple(one for one in to.outside if _is_now(at[one], now))
    if not inside and not outside:
        return None
    later = len(inside) + len(outside) < len(to.everybody)
    return _Post(plan, handoff, step, message).sent(to, inside, outside, is_complete=not later)


def _is_now(at: datetime | None, now: datetime) -> bool:
    return at is not None and at <= now


def _may_go(plan: Plan, handoff: Handoff, step: Step, message: Message, to: Addressees) -> bool:
    return (
        bool(to.everybody)
        and not _is_for_nobody_outside(message, to)
        and step.name not in handoff.paused
        and not lacking(plan, handoff, step, message, to.everybody)
    )


def _waits_for_roles(plan: Plan, handoff: Handoff, message: Message) -> bool:
    """Whether somebody inside, whose role is empty, may still come to get it."""
    return bool(message.to) and all(is_vacant(plan, handoff, role) for role in message.to)


def _times(plan: Plan, handoff: Handoff, step: Step, now: datetime) -> Iterator[datetime]:
    if step.goes is None or not is_automatic(plan, handoff, step):
        return
    message = message_of(plan, step)
    to = addressees(plan, handoff, step, message, by_itself=True)
    if _may_go(plan, handoff, step, message, to):
        times = (_at(plan, handoff, step, to, one, now) for one in to.everybody)
        yield from (at for at in times if at is not None and at > now)


def _at(plan: Plan, handoff: Handoff, step: Step, to: Addressees, one: Recipient, now: datetime) -> datetime | None:
    """Those inside get it together, when the first of them does."""
    calendar = to.inside[0].calendar if one.person is not None else one.calendar
    return goes_at(plan, handoff, step, calendar, now)
