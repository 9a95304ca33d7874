"""What happened and how things stand, in the short words of the cases.

One rule: everything that an event says is told, except a digest: that is what the properties are for.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime

from handrail.handoff import events as e
from handrail.handoff.derived import because, written
from handrail.handoff.document import Line, document
from handrail.handoff.history import Handoff
from handrail.handoff.items import in_order
from handrail.handoff.life import wake_at
from handrail.handoff.owed import Owed, owed
from handrail.handoff.people import Person
from handrail.handoff.plan import Plan
from handrail.handoff.refusal import Clash, Refused
from handrail.handoff.sharing import is_unbroken
from handrail.handoff.standing import blockers
from handrail.handoff.timing import due_at, due_date
from handrail.handoff.words import rules_words
from handrail.runbook.kinds import Written, in_a_line
from handrail.runbook.model import Step
from tests.spec.asking import OPERATIONS
from tests.spec.chapter import Said
from tests.spec.office import clock
from tests.spec.outside import told_outside

Words = dict[str, Said]


def told(one: e.Recorded) -> Words:
    """The event, and for whom who did it stood in; what is empty is left out."""
    away = one.on_behalf_of.name if one.on_behalf_of else ""
    return {key: value for key, value in {**_told(one.event), "for": away}.items() if value}


def _told(event: e.Event) -> Words:
    match event:
        case e.Started(customer=customer, people=people, phase=phase):
            seats = [f"{role} {one.name}" for role, one in people.items()]
            return {"started": ", ".join([customer, *seats]), "phase": phase}
        case e.FactsGiven(values=values, source=source):
            given = [f"{name} {in_a_line(value)}" for name, value in values.items() if value is not None]
            gone = [name for name, value in values.items() if value is None]
            return {"given": ", ".join(given), "withdrawn": ", ".join(gone), "from": source}
        case e.RoleFilled(role=role, person=person, until=until, why=why, reason=reason):
            day = until.isoformat() if until else ""
            return {f"role {role}": _name(person), "until": day, "because": why or reason}
        case e.RoleReturned(role=role, person=person):
            return {f"role {role} returned": _name(person)}
        case e.RoleSucceeded(role=role, person=person, reason=reason):
            return {f"role {role} returns to": _name(person), "because": reason}
        case e.Counted(values=values):
            counted = {name: str(value) for name, value in values.items() if value is not None}
            return {"counted": _pairs(counted), "not counted": ", ".join(values.keys() - counted.keys())}
        case e.VersionChanged(version=version, names=names, dropped=dropped, says=says, reason=reason):
            return {
                "version": version,
                "because": reason,
                "says": list(says),
                "renamed": {what: _pairs(renamed) for what, renamed in names.items()},
                "gone": {what: ", ".join(gone) for what, gone in dropped.items()},
            }
        case e.Occurred(happening=happening, note=note, begins=begins):
            return {"happened": happening, "note": note, "begins": ", ".join(begins)}
        case e.Reached(milestones=milestones):
            return {"reached": ", ".join(milestones)}
        case e.Decided(decision=name, rules=rules, outputs=outputs, boundaries=boundaries):
            return {f"decided {name}": f"{rules_words(rules)}, {_pairs(outputs)}", "boundary": " ".join(boundaries)}
        case e.LeftUndecided(decision=name, says=says, missing=missing):
            return {f"undecided {name}": says, "missing": ", ".join(missing)}
        case e.Moved(opened=opened, waiting=waiting, not_needed=not_needed, done=done):
            moved = {"opened": opened, "waiting": waiting, "not needed": not_needed, "done": done}
            return {how: ", ".join(steps) for how, steps in moved.items()}
        case e.FormAnswered(step=step, answers=answers):
            said = {name: _answered(answer) for name, answer in answers.items()}
            return {f"answered {step}": said, "from": event.source}
        case e.OverrideAsked() | e.OverrideApproved() | e.OverrideRejected():
            return _told_override(event)
        case e.Warned(steps=steps):
            return {"warned": _days(steps)}
        case e.FellDue(steps=steps):
            return {"fell due": _days(steps)}
        case e.Reminded(steps=steps, since=since):
            counted = {name: f"from {day}" for name, day in since.items()}
            return {
                "reminded": _pairs({name: str(number) for name, number in steps.items()}),
                "counted": _pairs(counted),
            }
        case e.Escalated(step=step, level=level, to=to, turned_to=turned_to, day=day):
            turned = "; ".join(f"{one.person.name if one.person else OPERATIONS}, {one.why}" for one in turned_to)
            return {"escalated": f"{step} ({day})", "to": to or turned, "level": str(level)}
        case e.Ended(end=end):
            return {"ended": end}
        case e.Held(reason=reason):
            return {"on hold": reason}
        case e.Resumed(note=note):
            return {"resumed": note or "yes"}
        case e.Cancelled(reason=reason):
            return {"cancelled": reason}
        case e.Disagreed() | e.Climbed() | e.RefusalUpheld() | e.RefusalOverruled() | e.SilenceTaken():
            return _told_ruling(event)
        case e.Replied() | e.Bounced() | e.Unsubscribed() | e.Resubscribed():
            return _told_hearing(event)
        case e.MeetingPlanned() | e.MeetingCalledOff() | e.AttendeeReplaced() | e.MeetingHeld():
            return _told_meeting(event)
        case e.InvitationAnswered() | e.StrangerAnswered() | e.GuestAdmitted() | e.GuestLeftOut():
            return _told_guest(event)
        case _:
            return _told_of_step(event)


def _told_hearing(event: e.Replied | e.Bounced | e.Unsubscribed | e.Resubscribed) -> Words:
    who = f"{event.name} <{event.contact}>"
    match event:
        case e.Replied(step=step, subject=subject, says=says, mail=mail, instead_of=instead_of, automatic=automatic):
            about = {"to": step, "instead of": instead_of, "subject": subject, "says": says, "mail": mail}
            return {"automatic answer of" if automatic else "replied": who, **about}
        case e.Bounced(step=step, says=says, mail=mail, for_good=for_good):
            return {"bounced for good" if for_good else "bounced for now": who, "of": step, "says": says, "mail": mail}
        case e.Unsubscribed(step=step):
            return {"unsubscribed": who, "from": step}
        case e.Resubscribed(reason=reason):
            return {"subscribed again": who, "because": reason}


def _name(person: Person | None) -> str:
    return person.name if person else "nobody"


def _days(steps: Mapping[str, date]) -> str:
    return ", ".join(f"{name} ({day})" for name, day in steps.items())


def _told_ruling(
    event: e.Disagreed | e.Climbed | e.RefusalUpheld | e.RefusalOverruled | e.SilenceTaken,
) -> Words:
    match event:
        case e.Disagreed(step=step, reason=reason, to=to):
            return {"disagreed": step, "because": reason, "to": to}
        case e.Climbed(step=step, to=to):
            return {"climbed": step, "to": to}
        case e.RefusalUpheld(step=step, note=note):
            return {"refusal upheld": step, "note": note}
        case e.RefusalOverruled(step=step, restored=restored, note=note):
            return {"refusal overruled": step, "done again": ", ".join(restored), "note": note}
        case e.SilenceTaken(step=step, answer=answer, reopened=reopened):
            return {f"silence {answer}": step, "opens again": ", ".join(reopened)}


def _told_meeting(event: e.MeetingPlanned | e.MeetingCalledOff | e.AttendeeReplaced | e.MeetingHeld) -> Words:
    match event:
        case e.MeetingPlanned(step=step, key=key, meets_at=at, attendees=attendees, note=note):
            more: Words = {"until": clock(event.ends_at) if event.ends_at else "", "where": event.where}
            more |= {"about": event.agenda, "invited": ", ".join(map(_invitee, event.invited))}
            return {f"planned {key} of {step}": clock(at), "with": ", ".join(attendees), "note": note, **more}
        case e.MeetingCalledOff(step=step, key=key, reason=reason):
            return {f"called off {key} of {step}": reason}
        case e.AttendeeReplaced(step=step, key=key, was=was, becomes=becomes, reason=reason):
            return {f"to {key} of {step} comes": becomes, "instead of": was, "because": reason}
        case e.MeetingHeld(step=step, key=key, met_at=at, attendees=attendees, note=note, is_complete=is_complete):
            in_part = "" if is_complete else "the step stays open"
            held = {f"held {key} of {step}": clock(at), "with": ", ".join(attendees), "note": note}
            return {**held, "in part": in_part, **_without(event.unheard)}


def _invitee(one: e.Invitee) -> str:
    return one.name if one.person is not None else f"{one.name} <{one.email}>"


def _told_guest(event: e.InvitationAnswered | e.StrangerAnswered | e.GuestAdmitted | e.GuestLeftOut) -> Words:
    match event:
        case e.InvitationAnswered(step=step, key=key, who=who, says=says, comment=comment, proposes=proposes):
            other = clock(proposes) if proposes else ""
            return {f"answered {key} of {step}": f"{who.name} {says}", "note": comment, "proposes": other}
        case e.StrangerAnswered(step=step, key=key, email=email, says=says, comment=comment):
            return {f"answered {key} of {step} uninvited": f"{email} {says}", "note": comment}
        case e.GuestAdmitted(step=step, key=key, who=who):
            return {f"admitted to {key} of {step}": _invitee(who)}
        case e.GuestLeftOut(step=step, key=key, email=email, reason=reason):
            return {f"left out of {key} of {step}": email, "because": reason}


def _without(unheard: Mapping[str, Person]) -> Words:
    return {"without advice of": ", ".join(f"{person.name} ({role})" for role, person in unheard.items())}


def _told_override(event: e.OverrideAsked | e.OverrideApproved | e.OverrideRejected) -> Words:
    match event:
        case e.OverrideAsked(decision=name, outputs=outputs, reason=reason):
            return {f"override of {name} asked": _pairs(outputs), "because": reason}
        case e.OverrideApproved(decision=name, note=note):
            return {"override approved": name, "note": note}
        case e.OverrideRejected(decision=name, reason=reason):
            return {"override rejected": name, "because": reason}


def _told_of_step(event: e.Event) -> Words:
    match event:
        case e.Finished(step=step, note=note, outcome=outcome, again_on=again_on, reopened=reopened, wrote=wrote):
            again = again_on.isoformat() if again_on else ""
            opens = ", ".join(reopened)
            did = {"finished": step, "as": outcome, "note": note, "again on": again, "opens again": opens}
            return {**did, "wrote": dict(wrote), **_without(event.unheard)}
        case e.Advised(step=step, roles=roles, says=says):
            return {f"advised on {step}": says, "as": ", ".join(roles)}
        case e.Begun(step=step, note=note):
            return {"begun": step, "note": note}
        case e.Sent() | e.NotSent() | e.Paused() | e.WentOn() | e.Skipped() | e.Edited():
            return _told_letters(event)
        case e.OutOfStep(step=step, field=field, wrote=written, now=now):
            return {"out of step": step, "field": field, "wrote": written, "now": now}
        case e.EvidenceWaived(step=step, item=item, reason=reason):
            why = reason or "it does after all"
            return {f"does not apply in {step}": item, "because": why, "from": event.source}
        case e.Signed(step=step):
            return {"signed": step, **_without(event.unheard)}
        case e.EvidenceAdded(step=step, key=key, item=item, title=title, link=link, upload=upload):
            return {f"attached to {step}": f"{key}, {title}, {link or upload}", "as": item, "from": event.source}
        case e.EvidenceRemoved(step=step, key=key):
            return {f"removed from {step}": key, "from": event.source}
        case e.Approved(step=step, note=note, is_complete=is_complete, roles=roles):
            more = "" if is_complete else "others are still asked"
            said = {"approved": step, "as": ", ".join(roles), "note": note, "in part": more}
            return said | _without(event.unheard)
        case e.Rejected(step=step, reason=reason, reopened=reopened, fresh=fresh):
            opens, with_ = ", ".join(reopened), "fresh evidence" if fresh else ""
            return {"rejected": step, "because": reason, "opens again": opens, "with": with_}
        case e.Shared(step=step, document=name, note=note):
            whom = ", ".join((*event.roles, *(f"{who} <{at}>" for at, who in event.contacts.items())))
            return {"shared": step, "document": name, "with": whom, "note": note, **_without(event.unheard)}
        case e.AddendumAdded(text=text):
            return {"added to the document": text}
        case e.Accepted(step=step, note=note):
            return {"accepted": step, "note": note, **_without(event.unheard)}
        case e.AcceptanceRefused(step=step, reason=reason, note=note, reopened=reopened, fresh=fresh):
            opens, with_ = ", ".join(reopened), "fresh evidence" if fresh else ""
            return {"not accepted": step, "because": reason, "note": note, "opens again": opens, "with": with_}
        case e.Reopened(step=step, reason=reason):
            return {"reopened": step, "because": reason}
        case _:
            return {**told_outside(event)}


def _told_letters(event: e.Sent | e.NotSent | e.Paused | e.WentOn | e.Skipped | e.Edited) -> Words:
    match event:
        case e.Sent(step=step, to=to, subject=subject, body=body):
            sent: Words = {"sent": step, "to": ", ".join(to), "subject": subject, "body": body}
            return {**sent, **_without(event.unheard), **_outside(event)}
        case e.NotSent(step=step, left_out=left_out):
            return {"not sent": step, "not to": dict(left_out)}
        case e.Paused(step=step, reason=reason):
            return {"paused": step, "because": reason}
        case e.WentOn(step=step):
            return {"goes on": step}
        case e.Skipped(step=step, reason=reason):
            return {"skipped": step, "because": reason}
        case e.Edited(step=step, wordings=wordings):
            words: Words = {f"in {name}" if name else "words": list(both) for name, both in wordings.items()}
            return {"edited": step, **words}


def _outside(event: e.Sent) -> Words:
    """What each got with words of their own, and the rest of what an envelope says."""
    people = {"from": event.sender, "on behalf of": event.behalf}
    return {
        "letters": {_whom(one): _letter(one) for one in event.letters},
        "once": event.once,
        **{key: person.name for key, person in people.items() if person},
        "copy to": event.bcc,
        "with": ", ".join(one.title for one in event.enclosed),
        "not to": dict(event.left_out),
        "in part": "" if event.is_complete else "others get it later",
    }


def _whom(one: e.Letter) -> str:
    return f"{one.name} <{one.email}>" if one.email else one.name


def _letter(one: e.Letter) -> Said:
    words: Said = {"subject": one.subject, "body": one.body}
    return {"in": one.language, **words} if one.language and isinstance(words, dict) else words


def _pairs(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _answered(answer: e.Answer | None) -> Said:
    if answer is None:
        return ""
    return {"not applicable": answer.reason} if answer.reason is not None else _said(answer.value)


def _said(written: Written | None) -> Said:
    if isinstance(written, list):
        return [dict(row) for row in written]
    return written or ""


def told_refusal(refused: Refused) -> Words:
    words: Words = {"refused": refused.says}
    if refused.mistakes:
        words["mistakes"] = {one.field: one.says for one in refused.mistakes}
    if refused.clashes:
        words["clashes"] = {one.title: _clash(one) for one in refused.clashes}
    return words


def _clash(clash: Clash) -> str:
    who = clash.by.name if clash.by else "a rule"
    if clash.reason is not None:
        return f"{who} at {clock(clash.at)}: not applicable, {clash.reason}"
    return f"{who} at {clock(clash.at)}: {'cleared' if clash.theirs is None else in_a_line(clash.theirs)}"


# Of what is long a story says which parts it tells, and tells those whole.
_IN_PARTS = {"document", "documents", "raci"}


def standing_words(plan: Plan, handoff: Handoff, now: datetime, asked: Mapping[str, Said]) -> Words:
    """How things stand, for each of the names `asked`; KeyError names one that stories do not know."""
    return {name: _part(name, _STANDS[name](plan, handoff, now), said) for name, said in asked.items()}


def _part(name: str, got: Said, asked: Said) -> Said:
    if name in _IN_PARTS and isinstance(got, dict) and isinstance(asked, dict):
        return {part: words for part, words in got.items() if part in asked}
    return got


def _steps(state: str) -> Callable[[Plan, Handoff, datetime], Said]:
    def found(plan: Plan, handoff: Handoff, now: datetime) -> Said:
        names = [step.name for step in in_order(plan, handoff)]
        return ", ".join(name for name in names if handoff.state_of(name) == state) or "nothing"

    return found


def _due(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """The last day of each step that is still to be done and has one."""
    days = {
        step.name: _due_of(plan, handoff, step)
        for step in in_order(plan, handoff)
        if handoff.state_of(step.name) in {"open", "waiting"}
    }
    return {name: day for name, day in days.items() if day}


def _due_of(plan: Plan, handoff: Handoff, step: Step) -> str:
    """A day, or the minute where it is due in hours or with a session."""
    at, day = due_at(plan, handoff, step), due_date(plan, handoff, step)
    exact = step.due is not None and (step.due.in_hours or step.due.session)
    return (clock(at) if exact else str(day)) if at and day else ""


def _waits(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """What each waiting step waits for."""
    return {
        step.name: " ".join(one.says for one in blockers(plan, handoff, step, now))
        for step in in_order(plan, handoff)
        if handoff.state_of(step.name) == "waiting"
    }


def _owed(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """Everything that anybody owes, by the name of the person."""
    found: dict[str, Said] = {}
    for one in owed(plan, handoff):
        entries = found.setdefault(_desk(plan, one), [])
        assert isinstance(entries, list)
        entries.append({_entry(one): one.why})
    return found


def _desk(plan: Plan, one: Owed) -> str:
    """A person, anybody of a team, the lead of one who is to name somebody, or nobody: that is CS Operations."""
    if one.person is not None:
        return one.person.name
    if one.team and one.sort != "vacancy":
        return f"anybody of {plan.company.team_name(one.team)}"
    lead = plan.company.lead_of(one.team) if one.team else None
    return f"nobody, for {lead.name} to fill" if lead else "nobody"


def _entry(one: Owed) -> str:
    return f"{one.title}, by {clock(one.due_at)}" if one.due_at else one.title


def _wakes(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    at = wake_at(plan, handoff, now)
    return clock(at) if at else "never"


def _facts(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    return {name: f"{in_a_line(known.value)}, from {known.source}" for name, known in handoff.facts.items()}


def _decisions(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """What each decision says now, an approved override included."""
    return {name: _pairs(handoff.outputs_of(name)) or "undecided" for name in plan.runbook.decisions}


def _document(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    return {part.title: {line.label: _line(line) for line in part.lines} for part in document(plan, handoff).parts}


def _documents(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """Each document of the runbook by its name, part by part."""
    return {
        name: {
            part.title: {line.label or "text": _line(line) for line in part.lines}
            for part in document(plan, handoff, name).parts
        }
        for name in plan.runbook.documents
    }


def _addenda(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """Each with whether it still is what its digest was made of."""
    return [{one.text: "unbroken" if is_unbroken(one) else "broken"} for one in handoff.addenda]


def _raci(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """The letters of each step, by role."""
    return {
        name: ", ".join(f"{role} {_letters(letters)}" for role, letters in step.raci.items())
        for name, step in plan.runbook.steps.items()
    }


def _letters(letters: Iterable[str]) -> str:
    return "".join(sorted(letters, key="RACI".index))


def _line(line: Line) -> str:
    rows = "; ".join(", ".join(filter(None, row)) for row in line.rows)
    words = {
        "given": line.value or rows,
        "not applicable": f"not applicable: {line.reason}",
        "missing": f"missing, owed by {line.owed_by}" if line.owed_by else "missing",
    }[line.state]
    return " ".join([f"{words}.", *line.notes]) if line.notes else words


def _derived(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """What each derived fact says, and what that rests on."""
    return {
        name: f"{_said(written(plan, handoff, one)) or 'missing'} ({because(plan, handoff, one)})"
        for name, one in plan.runbook.derived.items()
    }


def _people(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    return {role: person.name for role, person in handoff.people.items()}


def _meetings(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """Those that are planned, with who is to come."""
    return {
        f"{one.key} of {step}": f"{clock(one.meets_at)} with {', '.join(one.attendees) or 'nobody'}"
        for step, meetings in handoff.meetings.items()
        for one in meetings
        if one.state == "planned"
    }


def _heard(plan: Plan, handoff: Handoff, now: datetime) -> Said:
    """What was last heard from each address, with the number of the event."""
    return {
        address: _pairs({name: str(at) for name, at in vars(one).items() if at}) or "nothing"
        for address, one in handoff.heard.items()
    }


_STANDS: Mapping[str, Callable[[Plan, Handoff, datetime], Said]] = {
    "open": _steps("open"),
    "waiting": _steps("waiting"),
    "done": _steps("done"),
    "not needed": _steps("not needed"),
    "due": _due,
    "waits for": _waits,
    "owed": _owed,
    "wakes": _wakes,
    "facts": _facts,
    "decisions": _decisions,
    "document": _document,
    "documents": _documents,
    "addenda": _addenda,
    "raci": _raci,
    "derived": _derived,
    "people": _people,
    "meetings": _meetings,
    "heard": _heard,
}
