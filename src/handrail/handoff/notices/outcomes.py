"""What people are told of how steps turned out: those who are informed (I), and those whose work or request it was.

One rule: whoever is to do something about it is told so as their work, and not once more as an answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from handrail.handoff import events as e
from handrail.handoff.notices.outside import of_what_is_outside
from handrail.handoff.notices.reason import Change, Reason
from handrail.handoff.notices.teams import whose_role, whose_work
from handrail.handoff.people import Person, by_words


@dataclass(frozen=True, kw_only=True)
class _Outcome:
    """`how` is a word before the step's title, `said` the sentence about it; `rules` where it answers to others."""

    step: str
    how: str
    said: str
    rules: bool = False


_REQUESTS: frozenset[type] = frozenset(
    (e.OverrideApproved, e.OverrideRejected, e.Advised, e.HandedIn, e.AttachmentBroke)
)


def of_the_outcomes(change: Change) -> Iterator[Reason]:
    for recorded in change.added:
        for outcome in _outcomes(recorded):
            yield from _informed(change, outcome)
            if outcome.rules:
                yield from _answered(change, recorded, outcome)
    for recorded in change.added if e.Shared in change.kinds else ():
        yield from _shared_with(change, recorded)
    if change.kinds & _REQUESTS:
        for recorded in change.added:
            yield from _of_requests(change, recorded)
            yield from _advised(change, recorded)
            yield from of_what_is_outside(change, recorded)


def _outcomes(recorded: e.Recorded) -> Iterator[_Outcome]:
    who = _who(recorded, "Nobody")
    match recorded.event:
        case e.Moved(done=done):
            yield from (_Outcome(step=step, how="Done", said="It was done by itself.") for step in done)
        case e.Finished(step=step, outcome=outcome, note=note):
            how = f"finished it with “{outcome}”" if outcome else "finished it"
            yield _Outcome(step=step, how="Done", said=_said(who, how, note))
        case e.Signed(step=step):
            yield _Outcome(step=step, how="Signed", said=_said(who, "signed it"))
        case e.NotSent(step=step, left_out=left_out):
            why = " ".join(f"{name} {says}" for name, says in left_out.items())
            yield _Outcome(step=step, how="Not sent", said=f"Nobody would get it any more: {why}")
        case e.Skipped(step=step, reason=reason):
            yield _Outcome(step=step, how="Skipped", said=_said(who, "skipped it", reason))
        case e.Sent(is_complete=False):
            return
        case e.Shared(step=step, note=note):
            yield _Outcome(step=step, how="Shared", said=_said(who, "shared the document", note))
        case e.Sent(step=step):
            yield _Outcome(step=step, how="Sent", said=_said(who, "sent it") if recorded.by else "It was sent.")
        case e.MeetingHeld(step=step, is_complete=True, note=note):
            yield _Outcome(step=step, how="Held", said=_said(who, "held the meeting", note))
        case _:
            yield from _rulings(recorded, who)


_TAKEN = {"approves": "Approved", "rejects": "Rejected", "accepts": "Accepted", "refuses": "Refused"}


def _rulings(recorded: e.Recorded, who: str) -> Iterator[_Outcome]:
    match recorded.event:
        case e.Approved(step=step, note=note, is_complete=True):
            yield _Outcome(step=step, how="Approved", said=_said(who, "approved it", note), rules=True)
        case e.Rejected(step=step, reason=reason):
            yield _Outcome(step=step, how="Rejected", said=_said(who, "rejected it", reason), rules=True)
        case e.Accepted(step=step, note=note):
            yield _Outcome(step=step, how="Accepted", said=_said(who, "accepted", note), rules=True)
        case e.AcceptanceRefused(step=step, reason=reason, note=note):
            words = f"{reason}. {note}" if note else reason
            yield _Outcome(step=step, how="Refused", said=_said(who, "refused", words), rules=True)
        case e.SilenceTaken(step=step, answer=answer):
            said = "Nobody answered in time, and the runbook says what that means."
            yield _Outcome(step=step, how=_TAKEN.get(answer, "Answered"), said=said, rules=True)
        case e.RefusalUpheld(step=step, note=note):
            said = _said(who, "decided that the refusal stands", note)
            yield _Outcome(step=step, how="The refusal stands", said=said, rules=True)
        case e.RefusalOverruled(step=step, note=note):
            said = _said(who, "decided that it counts as accepted", note)
            yield _Outcome(step=step, how="Accepted after all", said=said, rules=True)


