"""What can be written of a step, by its kind.

One rule: a key that only some kinds of step can have says so here; the rest follows from it.
"""

from dataclasses import replace
from typing import get_args

from handrail.runbook.model import CHECKERS, StepKind
from handrail.runbook.reading.keys import (
    CONDITION,
    FORWARDING,
    SAYS,
    TEXT,
    TEXTS,
    TITLE,
    WHERE,
    YES_NO,
    Either,
    Inner,
    Key,
    Keys,
    ListOf,
    Named,
    OneOf,
    Words,
)
from handrail.runbook.reading.outcomes import KEYS as OUTCOME_KEYS
from handrail.runbook.reading.sessions import WEEKDAYS
from handrail.runbook.reading.timings import TIMING

KINDS: tuple[StepKind, ...] = get_args(StepKind)
EVIDENCE_KINDS = ("link", "upload", "link or upload")
SENT = ("as a task", "automatically")
AUTOMATICALLY = SENT[1]
# The kinds that are done without anybody doing them have no letters where the author gives none.
_WITHOUT_LETTERS = ("wait", "check")
# The kinds that somebody finishes, signs, sends or decides on, so that it can be put off until others were heard.
_AWAIT_ADVICE = ("task", "form", "document", "approval", "message", "update", "acceptance")
# The kinds that somebody outside can do their part of: confirm, fill in, hand over.
_ASKED_OUTSIDE = ("task", "form", "document")
_LAPSE = Words(examples=("30 calendar days", "5 working days", "48 hours"))
_ONE_OR_MORE = Either(of=(TEXT, TEXTS))
_WEEKDAYS = ListOf(of=OneOf(words=WEEKDAYS))

OPENS_KEYS: Keys = {
    "when": Key(says="It opens once this holds.", shape=CONDITION),
    "on": Key(says="It opens at that time.", shape=TIMING),
    "in": Key(says="Only within these windows.", shape=_ONE_OR_MORE),
    "not in": Key(says="Never within these windows.", shape=_ONE_OR_MORE),
}
UNTIL_KEYS: Keys = {
    "when": Key(says="Until this holds.", shape=CONDITION),
    "on": Key(says="Until that time.", shape=TIMING),
    "event": Key(says="Until this event is reported."),
}
MANAGER = "manager"
ESCALATION_KEYS: Keys = {
    "to": Key(
        says="The role to turn to; or “manager”: that of whoever does it, and each time one further up the line.",
        shape=Words(examples=(MANAGER,)),
        needed=True,
    ),
    "on": Key(says="When, where the step is still open then.", shape=TIMING, needed=True),
}
EVIDENCE_KEYS: Keys = {
    "title": TITLE,
    "kind": Key(says="What it is; “link or upload”, where nothing is said.", shape=OneOf(words=EVIDENCE_KINDS)),
    "required": Key(says="Whether the step cannot be done without it; yes, where nothing is said.", shape=YES_NO),
    "may_not_apply": Key(says="Whether it can be marked as not applying, with a reason.", shape=YES_NO),
    "owed_by": Key(says="The role that provides it, where that is not who does the step."),
}
QUOTA_KEYS: Keys = {
    "at_least": Key(
        says="How many meetings; where nothing is said 1, and with “until” none.",
        shape=Words(examples=("2", "support.meetings")),
    ),
    "before": Key(says="Only those before this day count.", shape=Words(examples=("go_live",))),
    "until": Key(says="They go on, as many as are wanted, until this holds.", shape=CONDITION),
}
REPEAT_KEYS: Keys = {
    "after": Key(says="How much later it is to be done again.", shape=_LAPSE, needed=True),
    "until": Key(says="It is not done again once this holds.", shape=CONDITION, needed=True),
}
REOPENING_KEYS: Keys = {
    "reopen": Key(says="Steps to be done again.", shape=TEXTS, needed=True),
    "fresh_evidence": Key(says="Whether what was attached to them shall not count again.", shape=YES_NO),
}
DISAGREEMENT_KEYS: Keys = {
    "by": Key(says="The roles that may disagree with a refusal.", shape=TEXTS, needed=True),
    "ladder": Key(says="The roles that decide, each after the one before it.", shape=TEXTS, needed=True),
    "climbs": Key(says="How long each has to decide.", shape=Words(examples=("after 2 working days",))),
}

SENT_KEYS: Keys = {
    AUTOMATICALLY: Key(
        says="It sends itself to the customers of whom this holds; for all others it is a task.",
        shape=CONDITION,
        needed=True,
    ),
}
GOES_KEYS: Keys = {
    "after": Key(says="How long after the step opened, by the calendar of who gets it.", shape=_LAPSE),
    "on": Key(says="Only on these days of the week.", shape=Either(of=(OneOf(words=WEEKDAYS), _WEEKDAYS))),
    "from": Key(says="Not before that time of day, by the clock of who gets it.", shape=Words(examples=("09:00",))),
    "to": Key(says="And before that time.", shape=Words(examples=("16:30",))),
}

