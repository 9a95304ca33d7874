"""Each event in a sentence for the history of a handoff, with what stands beside it.

One rule: things go by the titles that the handoff's runbook gives them; what it no longer has, by its name as words.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from handrail.desk.queries.guests import guest_words, invited_words
from handrail.desk.queries.opened import Opened, title_of_step
from handrail.desk.queries.telling_outside import told_of_hearing, told_of_letters, told_of_outside
from handrail.desk.queries.told import Told
from handrail.handoff import events as e
from handrail.handoff.escalation import words_of
from handrail.handoff.people import Person
from handrail.handoff.words import rules_words
from handrail.runbook.kinds import Kind, Text, Written
from handrail.runbook.reading.names import title_of
from handrail.runbook.words import listed

MANY = 6


def told_of(opened: Opened, event: e.Event, by: Person | None = None) -> Told:
    """`by` is who did it, where somebody did."""
    return _Teller(opened, by).told(event)


class _Teller:
    def __init__(self, opened: Opened, by: Person | None) -> None:
        self._by = by
        self._opened = opened
        self._plan = opened.plan
        self._runbook = opened.plan.runbook

    # ---------------------------------------------------------------------------------------- the handoff as a whole

    def told(self, event: e.Event) -> Told:
        match event:
            case e.Started(version=version, people=people, phase=phase):
                details = tuple(f"{self._role(role)}: {person.name}" for role, person in people.items())
                what = f"started the handoff on {self._runbook.title} {version}"
                return Told(did=f"{what}, {phase}" if phase else what, details=details, sort="start")
            case e.RoleFilled():
                return self._role_filled(event)
            case e.RoleReturned(role=role, person=person):
                did = (
                    f"The {self._role(role)} is {person.name} again" if person else f"Nobody is {self._role(role)} now"
                )
                return Told(did=did, sort="role")
            case e.RoleSucceeded(role=role, person=person, reason=reason):
                whose = person.name if person else "nobody"
                did = f"named {whose} as {self._role(role)} for when nobody stands in any more"
                return Told(did=did, words=reason, sort="role")
            case e.Held(reason=reason):
                return Told(did="put the handoff on hold", words=reason, sort="late")
            case e.Resumed(note=note):
                return Told(did="resumed the handoff", words=note, sort="start")
            case e.VersionChanged(version=version, says=says, reason=reason):
                return Told(did=f"moved the handoff to version {version}", details=says, words=reason, sort="start")
            case e.Occurred(happening=name, note=note, begins=begins):
                details = tuple(f"“{title_of_step(self._opened, one)}” is to be done." for one in begins)
                return Told(did=f"reported: {self._event(name)}", details=details, words=note, sort="start")
            case e.Reached(milestones=names):
                return Told(did="Reached", details=tuple(map(self._milestone, names)), sort="done")
            case e.Ended(end=end):
                return Told(did=f"The handoff ended: {end}", sort="end")
            case e.Cancelled(reason=reason):
                return Told(did="cancelled the handoff", words=reason, sort="refused")
            case _:
                return self._told_of_knowing(event)

    def _role_filled(self, event: e.RoleFilled) -> Told:
        title = self._role(event.role)
        if event.person is None:
            return Told(did=f"left the {title} empty", words=event.why or event.reason, sort="role")
        until = f", until {_day(event.until)}" if event.until else ""
        if event.why:
            return Told(did=f"{event.person.name} is the {title} now", words=event.why, sort="role")
        did = "became" if event.person == self._by else f"made {event.person.name}"
        return Told(did=f"{did} the {title}{until}", words=event.reason, sort="role")

    # ------------------------------------------------------------------------------------- what is known and decided

    def _told_of_knowing(self, event: e.Event) -> Told:
        match event:
            case e.FactsGiven(values=values, source=source):
                return Told(did="gave facts", details=tuple(self._facts(values, source)), sort="fact")
            case e.Counted(values=values):
                return Told(did="Counted", details=tuple(self._counts(values)), sort="fact")
            case e.Decided(decision=name, rules=rules, outputs=outputs, boundaries=boundaries):
                did = f"Decided: {self._decision(name)} ({rules_words(rules)})"
                return Told(did=did, details=(self._outputs(name, outputs), *boundaries), sort="decided")
            case e.LeftUndecided(decision=name, says=says):
                return Told(did=f"Not decided yet: {self._decision(name)}", details=(says,), sort="undecided")
            case e.OverrideAsked(decision=name, outputs=outputs, reason=reason):
                did, details = f"asked for another answer: {self._decision(name)}", (self._outputs(name, outputs),)
                return Told(did=did, details=details, words=reason, sort="override")
            case e.OverrideApproved(decision=name, note=note):
                return Told(did=f"approved the override: {self._decision(name)}", words=note, sort="override")
            case e.OverrideRejected(decision=name, reason=reason):
                return Told(did=f"rejected the override: {self._decision(name)}", words=reason, sort="refused")
            case _:
                return self._told_of_following(event)

    # ---------------------------------------------------------------------------------------- what follows by itself

    def _told_of_following(self, event: e.Event) -> Told:
        match event:
            case e.Moved():
                return Told(did="What follows", details=tuple(self._moves(event)), sort="moved")
            case e.Warned(steps=steps):
                return Told(did="Soon late", details=tuple(self._with_days(steps)), sort="late")
            case e.FellDue(steps=steps):
                return Told(did="Fell due", details=tuple(self._with_days(steps)), sort="late")
            case e.Reminded(steps=steps):
                details = tuple(f"{title_of_step(self._opened, one)}: reminder {count}" for one, count in steps.items())
                return Told(did="Reminded", details=details, sort="late")
            case e.Escalated():
                return self._told_of_escalation(event)
            case e.OutOfStep(step=step, field=field, wrote=wrote, now=now):
                details = (f"{field} was written as {wrote}; it is {now} now.",)
                return Told(did=f"{self._step(step)} is to be done again", details=details, sort="refused", step=step)
            case e.SilenceTaken(step=step, answer=answer, reopened=reopened):
                did = f"Nobody answered in time, which {answer} {self._step(step)}"
                return Told(did=did, details=tuple(self._again(reopened)), sort="late", step=step)
            case e.Climbed(step=step, to=to):
                did = f"Nobody decided in time: the {self._role(to)} decides on {self._step(step)}"
                return Told(did=did, sort="late", step=step)
            case _:
                return self._told_of_doing(event)

    def _told_of_escalation(self, event: e.Escalated) -> Told:
        about = f"about {self._step(event.step)}"
        who = [f"{words_of(one.person, one.why)} is turned to {about}" for one in event.turned_to]
        if event.to or not who:
            return Told(did=f"The {self._role(event.to)} is turned to {about}", sort="late", step=event.step)
        return Told(did=who[0], details=tuple(f"{more}." for more in who[1:]), sort="late", step=event.step)

    # ----------------------------------------------------------------------------------------- what is done in steps

    def _told_of_doing(self, event: e.Event) -> Told:
        match event:
            case e.Begun(step=step, note=note):
                return Told(did=f"found that {self._step(step)} is needed", words=note, sort="start", step=step)
            case e.Finished(step=step, note=note, outcome=outcome):
                did = f"finished {self._step(step)}{f': {outcome}' if outcome else ''}"
                details = (*self._without(event.unheard), *self._once_more(event))
                return Told(did=did, details=details, words=note, sort="done", step=step)
            case e.Advised(step=step, roles=roles, says=says):
                details = (f"As {' and '.join(map(self._role, roles))}",)
                return Told(
                    did=f"gave advice on {self._step(step)}", details=details, words=says, sort="note", step=step
                )
            case e.FormAnswered() | e.Signed() | e.Shared() | e.AddendumAdded():
                return self._told_of_documents(event)
            case e.Sent() | e.NotSent() | e.Paused() | e.WentOn() | e.Skipped() | e.Edited():
                without = self._without(event.unheard) if isinstance(event, e.Sent) else ()
                return told_of_letters(event, self._step(event.step), self._role, without)
            case e.Reopened(step=step, reason=reason):
                return Told(did=f"reopened {self._step(step)}", words=reason, sort="refused", step=step)
            case e.EvidenceAdded() | e.EvidenceRemoved() | e.EvidenceWaived():
                return self._told_of_evidence(event)
            case e.MeetingPlanned() | e.MeetingCalledOff() | e.AttendeeReplaced() | e.MeetingHeld():
                return self._told_of_meeting(event)
            case e.Replied() | e.Bounced() | e.Unsubscribed() | e.Resubscribed():
                return told_of_hearing(event, self._step)
            case e.InvitationAnswered() | e.StrangerAnswered() | e.GuestAdmitted() | e.GuestLeftOut():
                did, details, words, sort = guest_words(event, self._step(event.step), self._clock)
                return Told(did=did, details=details, words=words, sort=sort, step=event.step)
            case (
                e.LinksSent()
                | e.HandedIn()
                | e.AskedAgain()
                | e.AttachmentShared()
                | e.AttachmentBroke()
                | e.AttachmentMended()
            ):
                return told_of_outside(event, self._step, self._attachment)
            case _:
                return self._told_of_ruling(event)

    def _told_of_documents(self, event: e.FormAnswered | e.Signed | e.Shared | e.AddendumAdded) -> Told:
        match event:
            case e.FormAnswered(step=step, answers=answers):
                details = tuple(self._answers(step, answers))
                return Told(did=f"filled in {self._step(step)}", details=details, sort="form", step=step)
            case e.Signed(step=step):
                details = tuple(self._without(event.unheard))
                return Told(did=f"signed {self._step(step)}", details=details, sort="signed", step=step)
            case e.Shared(step=step, note=note):
                details = (f"With: {self._shared_with(event)}", *self._without(event.unheard))
                return Told(did=f"shared {self._step(step)}", details=details, words=note, sort="signed", step=step)
            case e.AddendumAdded(text=text):
                return Told(did="added to the handover document", words=text, sort="note")

    def _shared_with(self, event: e.Shared) -> str:
        return ", ".join((*map(self._role, event.roles), *event.contacts.values()))

    def _attachment(self, step: str, key: str) -> tuple[str, ...]:
        return tuple(one.title for one in self._opened.state.evidence.get(step, ()) if one.key == key)

    def _told_of_evidence(self, event: e.EvidenceAdded | e.EvidenceRemoved | e.EvidenceWaived) -> Told:
        step = self._step(event.step)
        match event:
            case e.EvidenceAdded(title=title, link=link):
                did = f"attached {'a link' if link else 'a file'} to {step}"
                return Told(did=did, details=(title,), sort="evidence", step=event.step)
            case e.EvidenceRemoved():
                return Told(did=f"removed an attachment from {step}", sort="evidence", step=event.step)
            case e.EvidenceWaived(item=item, reason=reason):
                title = self._item(event.step, item)
                if reason is None:
                    return Told(did=f"asks again for {title} of {step}", sort="evidence", step=event.step)
                did = f"marked {title} of {step} as not applicable"
                return Told(did=did, words=reason, sort="evidence", step=event.step)

    def _told_of_meeting(
        self, event: e.MeetingPlanned | e.MeetingCalledOff | e.AttendeeReplaced | e.MeetingHeld
    ) -> Told:
        step = self._step(event.step)
        match event:
            case e.MeetingPlanned(meets_at=at, attendees=attendees, note=note):
                details = (self._clock(at), *_with(attendees), *invited_words(event))
                return Told(
                    did=f"planned a meeting of {step}", details=details, words=note, sort="start", step=event.step
                )
            case e.MeetingCalledOff(reason=reason):
                return Told(did=f"called off a meeting of {step}", words=reason, sort="refused", step=event.step)
            case e.AttendeeReplaced(was=was, becomes=becomes, reason=reason):
                comes = f"{becomes} comes instead of {was}." if was else f"{becomes} comes as well."
                did = f"changed who comes to a meeting of {step}"
                return Told(did=did, details=(comes,), words=reason, sort="role", step=event.step)
            case e.MeetingHeld(met_at=at, attendees=attendees, note=note, is_complete=is_complete):
                more = () if is_complete else ("The step stays open.",)
                details = (self._clock(at), *_with(attendees), *self._without(event.unheard), *more)
                return Told(did=f"held a meeting of {step}", details=details, words=note, sort="done", step=event.step)

    def _told_of_ruling(self, event: e.Event) -> Told:
        match event:
            case e.Approved(step=step, note=note, is_complete=is_complete, roles=roles):
                several = (f"For {listed([self._role(role) for role in roles])}.",) if len(roles) > 1 else ()
                others = () if is_complete else ("Others are still asked.",)
                details = (*several, *self._without(event.unheard), *others)
                return Told(did=f"approved {self._step(step)}", details=details, words=note, sort="done", step=step)
            case e.Rejected(step=step, reason=reason, reopened=reopened):
                again, did = tuple(self._again(reopened)), f"rejected {self._step(step)}"
                return Told(did=did, details=again, words=reason, sort="refused", step=step)
            case e.Accepted(step=step, note=note):
                details = tuple(self._without(event.unheard))
                return Told(did=f"accepted: {self._step(step)}", details=details, words=note, sort="signed", step=step)
            case e.AcceptanceRefused(step=step, reason=reason, note=note, reopened=reopened):
                again, words = tuple(self._again(reopened)), f"{reason}. {note}" if note else reason
                return Told(did=f"refused: {self._step(step)}", details=again, words=words, sort="refused", step=step)
            case e.Disagreed(step=step, reason=reason, to=to):
                decides = (f"The {self._role(to)} decides.",)
                did = f"disagreed with the refusal of {self._step(step)}"
                return Told(did=did, details=decides, words=reason, sort="override", step=step)
            case e.RefusalUpheld(step=step, note=note):
                return Told(did=f"upheld the refusal of {self._step(step)}", words=note, sort="refused", step=step)
            case e.RefusalOverruled(step=step, note=note):
                did = f"overruled the refusal: {self._step(step)} counts as accepted"
                return Told(did=did, words=note, sort="signed", step=step)
            case _:
                raise AssertionError(f"No story is told of {event!r}")

    # -------------------------------------------------------------------------------------------------------- titles

    def _step(self, name: str) -> str:
        return f"“{title_of_step(self._opened, name)}”"

    def _role(self, name: str) -> str:
        role = self._runbook.roles.get(name)
        return role.title if role else title_of(name)

    def _decision(self, name: str) -> str:
        decision = self._runbook.decisions.get(name)
        return decision.title if decision else title_of(name)

    def _event(self, name: str) -> str:
        happening = self._runbook.events.get(name)
        return happening.title if happening else title_of(name)

    def _milestone(self, name: str) -> str:
        milestone = self._runbook.milestones.get(name)
        return milestone.title if milestone else title_of(name)

    def _item(self, step: str, name: str) -> str:
        known = self._runbook.steps.get(step.partition("@")[0])
        item = next((one for one in known.evidence if one.name == name), None) if known else None
        return item.title if item else title_of(name)

    def _clock(self, at: datetime) -> str:
        local = at.astimezone(ZoneInfo(self._plan.calendar.zone))
        return f"{_day(local.date())} at {local:%H:%M}"

    # ------------------------------------------------------------------------------------------------------- details

    def _outputs(self, decision: str, outputs: Mapping[str, str]) -> str:
        if decision in self._runbook.decisions:
            return self._plan.spoken_outputs(decision, dict(outputs))
        return ", ".join(f"{title_of(name)}: {value}" for name, value in outputs.items())

    def _facts(self, values: Mapping[str, Written | None], source: str) -> Iterator[str]:
        for name, value in values.items():
            fact = self._runbook.facts.get(name)
            title = fact.title if fact else title_of(name)
            yield f"{title}: {self._spoken(fact.kind if fact else Text(), value)}"
        if source:
            yield f"From {source}"

    def _counts(self, values: Mapping[str, Written | None]) -> Iterator[str]:
        for name, value in values.items():
            derived = self._runbook.derived.get(name)
            title = derived.title if derived else title_of(name)
            yield f"{title}: {'not yet' if value is None else self._spoken(derived.kind if derived else Text(), value)}"

    def _answers(self, step: str, answers: Mapping[str, e.Answer | None]) -> Iterator[str]:
        known = self._runbook.steps.get(step.partition("@")[0])
        fields = {field.name: field for field in self._plan.fields_of(step)} if known else {}
        for name, answer in answers.items():
            field = fields.get(name)
            title = field.title if field else title_of(name)
            if answer is not None and answer.reason is not None:
                yield f"{title}: not applicable — {answer.reason}"
            else:
                value = answer.value if answer else None
                yield f"{title}: {self._spoken(field.kind if field else Text(), value)}"

    def _spoken(self, kind: Kind, value: Written | None) -> str:
        return "cleared" if value is None else self._plan.spoken(kind, value)

    def _without(self, unheard: Mapping[str, Person]) -> Iterator[str]:
        """Who was asked and had said nothing."""
        if unheard:
            names = listed([f"{person.name} ({self._role(role)})" for role, person in unheard.items()])
            yield f"Without the advice of {names}."

    def _again(self, steps: Iterable[str]) -> Iterator[str]:
        for step in steps:
            yield f"{self._step(step)} is to be done again."

    def _once_more(self, event: e.Finished) -> Iterator[str]:
        yield from (f"{field}: {value}" for field, value in event.wrote.items())
        if event.again_on is not None:
            yield f"To be done again on {_day(event.again_on)}."
        yield from self._again(event.reopened)

    def _moves(self, event: e.Moved) -> Iterator[str]:
        for steps, says in (
            (event.opened, "Open now"),
            (event.waiting, "Waiting"),
            (event.not_needed, "Not needed"),
            (event.done, "Done by itself"),
        ):
            if len(steps) > MANY:
                yield f"{says}: {len(steps)} steps"
            elif steps:
                yield f"{says}: {', '.join(title_of_step(self._opened, step) for step in steps)}"

    def _with_days(self, steps: Mapping[str, date]) -> Iterator[str]:
        for name, day in steps.items():
            yield f"{title_of_step(self._opened, name)}: {_day(day)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _with(attendees: tuple[str, ...]) -> tuple[str, ...]:
    return (f"With {', '.join(attendees)}",) if attendees else ()
