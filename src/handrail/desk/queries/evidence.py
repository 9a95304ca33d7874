"""What was attached to a step, piece by piece: given, not applicable with a reason, or missing and owed by whom.

One rule: what was attached before a step was to be done afresh is still shown, as what no longer counts.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from handrail.desk import models, uploads
from handrail.desk.queries.opened import Opened, holder
from handrail.handoff.duty import doers
from handrail.handoff.gaps import counts, missing_items
from handrail.handoff.history import Attached, Waiver
from handrail.runbook.model import Evidence, Step


@dataclass(frozen=True, kw_only=True)
class Checked:
    """Whether a link could be reached, since when, and when it is looked at next."""

    state: str
    says: str
    since: datetime | None
    next_at: datetime | None


@dataclass(frozen=True, kw_only=True)
class AttachedView:
    """`trouble` says why a file cannot be opened."""

    key: str
    title: str
    link: str
    upload: str
    by: str
    at: datetime
    counts: bool
    shared: bool = False
    checked: "Checked | None" = None
    trouble: str = ""


@dataclass(frozen=True, kw_only=True)
class EvidenceItem:
    """A piece of evidence that the step asks for, or (with an empty name) everything else that was attached. `state` is
    given, not applicable, missing, or empty where nothing is asked for; `reason` why it does not apply."""

    name: str
    title: str
    kind: str
    state: str
    attached: tuple[AttachedView, ...]
    owed_by: str = ""
    required: bool = False
    may_not_apply: bool = False
    reason: str = ""
    waived_by: str = ""
    waived_at: datetime | None = None
    asked_of: str = ""


def looked_at(opened: Opened, items: Iterable[EvidenceItem]) -> tuple[EvidenceItem, ...]:
    """The same, with what was found about their links and files. Two queries, and none without any."""
    items = tuple(items)
    keys = [one.key for item in items for one in item.attached if one.link]
    files = [one.upload for item in items for one in item.attached if one.upload]
    checks = _checks(opened, keys) if keys else {}
    troubles = _troubles(opened, files) if files else {}
    return tuple(
        replace(
            item,
            attached=tuple(
                replace(one, checked=checks.get(one.key), trouble=troubles.get(one.upload, "")) for one in item.attached
            ),
        )
        for item in items
    )


def _checks(opened: Opened, keys: list[str]) -> dict[str, Checked]:
    rows = models.LinkCheck.objects.filter(handoff=opened.row.pk, key__in=keys)
    return {row.key: Checked(state=row.state, says=row.says, since=row.since, next_at=row.next_at) for row in rows}


def _troubles(opened: Opened, files: list[str]) -> dict[str, str]:
    rows = models.Upload.objects.filter(handoff=opened.row.pk, key__in=files)
    return {row.key: uploads.not_to_be_opened(row) for row in rows}


def evidence_of(opened: Opened, step: Step) -> Iterator[EvidenceItem]:
    known = opened.state.steps.get(step.name)
    since = known.evidence_from if known else 0
    attached = opened.state.evidence.get(step.name, ())
    for item in step.evidence:
        yield _item(opened, step, item, tuple(_attached(one, since) for one in attached if one.item == item.name))
    asked = {item.name for item in step.evidence}
    yield EvidenceItem(
        name="",
        title="Other attachments" if step.evidence else "Attachments",
        kind="link or upload",
        state="",
        attached=tuple(_attached(one, since) for one in attached if one.item not in asked),
    )


def _item(opened: Opened, step: Step, item: Evidence, attached: tuple[AttachedView, ...]) -> EvidenceItem:
    waiver = _waiver(opened, step, item)
    owing = item.owed_by or next(iter(doers(step)), None)
    return EvidenceItem(
        name=item.name,
        title=item.title,
        kind=item.kind,
        state=_state(opened, step, item, attached, waiver),
        attached=attached,
        owed_by=holder(opened, owing).words if owing else "",
        required=item.required,
        may_not_apply=item.may_not_apply,
        reason=waiver.reason if waiver else "",
        waived_by=(waiver.by.name if waiver.by else waiver.source) if waiver else "",
        waived_at=waiver.at if waiver else None,
        asked_of=opened.plan.runbook.contacts[step.asked_of].title if step.asked_of and not item.owed_by else "",
    )


def _state(
    opened: Opened, step: Step, item: Evidence, attached: tuple[AttachedView, ...], waiver: Waiver | None
) -> str:
    if any(one.counts for one in attached):
        return "given"
    if waiver is not None:
        return "not applicable"
    return "missing" if item in missing_items(opened.state, step) else ""


def _waiver(opened: Opened, step: Step, item: Evidence) -> Waiver | None:
    known = opened.state.steps.get(step.name)
    waiver = opened.state.waived.get(step.name, {}).get(item.name)
    return waiver if waiver is not None and waiver.number > (known.evidence_from if known else 0) else None


def _attached(one: Attached, since: int) -> AttachedView:
    return AttachedView(
        key=one.key,
        title=one.title,
        link=one.link or "",
        upload=one.upload or "",
        by=one.by.name if one.by else one.source,
        at=one.at,
        counts=counts(one, since),
        shared=one.shared,
    )
