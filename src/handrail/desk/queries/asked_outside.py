"""What somebody outside sees of the steps that are asked of them: what to give, and what they gave.

One rule: of what colleagues wrote only what the runbook asks outside is here, and what they answered those outside: no
reason, name, link or file of theirs, unless it was shared.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from handrail.desk.queries.controls import Control
from handrail.desk.queries.opened import Opened
from handrail.handoff.gaps import counts, is_missing, missing_items
from handrail.handoff.history import Attached, FieldAnswer
from handrail.handoff.items import known_step
from handrail.handoff.knowledge import field_value
from handrail.handoff.outside import asked_of, gaps_outside, turn_of
from handrail.handoff.timing import due_date
from handrail.runbook.model import Evidence, Field, Step
from handrail.runbook.outside import asked_evidence, asked_sections

Stand = Literal["open", "asked again", "handed in", "done", "later"]


@dataclass(frozen=True, kw_only=True)
class AskedStep:
    """`missing` counts what they still have to give, `again` is why a colleague asks once more."""

    name: str
    title: str
    says: str
    kind: str
    stand: Stand
    due: str
    missing: int
    again: str
    is_open: bool


@dataclass(frozen=True, kw_only=True)
class AskedField:
    name: str
    title: str
    says: str
    control: Control
    words: str
    state: str
    reason: str
    required: bool
    may_not_apply: bool
    error: str = ""
    theirs: str = ""


@dataclass(frozen=True, kw_only=True)
class AskedSection:
    title: str
    says: str
    fields: tuple[AskedField, ...]


@dataclass(frozen=True, kw_only=True)
class GivenPiece:
    """What was given from outside; of what a colleague gave only that it was."""

    key: str
    title: str
    link: str
    upload: str
    is_outside: bool


@dataclass(frozen=True, kw_only=True)
class AskedItem:
    name: str
    title: str
    kind: str
    state: str
    required: bool
    may_not_apply: bool
    reason: str
    given: tuple[GivenPiece, ...]


@dataclass(frozen=True, kw_only=True)
class AskedPage:
    step: AskedStep
    sections: tuple[AskedSection, ...]
    items: tuple[AskedItem, ...]
    note: str
    seen: int


def asked_steps(opened: Opened, address: str) -> tuple[AskedStep, ...]:
    """What is asked of them now before what is done, and what comes later last."""
    found = [_step(opened, step) for step in asked_of(opened.plan, opened.state, address)]
    return tuple(sorted(found, key=lambda one: _ORDER[one.stand]))


_ORDER: dict[Stand, int] = {"asked again": 0, "open": 1, "handed in": 2, "later": 3, "done": 4}


def asked_page(opened: Opened, address: str, name: str) -> AskedPage | None:
    """None where no such step is asked of them."""
    if name not in {step.name for step in asked_of(opened.plan, opened.state, address)}:
        return None
    step = known_step(opened.plan, opened.state, name)
    turn = turn_of(opened.state, name)
    return AskedPage(
        step=_step(opened, step),
        sections=tuple(
            AskedSection(
                title=section.title,
                says=section.says,
                fields=tuple(_field(opened, step, field) for field in section.fields),
            )
            for section in asked_sections(opened.plan.runbook, step)
        ),
        items=tuple(_items(opened, step)),
        note=turn.reason if turn is not None and turn.whose == "ours" else "",
        seen=opened.state.number,
    )


def _step(opened: Opened, step: Step) -> AskedStep:
    turn, stand = turn_of(opened.state, step.name), _stand(opened, step)
    due = due_date(opened.plan, opened.state, step)
    return AskedStep(
        name=step.name,
        title=step.title,
        says=step.says,
        kind=step.kind,
        stand=stand,
        due=f"{due.day} {due:%B %Y}" if due is not None and stand in {"open", "asked again", "later"} else "",
        missing=len(gaps_outside(opened.plan, opened.state, step)) if stand in {"open", "asked again"} else 0,
        again=turn.reason if turn is not None and turn.whose == "theirs" else "",
        is_open=stand in {"open", "asked again"} and opened.state.hold is None and not _is_past(opened, step),
    )


def _is_past(opened: Opened, step: Step) -> bool:
    return opened.state.is_over and not step.after_end


def _stand(opened: Opened, step: Step) -> Stand:
    match opened.state.state_of(step.name):
        case "done":
            return "done"
        case "open":
            turn = turn_of(opened.state, step.name)
            if turn is None:
                return "open"
            return "handed in" if turn.whose == "ours" else "asked again"
        case _:
            return "later"


def _field(opened: Opened, step: Step, field: Field) -> AskedField:
    value = field_value(opened.state, step.name, field)
    answer = opened.state.answers.get(step.name, {}).get(field.name)
    applies_not = value is None and answer is not None and answer.reason is not None
    missing = is_missing(opened.plan, opened.state, step.name, field)
    return AskedField(
        name=field.name,
        title=field.title,
        says=field.says,
        control=Control(kind=field.kind, written=value),
        words=opened.plan.spoken(field.kind, value) if value is not None else "",
        state="missing" if missing else "not applicable" if applies_not else "given",
        reason=_own_reason(answer) if applies_not else "",
        required=field.required,
        may_not_apply=field.may_not_apply,
    )


def _own_reason(answer: FieldAnswer | None) -> str:
    return (answer.reason or "") if answer is not None and answer.source else ""


def _items(opened: Opened, step: Step) -> Iterator[AskedItem]:
    known = opened.state.steps.get(step.name)
    since = known.evidence_from if known else 0
    attached = [one for one in opened.state.evidence.get(step.name, ()) if counts(one, since)]
    missing = missing_items(opened.state, step)
    for item in asked_evidence(step):
        given = tuple(_piece(one) for one in attached if one.item == item.name)
        yield _item(opened, step, item, given, is_missing=item in missing, since=since)


def _item(
    opened: Opened, step: Step, item: Evidence, given: tuple[GivenPiece, ...], *, is_missing: bool, since: int
) -> AskedItem:
    waiver = opened.state.waived.get(step.name, {}).get(item.name)
    applies_not = waiver is not None and waiver.number > since
    return AskedItem(
        name=item.name,
        title=item.title,
        kind=item.kind,
        state="given" if given else "not applicable" if applies_not else "missing" if is_missing else "",
        required=item.required,
        may_not_apply=item.may_not_apply,
        reason=waiver.reason if waiver is not None and applies_not and waiver.source else "",
        given=given,
    )


def _piece(one: Attached) -> GivenPiece:
    if not one.source and not one.shared:
        return GivenPiece(key="", title="", link="", upload="", is_outside=False)
    return GivenPiece(
        key=one.key, title=one.title, link=one.link or "", upload=one.upload or "", is_outside=bool(one.source)
    )


# ---------------------------------------------------------------------------------------------------- what was shared


@dataclass(frozen=True, kw_only=True)
class SharedPiece:
    title: str
    link: str
    upload: str


def shared_pieces(opened: Opened) -> tuple[SharedPiece, ...]:
    """What colleagues show to those outside."""
    return tuple(
        SharedPiece(title=one.title, link=one.link or "", upload=one.upload or "")
        for attached in opened.state.evidence.values()
        for one in attached
        if one.shared
    )


def may_open(opened: Opened, address: str, upload: str) -> bool:
    """Whether that file is shown to them: it was shared, or given from outside for a step that is asked of them."""
    asked = {step.name for step in asked_of(opened.plan, opened.state, address)}
    return any(
        one.upload == upload and (one.shared or (bool(one.source) and step in asked))
        for step, attached in opened.state.evidence.items()
        for one in attached
    )
