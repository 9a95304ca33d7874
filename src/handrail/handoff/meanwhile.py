"""What others changed since somebody last looked: nobody overwrites, signs or approves what they have not seen."""

from collections.abc import Mapping

from handrail.handoff.events import Answer
from handrail.handoff.history import FieldAnswer, Handoff
from handrail.handoff.items import known_step
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Clash, Refused
from handrail.runbook.kinds import Written


def fact_clashes(
    plan: Plan, handoff: Handoff, values: Mapping[str, Written | None], seen: int | None
) -> tuple[Clash, ...]:
    """The facts among `values` that somebody else changed after event `seen`."""
    if seen is None:
        return ()
    found = []
    for name in values:
        known = handoff.facts.get(name) or handoff.withdrawn.get(name)
        if known is not None and known.number > seen:
            theirs = known.value if name in handoff.facts else None
            title = plan.runbook.facts[name].title
            found.append(Clash(what=name, title=title, theirs=theirs, by=known.by, at=known.at))
    return tuple(found)


def answer_clashes(
    plan: Plan, handoff: Handoff, step: str, answers: Mapping[str, Answer | None], seen: int | None
) -> tuple[Clash, ...]:
    """The fields among `answers` that somebody else changed after event `seen`."""
    if seen is None:
        return ()
    titles = {field.name: field.title for field in plan.fields_of(step)}
    standing = handoff.answers.get(step, {})
    return tuple(
        _clash(name, titles[name], standing[name])
        for name in answers
        if name in standing and standing[name].number > seen
    )


def _clash(name: str, title: str, theirs: FieldAnswer) -> Clash:
    return Clash(what=name, title=title, theirs=theirs.value, reason=theirs.reason, by=theirs.by, at=theirs.at)


def unseen(plan: Plan, handoff: Handoff, seen: int | None) -> Refused | None:
    """Refuses to put a name under content that changed after event `seen`, telling every change."""
    if seen is None or handoff.number <= seen:
        return None
    clashes = (
        *fact_clashes(plan, handoff, dict.fromkeys((*handoff.facts, *handoff.withdrawn)), seen),
        *(
            clash
            for step, fields in handoff.answers.items()
            for clash in answer_clashes(plan, handoff, step, dict.fromkeys(fields), seen)
        ),
        *_overrides(plan, handoff, seen),
        *_evidence(plan, handoff, seen),
    )
    if not clashes:
        return None
    return Refused(
        code="changed-meanwhile",
        says="The content changed while you had it open. Look at the changes, then do it again.",
        clashes=clashes,
    )


def _evidence(plan: Plan, handoff: Handoff, seen: int) -> tuple[Clash, ...]:
    return tuple(
        Clash(what="evidence", title=known_step(plan, handoff, step).title, theirs=one.title, by=one.by, at=one.at)
        for step, attached in handoff.evidence.items()
        for one in attached
        if one.number > seen
    )


def _overrides(plan: Plan, handoff: Handoff, seen: int) -> tuple[Clash, ...]:
    return tuple(
        Clash(
            what=name,
            title=plan.runbook.decisions[name].title,
            theirs=plan.spoken_outputs(name, override.outputs),
            by=override.ruled_by,
            at=override.ruled_at,
        )
        for name, override in handoff.overrides.items()
        if override.number > seen and override.state == "approved" and override.ruled_at is not None
    )
