"""Putting right what was bought: a date agreed on or moved, what is over closed, and each of it taken back.

One rule: one or thousands, each row is asked by the same rules; what was changed is known, so that it can be restored.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

from django.db import transaction

from handrail.desk import audit, models
from handrail.desk.entitled import bought_of
from handrail.desk.orders import telling
from handrail.desk.orders.consuming import LONGEST_EVIDENCE, held
from handrail.desk.orders.entitling import ABOUT, calendar_of, name_of, schedule
from handrail.desk.permissions import records_consumption
from handrail.handoff.refusal import Mistake, Refused
from handrail.order.entitlement import written
from handrail.worktime.calendar import Calendar

Name = Literal["date", "extend", "used", "write off", "reopen"]
LONGEST_REASON = 250


@dataclass(frozen=True, kw_only=True)
class Words:
    """`does` is the button, `did` what became of one; `asks` is what is to be said with it."""

    does: str
    did: str
    asks: str = ""
    asks_day: bool = False


WORDS: Mapping[Name, Words] = {
    "date": Words(does="Set a date", did="Given a date", asks_day=True),
    "extend": Words(does="Extend the date", did="Extended", asks="Say why the date is moved.", asks_day=True),
    "used": Words(
        does="Close as used", did="Closed as used", asks="Say by what it is known that they were used: words or a link."
    ),
    "write off": Words(does="Write off", did="Written off", asks="Say why they are written off."),
    "reopen": Words(does="Open again", did="Opened again", asks="Say why it is opened again."),
}
BULK: tuple[Name, ...] = ("date", "extend", "used", "write off")


@dataclass(frozen=True, kw_only=True)
class Tidy:
    """`reason` is the evidence of what is closed as used."""

    name: Name
    day: date | None = None
    reason: str = ""

    @property
    def words(self) -> Words:
        return WORDS[self.name]


def to_json(act: Tidy) -> dict[str, Any]:
    return asdict(act) | {"day": act.day.isoformat() if act.day else None}


def of_json(said: Mapping[str, Any]) -> Tidy:
    return Tidy(name=said["name"], reason=said["reason"], day=date.fromisoformat(said["day"]) if said["day"] else None)


def incomplete(act: Tidy, today: date) -> Refused | None:
    """All that whoever asks for it has yet to say."""
    found = []
    if act.words.asks_day and (act.day is None or act.day < today):
        found.append(Mistake(field="day", says="Choose a day from today on."))
    longest = LONGEST_EVIDENCE if act.name == "used" else LONGEST_REASON
    if act.words.asks and not act.reason.strip():
        found.append(Mistake(field="reason", says=act.words.asks))
    if len(act.reason) > longest:
        found.append(Mistake(field="reason", says=f"Write at most {longest} characters."))
    if not found:
        return None
    return Refused(code="incomplete", says=" ".join(one.says for one in found), mistakes=tuple(found))


def why_not(act: Tidy, row: models.Entitlement, by: models.Person) -> Refused | None:
    """By the rights of whoever asks, and by how it stands."""
    refused = records_consumption(by, row.customer.owner_id)
    return refused or _state_why_not(act, row)


def _state_why_not(act: Tidy, row: models.Entitlement) -> Refused | None:
    one = bought_of(row)
    if act.name == "reopen":
        return None if one.closed else _no("It is not closed.")
    if one.closed:
        return _no(f"It is closed: {row.closed_as}")
    if not one.is_counted:
        return _no("It runs by time: it has nothing to call for.")
    if one.left == 0:
        return _no("Nothing of it is left.")
    if act.name == "date" and one.consume_by:
        return _no("It has a date already. Extend that instead.")
    if act.name == "extend" and one.consume_by is None:
        return _no("It has no date to extend. Set one.")
    if act.name == "extend" and act.day and one.consume_by and act.day <= one.consume_by:
        return _no("It can be called for as long as that already.")
    if act.day and one.starts_on and act.day < one.starts_on:
        return _no(f"It can be called for from {one.starts_on} on only.")
    return None


def _no(says: str) -> Refused:
    return Refused(code="stands", says=says)


# ------------------------------------------------------------------------------------------------------------- giving

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Why nothing was done; else what it was before."""

    id: int
    refused: Refused | None = None
    before: Json | None = None


def give(act: Tidy, ids: Sequence[int], *, by: models.Person, now: datetime) -> list[Outcome]:
    """To a few hundred at once, with as many statements; those that are not there any more are left out."""
    with transaction.atomic():
        return _write(held(ids), lambda row: why_not(act, row, by), lambda row: _changed(act, row, by, now), by, now)


