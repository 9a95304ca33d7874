"""Letters as they would be sent now: to whom, in which language, when, with what is missing marked."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.safestring import SafeString

from handrail.desk.letter_text import as_html
from handrail.desk.queries.due import clock_text, zone_text
from handrail.handoff.addressees import Addressees, addressees, goes_at
from handrail.handoff.filling import Recipient
from handrail.handoff.history import Handoff
from handrail.handoff.messaging import is_automatic, lacking, letters_for, message_of
from handrail.handoff.plan import Plan
from handrail.runbook.model import Step

MOST_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class LetterView:
    """`goes` is when it goes by itself, empty where it does not."""

    name: str
    address: str
    group: str
    language: str
    subject: str
    body: SafeString
    goes: str
    missing: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class LettersView:
    """`more` is how many letters are not shown; `left_out` has by name why somebody gets none, `nobody` the groups in
    which nobody is known."""

    letters: tuple[LetterView, ...]
    more: int
    left_out: tuple[tuple[str, str], ...]
    nobody: tuple[str, ...]
    lacking: tuple[str, ...]

    @property
    def languages(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.language for one in self.letters))


def letters_view(plan: Plan, state: Handoff, step: Step, now: datetime) -> LettersView:
    message, by_itself = message_of(plan, step), is_automatic(plan, state, step)
    to = addressees(plan, state, step, message, by_itself=by_itself)
    everybody = _each_apart(plan, step, to)
    shown = everybody[:MOST_SHOWN]
    written = letters_for(plan, state, step, shown)
    out = [*to.left_out.items(), *((one.name, "has no address that is known.") for one in to.nowhere)]
    known = {one.group for one in to.outside} | {one.group for one in to.nowhere}
    return LettersView(
        letters=tuple(
            LetterView(
                name=letter.name,
                address=letter.email,
                group=plan.runbook.contacts[who.group].title if who.group else "",
                language=letter.language,
                subject=letter.subject,
                body=as_html(letter.body),
                goes=_goes(plan, state, step, who, now) if by_itself else "",
                missing=tuple(one.says for one in lacking(plan, state, step, message, [who])),
            )
            for letter, who in zip(written, shown, strict=True)
        ),
        more=len(everybody) - len(shown),
        left_out=tuple(out),
        nobody=tuple(
            plan.runbook.contacts[group].title for group in message.contacts if group not in known and not to.left_out
        ),
        lacking=tuple(one.says for one in lacking(plan, state, step, message, to.everybody)),
    )


def _each_apart(plan: Plan, step: Step, to: Addressees) -> tuple[Recipient, ...]:
    """Those inside get the same unless they are spoken to by name."""
    spoken_to = any(one.about == "recipient" for one in message_of(plan, step).variables)
    return (*(to.inside if spoken_to else to.inside[:1]), *to.outside)


def _goes(plan: Plan, state: Handoff, step: Step, who: Recipient, now: datetime) -> str:
    """`Tue 12 Jan, 09:00`, by the clock of who gets it."""
    if step.goes is None or state.state_of(step.name) != "open":
        return ""
    at = goes_at(plan, state, step, who.calendar, now)
    if at is None:
        return "never: there is no such day"
    zone = zone_text(at, who.calendar.zone, plan.calendar.zone)
    return f"{clock_text(at, who.calendar.zone, now)}{f' {zone}' if zone else ''}"


def groups_of(plan: Plan, groups: Iterable[str]) -> tuple[str, ...]:
    return tuple(plan.runbook.contacts[name].title for name in groups)
