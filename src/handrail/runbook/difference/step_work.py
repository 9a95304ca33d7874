"""What changed in what is done in a step: its form, the role that it names, meetings, messages, fields and evidence.

One rule: what a step of this kind does by default is nothing to tell.
"""

from collections.abc import Hashable

from handrail.runbook.difference.change import Changes, Thing, Versions, in_order, quoted
from handrail.runbook.difference.invitations import step_invitation_changes
from handrail.runbook.difference.names import Group
from handrail.runbook.difference.sameness import amount_meaning, condition_meaning, subject
from handrail.runbook.difference.shared_words import (
    condition_changes,
    flag_changes,
    list_changes,
    owner_changes,
    plain_braces,
    pointer_changes,
    the_role,
    titles,
)
from handrail.runbook.model import Evidence, Quota, Runbook, Step, Write
from handrail.runbook.words import checker_words, going_words, quota_words, write_words


def work_changes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from _pointed(both, thing, "forms", old.form, new.form, "has the form")
    yield from _pointed(both, thing, "roles", old.fills, new.fills, "names")
    yield from _pointed(both, thing, "documents", old.shares, new.shares, "shares")
    yield from _meetings(both, thing, old, new)
    yield from _message(both, thing, old, new)
    yield from _fields(both, thing, old, new)
    yield from thing.turned(
        checker_words(old.check),
        checker_words(new.check),
        "Now checks {new} (was {old}).",
        gained="Now checks {new}.",
        lost="No longer checks {old}.",
    )


def _pointed(both: Versions, thing: Thing, group: Group, old: str | None, new: str | None, verb: str) -> Changes:
    changed, gained, lost = f"Now {verb} {{new}} (was {{old}}).", f"Now {verb} {{new}}.", f"No longer {verb} {{old}}."
    yield from pointer_changes(both, thing, group, old, new, changed, gained=gained, lost=lost)


# ----------------------------------------------------------------------------------------------------------- meetings