KEYS: Keys = {
    "stage": Key(says="The stage that it belongs to.", needed=True),
    "title": TITLE,
    "kind": Key(says="What kind of work it is.", shape=OneOf(words=KINDS), needed=True),
    "raci": Key(
        says="The letters of each role: R does it, A answers for it, C is asked, I is told.",
        shape=Named(of="letters"),
        needed_by=tuple(kind for kind in KINDS if kind not in _WITHOUT_LETTERS),
    ),
    "awaits_advice": Key(
        says="Whether it cannot be done before each C has said something.", shape=YES_NO, of_kinds=_AWAIT_ADVICE
    ),
    "when": Key(says="Who needs it: the customers of whom this holds.", shape=CONDITION),
    "each": Key(says="A list fact: the step is done once for each of its records."),
    "discretionary": Key(says="Whether it is needed only once somebody begins it.", shape=YES_NO),
    "on_event": Key(says="The event each report of which makes it needed."),
    "after_end": Key(
        says="Whether it is needed also when the handoff is over.",
        shape=YES_NO,
        beside=(("discretionary", YES_NO), ("on_event", TEXT)),
    ),
    "needs": Key(says="The steps that must be done before.", shape="needs"),
    "opens": Key(
        says="From when it can be done.",
        shape=Inner(keys=OPENS_KEYS),
        of_kinds=tuple(kind for kind in KINDS if kind != "wait"),
    ),
    "until": Key(says="What it waits for.", shape=Inner(keys=UNTIL_KEYS), of_kinds=("wait",), needed_by=("wait",)),
    "during": Key(
        says="The days in which it is done: it opens on the first, and is due on the last.",
        shape=Words(examples=("15 to 10 working days before go_live",)),
        of_kinds=tuple(kind for kind in KINDS if kind != "wait"),
    ),
    "due": Key(says="When it must be done.", shape=TIMING),
    "warn": Key(says="When those who do it are reminded.", shape=TIMING),
    "remind": Key(
        says="How often those who still owe it are reminded, and from when.",
        shape=Words(examples=("every 8 working hours", "2 working days before due, then every working day")),
        of_kinds=tuple(kind for kind in KINDS if kind != "wait"),
    ),
    "escalate": Key(says="Whom to turn to when it is late.", shape=ListOf(of=Inner(keys=ESCALATION_KEYS))),
    "asked_of": Key(
        says="The contacts who do it through their own page: they read its title, its explanation and what it asks.",
        of_kinds=_ASKED_OUTSIDE,
    ),
    "form": Key(says="The form that is filled."),
    "fills": Key(says="The role that is filled by doing it.", of_kinds=("task",)),
    "evidence": Key(says="What is attached to it.", shape=Named(of=Inner(keys=EVIDENCE_KEYS))),
    "shares": Key(
        says="The document that is shared by doing it, once nothing is missing in it.", of_kinds=("document",)
    ),
    "quota": Key(says="How many meetings, and until when.", shape=Inner(keys=QUOTA_KEYS), of_kinds=("meeting",)),
    "session": Key(says="The session in which it is held.", of_kinds=("meeting",)),
    "attendees": Key(
        says="Who comes: roles, and contacts. Where no role is named, those that do it, answer for it or are asked.",
        shape=TEXTS,
        of_kinds=("meeting",),
    ),
    "lasts": Key(
        says="How long it is; 1 hour, where nothing is said.",
        shape=Words(examples=("15 minutes", "2 hours")),
        of_kinds=("meeting",),
    ),
    "where": replace(WHERE, of_kinds=("meeting",)),
    "agenda": Key(says="What it is about, as the invitation says.", of_kinds=("meeting",)),
    "forwarding": replace(FORWARDING, of_kinds=("meeting",)),
    "message": Key(says="The message that is sent.", of_kinds=("message",), needed_by=("message",)),
    "sent": Key(
        says="Who sends it; “as a task”, where nothing is said.",
        shape=Either(of=(OneOf(words=SENT), Inner(keys=SENT_KEYS))),
        of_kinds=("message",),
    ),
    "goes": Key(
        says="When it goes to each, where it sends itself; without it, as soon as the step opens.",
        shape=Inner(keys=GOES_KEYS),
        of_kinds=("message",),
    ),
    "system": Key(says="The system that is kept up to date.", of_kinds=("update",), needed_by=("update",)),
    "writes": Key(
        says="What is to stand in each of its fields: the name of a fact or answer, or a text after “= ”.",
        shape=Named(of=Words(examples=("go_live", "= Live")), free=True),
        of_kinds=("update",),
        needed_by=("update",),
    ),
    "check": Key(says="What is looked at.", shape=OneOf(words=CHECKERS), of_kinds=("check",), needed_by=("check",)),
    "on_reject": Key(says="What a rejection opens again.", shape=Inner(keys=REOPENING_KEYS), of_kinds=("approval",)),
    "on_refuse": Key(says="What a refusal opens again.", shape=Inner(keys=REOPENING_KEYS), of_kinds=("acceptance",)),
    "may_refuse": Key(says="The reasons for which it may be refused.", shape=TEXTS, of_kinds=("acceptance",)),
    "outcomes": Key(
        says="How it can turn out.", shape=Named(of=Inner(keys=OUTCOME_KEYS), free=True), of_kinds=("task",)
    ),
    "repeat": Key(says="It is done again and again.", shape=Inner(keys=REPEAT_KEYS), of_kinds=("task",)),
    "approvals": Key(
        says="How many of those who do it must approve; “any”, where nothing is said.",
        shape=OneOf(words=("any", "all"), or_like=("2",)),
        of_kinds=("approval",),
    ),
    "in_order": Key(
        says="Whether they approve one after the other, as they stand in “raci”.", shape=YES_NO, of_kinds=("approval",)
    ),
    "apart_from": Key(
        says="Steps that somebody else must have done: who did one of them may not do this one.",
        shape=TEXTS,
        of_kinds=tuple(kind for kind in KINDS if kind not in _WITHOUT_LETTERS),
    ),
    "silence": Key(
        says="What it means that nobody answers.",
        shape=Words(examples=("approves after 5 working days", "accepts after 5 working days")),
        of_kinds=("approval", "acceptance"),
    ),
    "disagreement": Key(
        says="Who may disagree with a refusal, and who then decides.",
        shape=Inner(keys=DISAGREEMENT_KEYS),
        of_kinds=("acceptance",),
    ),
    "meant": Key(says="Why its letters are as they are, where they are not as they should be."),
    "says": SAYS,
}
