"""Messages in words: what is filled in, whom they go to, and when they go."""

from handrail.runbook.model import Enclosure, Going, Message, Runbook, Template, Variable, Wording
from handrail.runbook.words.conditions import listed, ref_title

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_ROLE_PARTS = {"": "name", "email": "e-mail address", "title": "title"}
_RECIPIENT_PARTS = {"name": "name", "first_name": "first name", "email": "e-mail address"}


def variable_words(runbook: Runbook, variable: Variable) -> str:
    """`Go-live date`, `name of the Project Manager`, `first name of who gets it`."""
    match variable.about:
        case "known":
            return ref_title(runbook, variable.ref) if variable.ref else variable.written
        case "role":
            role = runbook.roles.get(variable.name)
            return f"{_ROLE_PARTS.get(variable.part, variable.part)} of the {role.title if role else variable.name}"
        case "customer":
            return "customer’s name"
        case "recipient":
            return f"{_RECIPIENT_PARTS.get(variable.part, variable.part)} of who gets it"


def template_words(runbook: Runbook, template: Template) -> str:
    """With what is filled in by its title: `We go live on {Go-live date}.`"""
    pieces = (one if isinstance(one, str) else f"{{{variable_words(runbook, one)}}}" for one in template.pieces)
    return "".join(pieces)


def wording_words(runbook: Runbook, wording: Wording) -> str:
    """Subject and body."""
    return f"{template_words(runbook, wording.subject)}\n\n{template_words(runbook, wording.body)}".strip()


def addressee_words(runbook: Runbook, message: Message) -> str:
    """`the Success Manager and “Main contact”`; "" for nobody."""
    groups = [f"“{runbook.contacts[name].title}”" for name in message.contacts if name in runbook.contacts]
    return listed([*(f"the {runbook.roles[name].title}" for name in message.to if name in runbook.roles), *groups])


def enclosure_words(runbook: Runbook, one: Enclosure) -> str:
    """`“The order as it was sent” of “Send the order”`."""
    step = runbook.steps.get(one.step)
    items = {item.name: item.title for item in step.evidence} if step else {}
    return f"“{items.get(one.item, one.item)}” of “{step.title if step else one.step}”"


def going_words(going: Going | None) -> str:
    """`2 working days after it opens, on Tuesday or Thursday, from 09:00 to 11:30`; "" where it goes at once."""
    if going is None:
        return ""
    after = f"{going.after} after it opens" if going.after else ""
    on = f"on {listed([_DAYS[day] for day in going.weekdays], 'or')}" if going.weekdays else ""
    starts = f"from {going.starts:%H:%M}" if going.starts else ""
    ends = f"{'to' if starts else 'until'} {going.ends:%H:%M}" if going.ends else ""
    hours = " ".join(filter(None, [starts, ends]))
    return ", ".join(filter(None, [after, on, hours]))