def _meetings(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    if new.kind != "meeting":
        return  # what it had as a meeting is gone with that
    if _quota_meaning(old.quota) != _quota_meaning(new.quota):
        yield from thing.turned(
            quota_words(both.old, old.quota) if old.kind == "meeting" else "",
            quota_words(both.new, new.quota),
            "Now asks for {new} (was {old}).",
            gained="Now asks for {new}.",
        )
    yield from pointer_changes(
        both,
        thing,
        "sessions",
        old.session,
        new.session,
        "Now held in the session {new} (was in {old}).",
        gained="Now held in the session {new}.",
        lost="No longer held in the session {old}.",
    )
    if not (_attends_by_letters(old) and _attends_by_letters(new)):
        attend = titles(both.old, "roles", _attendees(old)), titles(both.new, "roles", _attendees(new))
        yield from list_changes(thing, *attend, "Now also attended by {}.", "No longer attended by {}.")
    guests = titles(both.old, "contacts", old.guests), titles(both.new, "contacts", new.guests)
    yield from list_changes(thing, *guests, "Contacts who now come, too: {}.", "Contacts who no longer come: {}.")
    yield from step_invitation_changes(thing, old, new)


def _quota_meaning(quota: Quota | None) -> Hashable:
    """One meeting at any time is what every meeting asks for."""
    quota = quota or Quota()
    return amount_meaning(quota.at_least), quota.before, quota.until and condition_meaning(quota.until)


def _attendees(step: Step) -> tuple[str, ...]:
    if step.kind != "meeting":
        return ()
    return step.attendees or _by_letters(step)


def _by_letters(step: Step) -> tuple[str, ...]:
    """Where nobody is named, all but those who are only told."""
    return tuple(role for role, letters in step.raci.items() if letters - {"I"})


def _attends_by_letters(step: Step) -> bool:
    return step.kind != "meeting" or {*_attendees(step)} == {*_by_letters(step)}


# ------------------------------------------------------------------------------------- messages, and fields elsewhere


def _message(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from pointer_changes(
        both,
        thing,
        "messages",
        old.message,
        new.message,
        "Now sends the message {new} (was {old}).",
        gained="Now sends the message {new}.",
        lost="No longer sends the message {old}.",
    )
    yield from _by_itself(both, thing, old, new)
    yield from thing.turned(
        going_words(old.goes) if old.kind == "message" else "",
        going_words(new.goes),
        "Now goes {new} (went {old}).",
        gained="Now goes {new} (went as soon as it opened).",
        lost="Now goes as soon as it opens (went {old}).",
    )


def _by_itself(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    if old.automatic_when is None and new.automatic_when is None:
        yield from flag_changes(thing, old.automatic, new.automatic, "Now sent by itself.", "No longer sent by itself.")
        return
    was, now = "in every case" if old.automatic else "in no case", "in every case" if new.automatic else "in no case"
    yield from condition_changes(
        both,
        thing,
        old.automatic_when,
        new.automatic_when,
        changed="Now sent by itself where {new} (was where {old}).",
        gained=f"Now sent by itself where {{new}} (was {was}).",
        lost=f"Now sent by itself {now} (was where {{old}}).",
    )


def _fields(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    yield from thing.turned(
        quoted(old.system),
        quoted(new.system),
        "Now gives values to fields of {new} (was of {old}).",
        gained="Now gives values to fields of {new}.",
        lost="No longer gives values to fields of {old}.",
    )
    before, after = ({one.field: one for one in step.writes} for step in (old, new))
    for field in in_order(before, after):
        name = plain_braces(quoted(field))
        if _write_meaning(before.get(field)) != _write_meaning(after.get(field)):
            yield from thing.turned(
                _written(both.old, before.get(field)),
                _written(both.new, after.get(field)),
                f"The field {name} is now given {{new}} (was {{old}}).",
                gained=f"The field {name} is now given {{new}}.",
                lost=f"The field {name} is no longer given a value (was {{old}}).",
            )


def _write_meaning(write: Write | None) -> Hashable:
    """The kind is that of what `ref` is."""
    return write and (subject(write.ref) if write.ref else None, write.text)


def _written(runbook: Runbook, write: Write | None) -> str:
    return write_words(runbook, write) if write else ""


# ----------------------------------------------------------------------------------------------------------- evidence


def evidence_changes(both: Versions, thing: Thing, old: Step, new: Step) -> Changes:
    before, after = ({one.name: one for one in step.evidence} for step in (old, new))
    for name in in_order(before, after):
        if name not in before:
            asks = _asks(both.new, "Now asks for", after[name])
            yield thing.change("changed", asks, new=after[name].title)
        elif name not in after:
            asks = _asks(both.old, "No longer asks for", before[name])
            yield thing.change("changed", asks, old=before[name].title)
        else:
            was = both.names.evidence_was(new.name, name)
            yield from _item(both, thing.within(quoted(after[name].title)), was, before[name], after[name])


def _asks(runbook: Runbook, verb: str, item: Evidence) -> str:
    optional = "" if item.required else ", optional"
    owed = f", owed by {the_role(runbook, item.owed_by)}" if item.owed_by else ""
    return f"{verb} “{item.title}” ({item.kind}{optional}{owed})."


def _item(both: Versions, thing: Thing, was: str, old: Evidence, new: Evidence) -> Changes:
    yield from thing.called(old.title, new.title)
    yield from thing.named(was, new.name, told=old.title != new.title)
    yield from thing.turned(old.kind, new.kind, "Now given as {new} (was as {old}).")
    yield from thing.turned(_needed(old), _needed(new), "Now {new} (was {old}).")
    yield from flag_changes(
        thing,
        old.may_not_apply,
        new.may_not_apply,
        "May now be marked as not applicable.",
        "May no longer be marked as not applicable.",
    )
    yield from owner_changes(both, thing, old.owed_by, new.owed_by)


def _needed(item: Evidence) -> str:
    return "required" if item.required else "optional"