def _said(who: str, how: str, words: str = "") -> str:
    said = f"{who} {how}: {words}" if words else f"{who} {how}"
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _informed(change: Change, outcome: _Outcome) -> Iterator[Reason]:
    step = change.step(outcome.step)
    if step is None:
        return
    for role in step.roles_with("I"):
        for person, are, own in whose_role(change, role, "is told of this"):
            why = f"{outcome.said} {are}"
            yield Reason(person, "told", "step", step.name, f"{outcome.how}: {step.title}", why, role=own)


def _shared_with(change: Change, recorded: e.Recorded) -> Iterator[Reason]:
    """Those with whom a document is shared, who are not told of the step anyway."""
    if not isinstance(recorded.event, e.Shared):
        return
    step, event = change.step(recorded.event.step), recorded.event
    layout = change.plan.runbook.documents.get(event.document)
    if step is None or layout is None:
        return
    said = _said(_who(recorded), "shared it with you", event.note)
    for role in event.roles:
        if role not in step.roles_with("I"):
            for person, are, own in whose_role(change, role, "it is shared with"):
                yield Reason(person, "told", "step", step.name, f"Shared: {layout.title}", f"{said} {are}", role=own)


def _answered(change: Change, recorded: e.Recorded, outcome: _Outcome) -> Iterator[Reason]:
    """Those whose work was ruled on, and those who began or decided a disagreement about it."""
    step = change.step(outcome.step)
    if step is None:
        return
    again = set(getattr(recorded.event, "reopened", ()))
    for name, person in _handed_in(change, step.needs):
        if name not in again:
            title = change.title(name)
            why = f"{outcome.said} You did “{title}”, which it is about."
            yield Reason(person, "answer", "step", step.name, f"{outcome.how}: {step.title}", why)
    dispute = change.before.disputes.get(step.name)
    if dispute is not None and dispute.by is not None:
        why = f"{outcome.said} You disagreed with the refusal."
        yield Reason(dispute.by, "answer", "step", step.name, f"{outcome.how}: {step.title}", why)
    if isinstance(recorded.event, e.AcceptanceRefused) and step.disagreement is not None:
        for role in step.disagreement.by:
            for giver, are, own in whose_role(change, role, "may disagree with that"):
                why = f"{outcome.said} {are}"
                yield Reason(giver, "answer", "step", step.name, f"{outcome.how}: {step.title}", why, role=own)


def _handed_in(change: Change, needs: tuple[str, ...]) -> Iterator[tuple[str, Person]]:
    for name, known in change.before.steps.items():
        if known.state == "done" and known.by is not None and name.partition("@")[0] in needs:
            yield name, known.by


def _advised(change: Change, recorded: e.Recorded) -> Iterator[Reason]:
    """Whoever does the step is told what they are advised."""
    if not isinstance(recorded.event, e.Advised):
        return
    step, said = recorded.event.step, _said(_who(recorded), "said", recorded.event.says)
    for one in change.owing:
        if (one.sort, one.name) == ("step", step):
            for reason in whose_work(change, one):
                yield reason._replace(sort="answer", title=f"Advice: {change.title(step)}", why=said)


def _who(recorded: e.Recorded, nobody: str = "Somebody") -> str:
    return by_words(recorded.by, recorded.on_behalf_of) if recorded.by else nobody


def _of_requests(change: Change, recorded: e.Recorded) -> Iterator[Reason]:
    """An override that was asked for has its answer."""
    match recorded.event:
        case e.OverrideApproved(decision=name, note=words):
            how, did = "Approved", "approved what you asked for"
        case e.OverrideRejected(decision=name, reason=words):
            how, did = "Rejected", "rejected what you asked for"
        case _:
            return
    asked = change.before.overrides.get(name)
    if asked is not None and asked.asked_by is not None:
        title = change.plan.runbook.decisions[name].title
        said = _said(_who(recorded), did, words)
        yield Reason(asked.asked_by, "answer", "decision", name, f"{how}: {title}", said)
