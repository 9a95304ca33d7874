"""Who was invited to a meeting and what they answered, as the history tells it.

One rule: somebody outside is told of with their address, so that nobody is taken for somebody else.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from handrail.handoff import events as e

SAYS = {"accepted": "will come", "declined": "will not come", "tentative": "may come"}


class GuestWords(NamedTuple):
    did: str
    details: tuple[str, ...] = ()
    words: str = ""
    sort: str = "role"


def guest_words(
    event: e.InvitationAnswered | e.StrangerAnswered | e.GuestAdmitted | e.GuestLeftOut,
    step: str,
    clock: Callable[[datetime], str],
) -> GuestWords:
    match event:
        case e.InvitationAnswered(who=who, says=says, comment=comment, proposes=proposes):
            other = (f"They ask for another time: {clock(proposes)}.",) if proposes else ()
            return GuestWords(f"An answer to a meeting of {step}: {who.name} {SAYS[says]}", other, comment)
        case e.StrangerAnswered(email=email, name=name, says=says, comment=comment):
            who_words = name if name == email else f"{name} ({email})"
            did = f"Somebody who was not invited answered to a meeting of {step}: {who_words} {SAYS[says]}"
            return GuestWords(did, (), comment, "refused")
        case e.GuestAdmitted(who=who):
            return GuestWords(f"invited {who.name} to a meeting of {step}, too")
        case e.GuestLeftOut(email=email, reason=reason):
            return GuestWords(f"left {email} out of a meeting of {step}", (), reason)


def invited_words(event: e.MeetingPlanned) -> tuple[str, ...]:
    if not event.invited:
        return ()
    outside = sum(one.person is None for one in event.invited)
    colleagues = len(event.invited) - outside
    return (f"Invitations to {colleagues} of the company and {outside} outside.",)
