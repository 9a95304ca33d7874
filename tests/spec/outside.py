"""The sentences of people outside, who act through their own pages, and how what comes of it is told.

    outside: ana@rivermill.example answers fill         with: {area: Brown, logs: {not applicable: none are kept}}
    outside: ana@rivermill.example attaches to gather   as: plan, link: … or file: …, title: …
    outside: ana@rivermill.example removes evidence-1 from gather
    outside: ana@rivermill.example waives plan of gather        because: …; without it, that is taken back
    outside: ana@rivermill.example hands in fill        note: …

They are called by what stands before the @, and are of the customer; of the partner, where the address ends so.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from handrail.handoff import commands_outside as o
from handrail.handoff import events as e
from handrail.handoff.people import Outsider

if TYPE_CHECKING:
    from tests.spec.asking import Asked

OUTSIDE = "outside"


def outsider(address: str) -> Outsider:
    side = "partner" if address.endswith("partner.example") else "customer"
    return Outsider(name=address.partition("@")[0].capitalize(), address=address, side=side)


def _about(asked: "Asked", step: int = 1) -> dict[str, Any]:
    return {"contact": outsider(asked.words[0]), "step": asked.words[step]}


def _attach(asked: "Asked") -> o.AttachOutside:
    return o.AttachOutside(
        key=f"evidence-{asked.keys + 1}",
        item=asked.text("as"),
        title=asked.text("title"),
        link=asked.text("link") or None,
        upload=asked.text("file") or None,
        **_about(asked),
    )


_SENTENCES: tuple[tuple[str, Callable[["Asked"], Any]], ...] = (
    (r"(\S+) answers (\S+)", lambda a: o.AnswerOutside(answers=a.answers(), seen=a.seen(), **_about(a))),
    (r"(\S+) attaches to (\S+)", _attach),
    (r"(\S+) removes (\S+) from (\S+)", lambda a: o.DetachOutside(key=a.words[1], **_about(a, 2))),
    (
        r"(\S+) waives (\S+) of (\S+)",
        lambda a: o.WaiveOutside(item=a.words[1], reason=a.text("because") or None, **_about(a, 2)),
    ),
    (r"(\S+) hands in (\S+)", lambda a: o.HandIn(note=a.text("note"), **_about(a))),
)
SENTENCES: tuple[tuple[str, Callable[["Asked"], Any]], ...] = (
    *((f"{OUTSIDE} {pattern}", make) for pattern, make in _SENTENCES),
    (r"ask again for (\S+)", lambda a: o.AskAgain(by=a.by, step=a.words[0], reason=a.text("because"))),
    (r"share (\S+) of (\S+)", lambda a: o.ShareAttachment(by=a.by, key=a.words[0], step=a.words[1])),
    (
        r"share no longer (\S+) of (\S+)",
        lambda a: o.ShareAttachment(by=a.by, key=a.words[0], step=a.words[1], shared=False),
    ),
    (
        r"finds (\S+) of (\S+) broken",
        lambda a: o.TellOfAttachment(key=a.words[0], step=a.words[1], says=a.text("because")),
    ),
    (r"finds (\S+) of (\S+) whole", lambda a: o.TellOfAttachment(key=a.words[0], step=a.words[1])),
)


def told_outside(event: e.Event) -> dict[str, str]:
    match event:
        case e.HandedIn(step=step, source=source, note=note):
            return {"handed in": step, "from": source, "note": note}
        case e.AskedAgain(step=step, reason=reason):
            return {"asked again": step, "because": reason}
        case e.AttachmentShared(step=step, key=key, shared=shared):
            return {"shared" if shared else "no longer shared": f"{key} of {step}"}
        case e.AttachmentBroke(step=step, key=key, says=says):
            return {"broken": f"{key} of {step}", "because": says}
        case e.AttachmentMended(step=step, key=key):
            return {"whole again": f"{key} of {step}"}
        case e.LinksSent(letters=letters):
            return {"links sent to": ", ".join(one.to.words for one in letters)}
        case _:
            raise NotImplementedError(event)
