"""Letters that went out, as a history tells them: to whom, and word for word."""

from collections.abc import Callable, Iterator

from handrail.desk.letter_text import as_plain
from handrail.handoff import events as e


def letter_details(event: e.Sent, role: Callable[[str], str]) -> Iterator[str]:
    to = [*map(role, event.to), *(_whom(one) for one in event.letters if one.email)]
    yield f"To: {', '.join(to)}"
    if event.subject and not event.letters:
        yield f"Subject: {event.subject}"
    if event.sender:
        behalf = f", on behalf of {event.behalf.name}" if event.behalf else ""
        yield f"From: {event.sender.name}{behalf}"
    if event.bcc:
        yield f"Copy to: {event.bcc}"
    if event.enclosed:
        yield f"With it: {', '.join(one.title for one in event.enclosed)}"
    yield from (f"Not to {name}, who {why}" for name, why in event.left_out.items())
    if not event.is_complete:
        yield "Others get it later."


def letter_words(event: e.Sent) -> str:
    """Of several letters each once, with whom it went to."""
    if not event.letters:
        return as_plain(event.body)
    found: dict[tuple[str, str], list[str]] = {}
    for one in event.letters:
        found.setdefault((one.subject, one.body), []).append(one.name)
    if len(found) == 1 and not (event.to and event.letters[0].email):
        [(subject, body)] = found
        return f"{subject}\n\n{as_plain(body)}"
    apart = [f"To {', '.join(names)}: {subject}\n\n{as_plain(body)}" for (subject, body), names in found.items()]
    inside = event.to and all(one.person is None for one in event.letters)
    return "\n\n\n".join([*([f"{event.subject}\n\n{as_plain(event.body)}"] if inside else []), *apart])


def _whom(one: e.Letter) -> str:
    language = f" (in {one.language})" if one.language else ""
    return f"{one.name} <{one.email}>{language}"
