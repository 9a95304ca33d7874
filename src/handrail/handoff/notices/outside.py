"""What people are told of what is outside: that somebody handed in their part, or that a link leads nowhere any more.

One rule: whoever owes the step is told; where it is done, whoever answers for it.
"""

from collections.abc import Iterator

from handrail.handoff import events as e
from handrail.handoff.notices.reason import Change, Reason
from handrail.handoff.notices.teams import whose_role, whose_work


def of_what_is_outside(change: Change, recorded: e.Recorded) -> Iterator[Reason]:
    match recorded.event:
        case e.HandedIn(step=step, source=source, note=note):
            said = f"{source}, handed it in"
            yield from _told(change, step, "Handed in", f"{said}: {note}" if note else f"{said}.")
        case e.AttachmentBroke(step=step, key=key, says=says):
            attached = change.after.evidence.get(step, ())
            title = next((one.title for one in attached if one.key == key), "Attachment")
            yield from _told(change, step, "An attachment is of no use", f"“{title}”: {says}")


def _told(change: Change, name: str, what: str, why: str) -> Iterator[Reason]:
    step = change.step(name)
    if step is None:
        return
    title = f"{what}: {step.title}"
    owing = [one for one in change.owing if (one.sort, one.name) == ("step", name)]
    for one in owing:
        for reason in whose_work(change, one):
            yield reason._replace(sort="answer", title=title, why=why)
    for role in () if owing else step.roles_with("A"):
        for person, are, own in whose_role(change, role, "answers for this"):
            yield Reason(person, "answer", "step", name, title, f"{why} {are}", role=own)