def _write(
    rows: Iterable[models.Entitlement],
    refuses: Callable[[models.Entitlement], Refused | None],
    change: Callable[[models.Entitlement], "_Changed"],
    by: models.Person,
    now: datetime,
) -> list[Outcome]:
    outcomes, done = [], []
    calendars: dict[int | None, Calendar] = {}
    for row in rows:
        refused = refuses(row)
        if refused is not None:
            outcomes.append(Outcome(id=row.pk, refused=refused))
            continue
        before = _as_it_was(row)
        one = change(row)
        owner = row.customer.owner_id
        calendar = calendars.setdefault(owner, calendar_of(owner))
        row.changed_at = now
        schedule(row, calendar, calendar.day_of(now))
        done.append(one)
        outcomes.append(Outcome(id=row.pk, before={**before, "together": one.together}))
    _keep(done, by, now)
    return outcomes


@dataclass(frozen=True, kw_only=True)
class _Changed:
    """A row that was changed, with what the audit tells of it and what was used with it."""

    row: models.Entitlement
    action: str
    says: str
    was: Json
    consumption: models.Consumption | None = None

    @property
    def together(self) -> str:
        return self.consumption.together if self.consumption else ""


_COLUMNS = ("consume_by", "used", "closed_as", "closed_at", "reminded", "reminds_on", "changed_at")


def _keep(done: list[_Changed], by: models.Person, now: datetime) -> None:
    models.Entitlement.objects.bulk_update([one.row for one in done], _COLUMNS, batch_size=100)
    telling.changed([one.row.customer_id for one in done], by, now)
    models.Consumption.objects.bulk_create([one.consumption for one in done if one.consumption])
    models.AuditEntry.objects.bulk_create(
        [
            audit.entry(
                action=one.action,
                about=ABOUT,
                key=one.row.pk,
                name=name_of(one.row),
                says=one.says,
                changes=audit.changes(_told(one.was), _told(_as_it_was(one.row))),
                by=audit.person(by),
                at=now,
            )
            for one in done
        ]
    )


def _as_it_was(row: models.Entitlement) -> Json:
    return {
        "consume_by": row.consume_by.isoformat() if row.consume_by else "",
        "used": str(row.used),
        "closed_as": row.closed_as,
        "closed_at": row.closed_at.isoformat() if row.closed_at else "",
        "reminded": row.reminded,
    }


def _told(was: Json) -> dict[str, str]:
    return {"Consume by": was["consume_by"], "Used": written(Decimal(was["used"])), "Closed": was["closed_as"]}


def _changed(act: Tidy, row: models.Entitlement, by: models.Person, now: datetime) -> _Changed:
    was, reason, used = _as_it_was(row), act.reason.strip(), None
    match act.name:
        case "date" | "extend":
            row.consume_by, row.reminded = act.day, 0
        case "used":
            used = _rest_used(row, reason, by, now)
            row.used = row.quantity
        case "write off":
            row.closed_as, row.closed_at = f"Written off: {reason}"[:300], now
        case "reopen":
            row.closed_as, row.closed_at = "", None
    return _Changed(row=row, action=WORDS[act.name].did.lower(), says=reason, was=was, consumption=used)


def _rest_used(row: models.Entitlement, evidence: str, by: models.Person, now: datetime) -> models.Consumption:
    return models.Consumption(
        entitlement=row,
        quantity=row.quantity - row.used,
        used_on=calendar_of(row.customer.owner_id).day_of(now),
        evidence=evidence,
        together=f"e{row.pk}.{int(now.timestamp() * 1000)}",
        by=by,
        by_name=by.name,
        at=now,
    )


# -------------------------------------------------------------------------------------------------------- taking back

BACK = "A clean-up is taken back."


def restore(done: Iterable[models.WorkedEntitlement], *, by: models.Person, now: datetime) -> list[Outcome]:
    """Each as it was before, unless it was changed since."""
    was = {one.entitlement_id: one for one in done}

    def refuses(row: models.Entitlement) -> Refused | None:
        refused = records_consumption(by, row.customer.owner_id)
        if refused is not None or row.changed_at == was[row.pk].at:
            return refused
        return _no(f"It was changed again since, on {row.changed_at:%Y-%m-%d}.")

    def change(row: models.Entitlement) -> _Changed:
        now_is, before = _as_it_was(row), was[row.pk].before
        _put_back(row, before)
        return _Changed(row=row, action="took back", says=BACK, was=now_is)

    with transaction.atomic():
        outcomes = _write(held(list(was)), refuses, change, by, now)
        gone = [was[one.id].before["together"] for one in outcomes if one.refused is None]
        consumed = models.Consumption.objects.filter(
            entitlement__in=list(was), together__in=[one for one in gone if one], undone_at=None
        )
        consumed.update(undone_at=now, undone_by_name=by.name, undone_reason=BACK)
    return outcomes


def _put_back(row: models.Entitlement, before: Json) -> None:
    row.consume_by = date.fromisoformat(before["consume_by"]) if before["consume_by"] else None
    row.used, row.reminded = Decimal(before["used"]), before["reminded"]
    row.closed_as = before["closed_as"]
    row.closed_at = datetime.fromisoformat(before["closed_at"]) if before["closed_at"] else None
