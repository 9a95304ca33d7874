"""The story of what went to people outside, what they did, and what was heard from them."""

from collections.abc import Callable, Iterable

from handrail.desk.queries.letters import letter_details, letter_words
from handrail.desk.queries.told import Told
from handrail.handoff import events as e

Letters = e.Sent | e.NotSent | e.Paused | e.WentOn | e.Skipped | e.Edited
Outside = e.LinksSent | e.HandedIn | e.AskedAgain | e.AttachmentShared | e.AttachmentBroke | e.AttachmentMended
Hearing = e.Replied | e.Bounced | e.Unsubscribed | e.Resubscribed
Naming = Callable[[str], str]
"""What the name of a step or role is called."""


def told_of_letters(event: Letters, step: str, role: Naming, without: Iterable[str]) -> Told:
    match event:
        case e.Sent():
            details = (*letter_details(event, role), *without)
            words = letter_words(event)
            return Told(did=f"sent {step}", details=details, words=words, sort="evidence", step=event.step)
        case e.NotSent(left_out=left_out):
            details = tuple(f"{name} {why}" for name, why in left_out.items())
            return Told(did=f"Not sent: {step}", details=details, sort="late", step=event.step)
        case e.Paused(reason=reason):
            return Told(did=f"paused {step}", words=reason, sort="late", step=event.step)
        case e.WentOn():
            return Told(did=f"lets {step} go on", sort="start", step=event.step)
        case e.Skipped(reason=reason):
            return Told(did=f"skipped {step}", words=reason, sort="refused", step=event.step)
        case e.Edited(wordings=wordings):
            words = "\n\n".join(f"{subject}\n{body}" for subject, body in wordings.values())
            return Told(did=f"edited {step}", words=words, sort="form", step=event.step)


def told_of_outside(event: Outside, step_called: Naming, attached: Callable[[str, str], tuple[str, ...]]) -> Told:
    match event:
        case e.LinksSent(letters=letters):
            details = tuple(f"{one.to.words}: {one.subject}" for one in letters)
            return Told(did="sent links to their own pages", details=details, sort="evidence")
        case e.HandedIn(step=step, note=note):
            return Told(did=f"handed in {step_called(step)}", words=note, sort="form", step=step)
        case e.AskedAgain(step=step, reason=reason):
            return Told(did=f"asked again for {step_called(step)}", words=reason, sort="refused", step=step)
        case e.AttachmentShared(step=step, key=key, shared=shared):
            did = f"shared an attachment of {step_called(step)} with the customer"
            did = did if shared else f"no longer shares an attachment of {step_called(step)}"
            return Told(did=did, details=attached(step, key), sort="evidence", step=step)
        case e.AttachmentBroke(step=step, key=key, says=says):
            details = (*attached(step, key), says)
            return Told(
                did=f"An attachment of {step_called(step)} is of no use", details=details, sort="late", step=step
            )
        case e.AttachmentMended(step=step, key=key):
            did = f"An attachment of {step_called(step)} is all right again"
            return Told(did=did, details=attached(step, key), sort="done", step=step)


def told_of_hearing(event: Hearing, step_called: Naming) -> Told:
    match event:
        case e.Replied(name=name, step=step, subject=subject, says=says):
            to = f" to {step_called(step)}" if step else ""
            did = f"An automatic answer of {name}{to}" if event.automatic else f"{name} replied{to}"
            did = f"{did}, in place of {event.instead_of}" if event.instead_of else did
            details = (f"From: {event.contact}", *([f"Subject: {subject}"] if subject else ()))
            return Told(did=did, details=details, words=says, sort="mail", step=step)
        case e.Bounced(contact=contact, step=step, says=says, for_good=for_good):
            what = step_called(step) if step else "Mail"
            again = "" if for_good else ", for now"
            return Told(did=f"{what} did not arrive at {contact}{again}", words=says, sort="refused", step=step)
        case e.Unsubscribed(contact=contact, name=name, step=step):
            did = f"{name} wants no more messages that send themselves"
            return Told(did=did, details=(f"Address: {contact}",), sort="refused", step=step)
        case e.Resubscribed(contact=contact, name=name, reason=reason):
            did = f"{name} gets messages that send themselves again"
            return Told(did=did, details=(f"Address: {contact}",), words=reason, sort="mail")
