"""The whole of a runbook, put together from its parts.

One rule: first everything is declared, then everything is read; so the order in which an author writes does not matter.
"""

from datetime import date

from handrail.runbook.kinds import LONGEST_TEXT, Date, Unfit, read_scalar
from handrail.runbook.model import All, Change, End, Phases, Runbook
from handrail.runbook.reading.block import Block, bounded
from handrail.runbook.reading.conditions import condition_in
from handrail.runbook.reading.contacts import KEYS as CONTACT_KEYS
from handrail.runbook.reading.contacts import contacts_of
from handrail.runbook.reading.decisions import KEYS as DECISION_KEYS
from handrail.runbook.reading.decisions import decisions_of
from handrail.runbook.reading.declarations import declared_in, tell_shared_names
from handrail.runbook.reading.derived import derived_of
from handrail.runbook.reading.derived_keys import KEYS as DERIVED_KEYS
from handrail.runbook.reading.derived_keys import WAYS as DERIVED_WAYS
from handrail.runbook.reading.documents import KEYS as DOCUMENT_KEYS
from handrail.runbook.reading.documents import documents_of
from handrail.runbook.reading.facts import KEYS as FACT_KEYS
from handrail.runbook.reading.facts import facts_of
from handrail.runbook.reading.forms import KEYS as FORM_KEYS
from handrail.runbook.reading.happenings import KEYS as EVENT_KEYS
from handrail.runbook.reading.happenings import events_of
from handrail.runbook.reading.keys import CONDITION, SAYS, TEXT, TEXTS, TITLE, Inner, Key, Keys, ListOf, Named, Words
from handrail.runbook.reading.margin import quoted
from handrail.runbook.reading.messages import KEYS as MESSAGE_KEYS
from handrail.runbook.reading.messages import messages_of
from handrail.runbook.reading.milestones import KEYS as MILESTONE_KEYS
from handrail.runbook.reading.milestones import milestones_of
from handrail.runbook.reading.names import LONGEST_TITLE, is_label, is_name, tell_bad_label, tell_bad_name, title_of
from handrail.runbook.reading.promises import KEYS as PROMISE_KEYS
from handrail.runbook.reading.promises import promises_of
from handrail.runbook.reading.roles import KEYS as ROLE_KEYS
from handrail.runbook.reading.roles import roles_of
from handrail.runbook.reading.sessions import KEYS as SESSION_KEYS
from handrail.runbook.reading.step_keys import KEYS as STEP_KEYS
from handrail.runbook.reading.steps import steps_of
from handrail.runbook.reading.tree import Leaf
from handrail.runbook.reading.vocabulary import Vocabulary
from handrail.runbook.reading.windows import KEYS as WINDOW_KEYS
from handrail.runbook.reading.windows import WAYS as WINDOW_WAYS

_HISTORY_KEYS: Keys = {
    "version": Key(says="What the version was called.", needed=True),
    "date": Key(says="The day on which it began to hold.", shape=Words(examples=("2026-01-05",)), needed=True),
    "says": Key(says="What changed.", needed=True),
}
_PHASES_KEYS: Keys = {
    "front": Key(says="The roles that one person holds in every running phase of a project.", shape=TEXTS),
}
_END_KEYS: Keys = {
    "when": Key(says="The handoff is over once this holds.", shape=CONDITION, needed=True),
    "says": SAYS,
}


def _all_named(keys: Keys, only_one_of: tuple[tuple[str, ...], ...] = ()) -> Named:
    return Named(of=Inner(keys=keys, only_one_of=only_one_of))


KEYS: Keys = {
    "runbook": Key(says="The name of the runbook.", needed=True),
    "title": TITLE,
    "version": Key(says="What this version is called.", needed=True),
    "about": Key(says="What is handed over; “account”, where nothing is said."),
    "says": SAYS,
    "history": Key(says="How the runbook became what it is.", shape=ListOf(of=Inner(keys=_HISTORY_KEYS))),
    "terms": Key(says="What words mean in it.", shape=Named(of=TEXT, free=True)),
    "notes": Key(says="What those who keep the runbook should know.", shape=TEXTS),
    "calendar": Key(says="The name of the working calendar by which days are counted."),
    "facts": Key(says="What is known about the customer.", shape=_all_named(FACT_KEYS)),
    "derived": Key(
        says="Facts that follow from others.",
        shape=_all_named(DERIVED_KEYS, only_one_of=tuple((way,) for way in DERIVED_WAYS)),
    ),
    "roles": Key(says="The seats that people fill.", shape=_all_named(ROLE_KEYS), needed=True),
    "contacts": Key(says="Whom one can turn to outside the company.", shape=_all_named(CONTACT_KEYS)),
    "promises": Key(says="What a customer was promised.", shape=_all_named(PROMISE_KEYS)),
    "documents": Key(
        says="What is handed over in writing; the first is the handover document.", shape=_all_named(DOCUMENT_KEYS)
    ),
    "decisions": Key(says="Decision tables, as DMN knows them.", shape=_all_named(DECISION_KEYS)),
    "forms": Key(says="What is asked, and answered field by field.", shape=_all_named(FORM_KEYS)),
    "sessions": Key(says="Meetings that recur for everybody.", shape=_all_named(SESSION_KEYS)),
    "windows": Key(
        says="Days on which something may happen, or may not.", shape=_all_named(WINDOW_KEYS, only_one_of=WINDOW_WAYS)
    ),
    "messages": Key(says="What people are told.", shape=_all_named(MESSAGE_KEYS)),
    "events": Key(says="What can come to pass outside, again and again.", shape=_all_named(EVENT_KEYS)),
    "stages": Key(says="The parts of the work, in order.", shape=TEXTS, needed=True),
    "steps": Key(says="The work.", shape=_all_named(STEP_KEYS), needed=True),
    "milestones": Key(says="What is worth telling once it is reached.", shape=_all_named(MILESTONE_KEYS)),
    "phases": Key(
        says="A project may go through the runbook in phases, each a handoff of its own.",
        shape=Inner(keys=_PHASES_KEYS),
    ),
    "ends": Key(
        says="The ways in which the handoff is over.", shape=Named(of=Inner(keys=_END_KEYS), free=True), needed=True
    ),
}


