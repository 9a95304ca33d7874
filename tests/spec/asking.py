"""The sentences with which the people of a story give commands.

    start for Cedar Falls     with: {mrr: 5000}, from: the account list; its people are those of the story
    give facts                with: {mrr: 5000, state: , types: [{name: Water}]}; an empty value withdraws the fact,
                              an empty list says that there are none
    name Tomas as tsm · leave tsm empty
    finish meet               note: …, naming: Tomas
    advise on meet            says: …
    answer fill               with: {area: Brown, logs: {not applicable: none are kept}, notes: }; empty clears it
    sign fill
    share send                with: {roles: csm, contacts: ana@cedar.example}, note: …; several with “and” between them
    add to the document       text: …
    attach to meet            link: … or file: …, as: notes, title: …; it is called evidence-1, evidence-2, …
    remove evidence-1 from meet
    approve review · reject review · accept handover · refuse handover · reopen meet        note: …, because: …
    ask to override support   with: {type: desk}, because: …
    approve the override of support · reject the override of support
    cancel                    because: …
    name Tomas as tsm until 2027-02-01
    begin visit · report refreshed                  note: …
    waive plan of gather      because: …; without it, that is taken back
    plan meeting-1 of meet · hold meeting-1 of meet         on: 2027-01-05 10:00, attendees: [Ana, Bo], note: …,
                              and to plan, until: …, where: Room 4, about: …, inviting: [Ana <ana@cedar.example>, Paula]
    admit Ana <ana@cedar.example> to meeting-1 of meet · leave bo@x.example out of meeting-1 of meet        because: …
    call off meeting-1 of meet                      because: …
    let Bo come to meeting-1 of meet                instead of: Ana, because: …; without it, Bo comes as well
    send welcome              subject: …, body: …, in: {de: {subject: …, body: …}}
    edit welcome              the same
    pause welcome · skip welcome                    because: …
    go on with welcome
    disagree about handover   because: …
    uphold the refusal of handover · overrule the refusal of handover       note: …
    move to the next version                        because: …; the version is the next one of the chapter

The desk itself, where the runbook asks for what lies beyond the handoff:

    desk: counts              with: {earlier_customers: 2}; an empty value cannot be counted
    desk: seats Tomas as tsm  because: …
    desk: hears ana@cedar.example accepted to meeting-1 of meet     sequence: 1, stamped: 2027-01-05 10:00, note: …,
                              proposes: 2027-01-06 10:00; whoever answers an invitation to a meeting, by address or name

    desk: hears a reply to welcome      from: Ana <ana@cedar.example>, subject: …, says: …, mail: …, instead of: …,
                                        automatic: yes; without “to welcome” it answers no message that is known
    desk: hears a bounce of welcome     from: Ana <ana@cedar.example>, says: …, mail: …, for now: yes
    desk: hears an unsubscription       from: Ana <ana@cedar.example>, to: welcome
    desk: hears a subscription          from: Ana <ana@cedar.example>, because: …
    desk: finds evidence-1 of meet broken       because: …; or “whole”, once it can be reached again

What people outside do is told in outside.py; colleagues answer them:

    ask again for fill        because: …
    share evidence-1 of meet · share no longer evidence-1 of meet

Where somebody had last looked before others went on, `seen: 4` is the number of the last event that they saw.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from email.utils import parseaddr
from functools import partial
from typing import Any, cast

from handrail.handoff import commands as c
from handrail.handoff.company import Company
from handrail.handoff.events import Answer, Bounced, Invitee, Replied, Resubscribed, Unsubscribed
from handrail.handoff.events import Said as Said_
from handrail.handoff.people import Actor, Person
from handrail.runbook.kinds import Written
from tests.spec.chapter import CaseMistake, Moment, Said, Story
from tests.spec.company import Colleague, company_at
from tests.spec.office import instant
from tests.spec.outside import OUTSIDE, SENTENCES

OPERATIONS = "CS Operations"
NO_ROLE = "no role"
DESK = "desk"


@dataclass(frozen=True)
class Cast:
    """The people of a story: each with the roles that they take when the handoff starts."""

    persons: Mapping[str, Person]
    seats: Mapping[str, Person]
    operations: frozenset[str]
    colleagues: Mapping[str, Colleague]

    def actor(self, name: str, now: datetime) -> Actor:
        """As the desk knows who is signed in: nobody stands in for those who have left."""
        known = self.colleagues.get(name, Colleague())
        away = [
            self.persons[other]
            for other, one in self.colleagues.items()
            if one.delegate == name and one.is_away(now) and one.works_here(now)
        ]
        return Actor(
            person=self.persons[name],
            operations=name in self.operations,
            team=known.team,
            leads=frozenset(filter(None, [known.leads])),
            stands_in_for=tuple(away),
        )

    def company(self, now: datetime) -> Company:
        return company_at(now, self.persons, self.colleagues)


def cast_of(story: Story) -> Cast:
    people = story.people
    persons = {name: Person(number, name) for number, name in enumerate(people, start=1)}
    parts = {name: seat.split(" and ") for name, seat in people.items()}
    for name in story.company.keys() - people.keys():
        raise CaseMistake(story.file, story.line, f"{name} is not among the people of this story.")
    return Cast(
        persons=persons,
        seats={
            role: persons[name] for name, roles in parts.items() for role in roles if role not in {OPERATIONS, NO_ROLE}
        },
        operations=frozenset(name for name, roles in parts.items() if OPERATIONS in roles),
        colleagues=story.company,
    )


@dataclass
class Asked:
    """A sentence being understood: what stands beside it is taken out piece by piece, so that nothing is overlooked."""

    moment: Moment
    cast: Cast
    now: datetime
    keys: int
    words: tuple[str, ...]
    rest: dict[str, Said] = field(default_factory=dict)

    @property
    def by(self) -> Actor:
        if self.moment.who not in self.cast.persons:
            raise self.moment.mistake(f"{self.moment.who} is not among the people of this story.")
        return self.cast.actor(self.moment.who, self.now)

    def text(self, key: str) -> str:
        said = self.rest.pop(key, "")
        if not isinstance(said, str):
            raise self.moment.mistake(f"“{key}” is a text.")
        return said

    def seen(self) -> int | None:
        said = self.text("seen")
        return int(said) if said else None

    def person(self, name: str) -> Person:
        if name not in self.cast.persons:
            raise self.moment.mistake(f"{name} is not among the people of this story.")
        return self.cast.persons[name]

    def naming(self) -> Person | None:
        name = self.text("naming")
        return self.person(name) if name else None

    def mapping(self) -> dict[str, Said]:
        said = self.rest.pop("with", {})
        if not isinstance(said, dict):
            raise self.moment.mistake("“with” is a mapping: {mrr: 5000}.")
        return said

    def texts(self) -> dict[str, str]:
        return {name: str(value) for name, value in self.mapping().items()}

    def facts(self) -> dict[str, Written]:
        return {name: _written(value) for name, value in self.mapping().items()}

    def answers(self) -> dict[str, Answer | None]:
        return {name: _answer(value) for name, value in self.mapping().items()}


def _answer(said: Said) -> Answer | None:
    match said:
        case "":
            return None
        case {"not applicable": str() as reason}:
            return Answer(reason=reason)
        case _:
            return Answer(value=_written(said))


def _written(said: Said) -> Written:
    if isinstance(said, list):
        return [{name: str(cell) for name, cell in row.items()} for row in said if isinstance(row, dict)]
    return str(said)


def _start(asked: Asked) -> c.Command:
    source = {"source": text} if (text := asked.text("from")) else {}
    return c.Start(
        by=asked.by, customer_id=1, customer=asked.words[0], facts=asked.facts(), people=asked.cast.seats, **source
    )


def _give(asked: Asked) -> c.Command:
    values = {name: None if value == "" else value for name, value in asked.facts().items()}
    return c.GiveFacts(by=asked.by, values=values, source=asked.text("from"), seen=asked.seen())


def _meeting(asked: Asked) -> dict[str, Any]:
    at = asked.text("on")
    attendees = asked.rest.pop("attendees", [])
    if not isinstance(attendees, list):
        raise asked.moment.mistake("“attendees” is a list: [Ana, Bo].")
    return {
        "by": asked.by,
        "key": asked.words[0],
        "step": asked.words[1],
        "attendees": tuple(map(str, attendees)),
        "note": asked.text("note"),
        "at": instant(at) if at else None,
    }


def _plan_meeting(asked: Asked) -> c.Command:
    said, until = _meeting(asked), asked.text("until")
    invited = asked.rest.pop("inviting", [])
    if not isinstance(invited, list):
        raise asked.moment.mistake("“inviting” is a list: [Ana <ana@cedar.example>, Paula].")
    return c.PlanMeeting(
        meets_at=said.pop("at"),
        ends_at=instant(until) if until else None,
        where=asked.text("where"),
        agenda=asked.text("about"),
        invited=tuple(_invitee(asked, str(one)) for one in invited),
        **said,
    )


def _invitee(asked: Asked, said: str) -> Invitee:
    """A colleague of the story, or anybody by name and address, as in `Ana <ana@cedar.example>`."""
    name, _, email = said.rstrip(">").partition(" <")
    if email:
        return Invitee(name=name, email=email)
    if name not in asked.cast.persons:
        return Invitee(name=name, email=name)
    return Invitee(name=name, person=asked.cast.persons[name].id)


def _answer_invitation(asked: Asked) -> c.Command:
    who, says, key, step = asked.words
    proposes, stamped = asked.text("proposes"), asked.text("stamped")
    return c.TakeAnswer(
        step=step,
        key=key,
        who=_invitee(asked, who),
        says=cast("Said_", says),
        comment=asked.text("note"),
        proposes=instant(proposes) if proposes else None,
        sequence=int(asked.text("sequence") or 0),
        stamped_at=instant(stamped) if stamped else asked.now,
    )


def _admit(asked: Asked) -> c.Command:
    who, key, step = asked.words
    return c.AdmitGuest(by=asked.by, step=step, key=key, who=_invitee(asked, who))


def _leave_out(asked: Asked) -> c.Command:
    email, key, step = asked.words
    return c.LeaveOutGuest(by=asked.by, step=step, key=key, email=email, reason=asked.text("because"))


def _hold_meeting(asked: Asked) -> c.Command:
    said = _meeting(asked)
    return c.HoldMeeting(met_at=said.pop("at"), **said)


def _replace_attendee(asked: Asked) -> c.Command:
    becomes, key, step = asked.words
    was, reason = asked.text("instead of"), asked.text("because")
    return c.ReplaceAttendee(by=asked.by, step=step, key=key, was=was, becomes=becomes, reason=reason)


def _send(asked: Asked) -> c.Command:
    subject, body, wordings = asked.text("subject"), asked.text("body"), _in_other_languages(asked)
    return c.Send(by=asked.by, step=asked.words[0], subject=subject, body=body, wordings=wordings)


def _edit(asked: Asked) -> c.Command:
    words = {"": (asked.text("subject"), asked.text("body"))}
    wordings = {language: both for language, both in {**words, **_in_other_languages(asked)}.items() if any(both)}
    return c.Edit(by=asked.by, step=asked.words[0], wordings=wordings)


def _in_other_languages(asked: Asked) -> dict[str, tuple[str, str]]:
    said = asked.rest.pop("in", {})
    if not isinstance(said, dict):
        raise asked.moment.mistake("“in” is a mapping: {de: {subject: …, body: …}}.")
    words = {language: one if isinstance(one, dict) else {} for language, one in said.items()}
    return {language: (str(one.get("subject", "")), str(one.get("body", ""))) for language, one in words.items()}


def _waive(asked: Asked) -> c.Command:
    item, step = asked.words
    return c.WaiveEvidence(by=asked.by, step=step, item=item, reason=asked.text("because") or None)


def _count(asked: Asked) -> c.Command:
    return c.Count(values={name: value or None for name, value in asked.texts().items()})


def _seat(asked: Asked) -> c.Command:
    return c.Seat(role=asked.words[1], person=asked.person(asked.words[0]), why=asked.text("because"))


def _reply(asked: Asked) -> c.Command:
    name, address = _from(asked)
    return c.Hear(
        what=Replied(
            contact=address,
            name=name,
            step=asked.words[0] or "",
            subject=asked.text("subject"),
            says=asked.text("says"),
            mail=asked.text("mail"),
            instead_of=asked.text("instead of"),
            automatic=bool(asked.text("automatic")),
        )
    )


def _bounce(asked: Asked) -> c.Command:
    name, address = _from(asked)
    for_good, says, mail = not asked.text("for now"), asked.text("says"), asked.text("mail")
    step = asked.words[0] or ""
    return c.Hear(what=Bounced(contact=address, name=name, step=step, says=says, mail=mail, for_good=for_good))


def _unsubscription(asked: Asked) -> c.Command:
    name, address = _from(asked)
    return c.Hear(what=Unsubscribed(contact=address, name=name, step=asked.text("to")))


def _subscription(asked: Asked) -> c.Command:
    name, address = _from(asked)
    return c.Hear(what=Resubscribed(contact=address, name=name, reason=asked.text("because")))


def _from(asked: Asked) -> tuple[str, str]:
    return parseaddr(asked.text("from"))


def _settle(asked: Asked, *, upholds: bool) -> c.Command:
    return c.Settle(by=asked.by, step=asked.words[0], upholds=upholds, note=asked.text("note"))


def _name_until(asked: Asked) -> c.Command:
    name, role, until = asked.words
    return c.FillRole(by=asked.by, role=role, person=asked.person(name), until=date.fromisoformat(until))


def _name(asked: Asked) -> c.Command:
    name, role = asked.words
    return c.FillRole(by=asked.by, role=role, person=asked.person(name), reason=asked.text("because"))


def _hand_on(asked: Asked) -> c.Command:
    role, name = asked.words
    return c.Succeed(by=asked.by, role=role, person=asked.person(name), reason=asked.text("because"))


def _attach(asked: Asked) -> c.Command:
    return c.AddEvidence(
        by=asked.by,
        step=asked.words[0],
        key=f"evidence-{asked.keys + 1}",
        item=asked.text("as"),
        title=asked.text("title"),
        link=asked.text("link") or None,
        upload=asked.text("file") or None,
    )


def _share(asked: Asked) -> c.Command:
    whom = asked.texts()
    roles, contacts = (tuple(filter(None, whom.get(key, "").split(" and "))) for key in ("roles", "contacts"))
    return c.Share(
        by=asked.by, step=asked.words[0], roles=roles, contacts=contacts, note=asked.text("note"), seen=asked.seen()
    )


_SENTENCES: tuple[tuple[str, Callable[[Asked], c.Command]], ...] = (
    (r"start for (.+)", _start),
    (r"give facts", _give),
    (r"name (\S+) as (\S+) until (\S+)", _name_until),
    (r"name (\S+) as (\S+)", _name),
    (r"leave (\S+) empty", lambda a: c.FillRole(by=a.by, role=a.words[0], person=None)),
    (r"hand (\S+) on to nobody", lambda a: c.Succeed(by=a.by, role=a.words[0], person=None)),
    (r"hand (\S+) on to (\S+)", _hand_on),
    (r"finish (\S+) as (.+)", lambda a: c.Finish(by=a.by, step=a.words[0], outcome=a.words[1], note=a.text("note"))),
    (
        r"finish (\S+)",
        lambda a: c.Finish(by=a.by, step=a.words[0], note=a.text("note"), person=a.naming()),
    ),
    (r"advise on (\S+)", lambda a: c.Advise(by=a.by, step=a.words[0], says=a.text("says"))),
    (r"hold", lambda a: c.Hold(by=a.by, reason=a.text("because"))),
    (r"resume", lambda a: c.Resume(by=a.by, note=a.text("note"))),
    (r"answer (\S+)", lambda a: c.AnswerForm(by=a.by, step=a.words[0], answers=a.answers(), seen=a.seen())),
    (r"share (\S+)", _share),
    (r"add to the document", lambda a: c.AddAddendum(by=a.by, text=a.text("text"))),
    (r"sign (\S+)", lambda a: c.Sign(by=a.by, step=a.words[0], seen=a.seen())),
    (r"attach to (\S+)", _attach),
    (r"remove (\S+) from (\S+)", lambda a: c.RemoveEvidence(by=a.by, step=a.words[1], key=a.words[0])),
    (
        r"approve the override of (\S+)",
        lambda a: c.ApproveOverride(by=a.by, decision=a.words[0], note=a.text("note")),
    ),
    (
        r"reject the override of (\S+)",
        lambda a: c.RejectOverride(by=a.by, decision=a.words[0], reason=a.text("because")),
    ),
    (
        r"ask to override (\S+)",
        lambda a: c.AskOverride(by=a.by, decision=a.words[0], outputs=a.texts(), reason=a.text("because")),
    ),
    (r"approve (\S+)", lambda a: c.Approve(by=a.by, step=a.words[0], note=a.text("note"), seen=a.seen())),
    (r"reject (\S+)", lambda a: c.Reject(by=a.by, step=a.words[0], reason=a.text("because"))),
    (r"accept (\S+)", lambda a: c.Accept(by=a.by, step=a.words[0], note=a.text("note"), seen=a.seen())),
    (
        r"refuse (\S+)",
        lambda a: c.Refuse(by=a.by, step=a.words[0], reason=a.text("because"), note=a.text("note")),
    ),
    (r"reopen (\S+)", lambda a: c.Reopen(by=a.by, step=a.words[0], reason=a.text("because"))),
    (r"begin (\S+)", lambda a: c.Begin(by=a.by, step=a.words[0], note=a.text("note"))),
    (r"report (\S+)", lambda a: c.Report(by=a.by, happening=a.words[0], note=a.text("note"))),
    (r"waive (\S+) of (\S+)", _waive),
    (r"plan (\S+) of (\S+)", _plan_meeting),
    (r"hold (\S+) of (\S+)", _hold_meeting),
    (r"admit (.+) to (\S+) of (\S+)", _admit),
    (r"leave (\S+) out of (\S+) of (\S+)", _leave_out),
    (r"hears (.+) (accepted|declined|tentative) to (\S+) of (\S+)", _answer_invitation),
    (
        r"call off (\S+) of (\S+)",
        lambda a: c.CallOffMeeting(by=a.by, step=a.words[1], key=a.words[0], reason=a.text("because")),
    ),
    (r"let (.+) come to (\S+) of (\S+)", _replace_attendee),
    (r"send (\S+)", _send),
    (r"edit (\S+)", _edit),
    (r"pause (\S+)", lambda a: c.Pause(by=a.by, step=a.words[0], reason=a.text("because"))),
    (r"skip (\S+)", lambda a: c.Skip(by=a.by, step=a.words[0], reason=a.text("because"))),
    (r"go on with (\S+)", lambda a: c.GoOn(by=a.by, step=a.words[0])),
    (r"disagree about (\S+)", lambda a: c.Disagree(by=a.by, step=a.words[0], reason=a.text("because"))),
    (r"uphold the refusal of (\S+)", partial(_settle, upholds=True)),
    (r"overrule the refusal of (\S+)", partial(_settle, upholds=False)),
    (r"move to the next version", lambda a: c.ChangeVersion(by=a.by, reason=a.text("because"), seen=a.seen())),
    (r"counts", _count),
    (r"seats (\S+) as (\S+)", _seat),
    (r"hears a reply(?: to (\S+))?", _reply),
    (r"hears a bounce(?: of (\S+))?", _bounce),
    (r"hears an unsubscription", _unsubscription),
    (r"hears a subscription", _subscription),
    (r"cancel", lambda a: c.Cancel(by=a.by, reason=a.text("because"))),
    (r"passes", lambda a: c.Wake()),
)


def command_of(moment: Moment, cast: Cast, now: datetime, keys: int) -> Any:
    """`keys` is how many pieces of evidence have been attached before."""
    if (moment.who == "time") != (moment.what == "passes"):
        raise moment.mistake("Time passes, and does nothing else.")
    if (moment.who == DESK) != (moment.what == "counts" or moment.what.startswith(("seats ", "hears ", "finds "))):
        raise moment.mistake("The desk counts, seats, hears and finds, and does nothing else.")
    what = f"{OUTSIDE} {moment.what}" if moment.who == OUTSIDE else moment.what
    for pattern, make in (*_SENTENCES, *SENTENCES):
        found = re.fullmatch(pattern, what)
        if found:
            asked = Asked(moment, cast, now, keys, found.groups(), dict(moment.rest))
            command = make(asked)
            if asked.rest:
                raise moment.mistake(f"“{min(asked.rest)}” says nothing about “{moment.what}”.")
            return command
    raise moment.mistake(f"“{moment.what}” is not a sentence that stories know.")