def runbook_of(top: Block, digest: str) -> Runbook:
    """What the text says. Where a problem was told, the parts it touches stand empty: then nobody may use it."""
    named = declared_in(top)
    words, name = named.vocabulary(top), _checked_name(top, "runbook")
    tell_shared_names(named)
    return Runbook(
        name=name,
        title=top.title("title", title_of(name)),
        version=top.text("version", longest=LONGEST_TITLE),
        about=top.text("about", "account", LONGEST_TITLE),
        says=top.text("says"),
        digest=digest,
        history=_history(top),
        terms=_terms(top),
        notes=tuple(bounded(leaf, LONGEST_TEXT, top.margin) for leaf in top.texts("notes")),
        calendar=_checked_name(top, "calendar"),
        facts=facts_of(named.facts, words),
        derived=derived_of(named.derived),
        roles=roles_of(named.roles, words),
        contacts=contacts_of(named.contacts, words),
        promises=promises_of(named.promises, words),
        documents=documents_of(named.documents, words, {form: read.form for form, read in named.forms.items()}),
        decisions=decisions_of(named.decisions, words),
        forms={form: read.form for form, read in named.forms.items()},
        sessions=named.sessions,
        windows=named.windows,
        messages=messages_of(named.messages, named.steps, words),
        events=events_of(named.events, words),
        stages=named.stages,
        steps=steps_of(named.steps, words),
        milestones=milestones_of(named.milestones, words),
        ends=_ends(top, words),
        phases=_phases(top, words),
        place=top.place,
    )


def _checked_name(top: Block, key: str) -> str:
    leaf = top.leaf(key)
    if leaf is None:
        return ""
    if not is_name(leaf.text.strip()):
        tell_bad_name(leaf, top.margin)
    return leaf.text.strip()


def _history(top: Block) -> tuple[Change, ...]:
    blocks = (Block(node, "an entry of “history”", _HISTORY_KEYS, top.margin) for node in top.items("history"))
    return tuple(_change(block) for block in blocks)


def _change(block: Block) -> Change:
    day = _day(block.leaf("date"), block)
    return Change(version=block.text("version", longest=LONGEST_TITLE), date=day, says=block.text("says"))


def _day(leaf: Leaf | None, block: Block) -> date:
    if leaf is None:
        return date.min
    day = read_scalar(Date(), leaf.text)
    if isinstance(day, Unfit):
        block.margin.error(leaf.place, "unfit-value", day.says, "Write the day on which the version began to hold.")
        return date.min
    assert isinstance(day, date)  # the kind is a date
    return day


def _terms(top: Block) -> dict[str, str]:
    found = {}
    for entry in top.entries("terms"):
        if isinstance(entry.value, Leaf) and not entry.value.is_empty:
            found[bounded(entry.key, LONGEST_TITLE, top.margin)] = bounded(entry.value, LONGEST_TEXT, top.margin)
        else:
            says = f"The term {quoted(entry.key.text)} has no explanation."
            top.margin.error(entry.key.place, "expected-text", says, "Write what it means after the colon, in quotes.")
    return found


def _ends(top: Block, words: Vocabulary) -> tuple[End, ...]:
    return tuple(
        _end(
            entry.key,
            Block(entry.value, f"the end “{entry.key.text}”", _END_KEYS, top.margin, entry.key.place),
            words,
        )
        for entry in top.entries("ends")
    )


def _end(key: Leaf, block: Block, words: Vocabulary) -> End:
    if not is_label(key.text.strip()):
        tell_bad_label(key, block.margin)
    when = condition_in(block, "when", words)
    return End(name=key.text.strip(), when=when or All(tests=()), says=block.text("says"), place=block.place)


def _phases(top: Block, words: Vocabulary) -> Phases | None:
    if top.node("phases") is None:
        return None
    return Phases(front=words.roles_in(top.inner("phases", "“phases”", _PHASES_KEYS), "front"))
