"""How the rows that are `Watched` tell the audit of their changes: connected to Django's signals when the desk starts.

One rule: a password is told to have been changed, and never what it is or was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.db.models.signals import post_delete, post_save, pre_save

from handrail.desk import audit, models

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """`about` is the sort of thing, `key` and `name` say which one; `silent` are the fields that tell nothing. `acts`
    are the words for a change of a field: when it gets a value, and when it loses it."""

    about: str
    key: Callable[[Any], object]
    name: Callable[[Any], str]
    silent: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    acts: Mapping[str, tuple[str, str]] = field(default_factory=dict)


_ABOUT_PEOPLE = {
    "email": "E-mail address",
    "mail": "Told by e-mail",
    "muted": "Not told of",
    "is_operations": "CS Operations",
    "is_administrator": "Administrator",
    "is_active": "May sign in",
}
WATCHED: dict[type[Model], Watch] = {
    models.Person: Watch(
        about="person",
        key=lambda row: row.pk,
        name=lambda row: row.name,
        silent=frozenset({"last_login", "password", "joined_at", "left_at"}),
        labels=_ABOUT_PEOPLE,
        acts={"is_active": ("reactivated", "deactivated")},
    ),
    models.Team: Watch(about="team", key=lambda row: row.key, name=lambda row: row.name),
    models.Calendar: Watch(
        about="calendar",
        key=lambda row: row.key,
        name=lambda row: row.name,
        silent=frozenset({"revision"}),
        words={"weekdays": lambda days: ", ".join(_DAYS[day] for day in days), "periods": lambda all_: _periods(all_)},
    ),
    models.ClosingDay: Watch(
        about="closing day", key=lambda row: row.calendar.key, name=lambda row: f"{row.day} of {row.calendar}"
    ),
    models.Absence: Watch(
        about="absence",
        key=lambda row: row.person_id,
        name=lambda row: f"{row.person}, {row.first_day} to {row.last_day}",
        silent=frozenset({"made_by", "made_at", "person"}),
        acts={"ended_at": ("ended", "taken up again")},
    ),
    models.Departure: Watch(
        about="departure",
        key=lambda row: row.person_id,
        name=lambda row: row.person.name,
        silent=frozenset({"person", "by", "at", "undone_by"}),
        words={"moves": lambda moves: f"{len(moves)} moved" if moves else ""},
        acts={"undone_at": ("undone", "done again")},
    ),
}


def watch() -> None:
    for model in WATCHED:
        pre_save.connect(_before, sender=model, dispatch_uid=f"audit-before-{model.__name__}")
        post_save.connect(_saved, sender=model, dispatch_uid=f"audit-saved-{model.__name__}")
        post_delete.connect(_deleted, sender=model, dispatch_uid=f"audit-deleted-{model.__name__}")


def _before(instance: Any, update_fields: Iterable[str] | None = None, raw: bool = False, **_: Any) -> None:
    """Keep the row as it stands, for when it is saved."""
    wanted = not raw and not instance._state.adding and any(_fields(instance, update_fields))
    instance.__dict__["_row_before"] = type(instance)._base_manager.filter(pk=instance.pk).first() if wanted else None


def _saved(
    instance: Any, created: bool, update_fields: Iterable[str] | None = None, raw: bool = False, **_: Any
) -> None:
    before = instance.__dict__.pop("_row_before", None)
    if raw or (before is None and not created):
        return
    told = _changes(before or type(instance)(), instance, update_fields)
    if created or told:
        action = "made" if created else _action(before, instance)
        _write(instance, action, told)


def _deleted(instance: Any, **_: Any) -> None:
    _write(instance, "deleted", {})


def _write(row: Any, action: str, told: audit.Changes) -> None:
    watch = WATCHED[type(row)]
    audit.write(action=action, about=watch.about, key=watch.key(row), name=watch.name(row), changes=told)


def _fields(row: Any, update_fields: Iterable[str] | None) -> Iterable[Field[Any, Any]]:
    """Those that tell something; none that were not to be saved."""
    chosen = None if update_fields is None else set(update_fields)
    silent = WATCHED[type(row)].silent
    for one in row._meta.concrete_fields:
        is_told = one.name not in silent or (one.name == "password" and row._password is not None)
        if is_told and not one.primary_key and (chosen is None or one.name in chosen or one.attname in chosen):
            yield one


def _changes(before: Any, after: Any, update_fields: Iterable[str] | None) -> audit.Changes:
    changed = [one for one in _fields(after, update_fields) if one.value_from_object(before) != _value(one, after)]
    told = audit.changes(
        {_label(after, one): _words(one, before) for one in changed if one.name != "password"},
        {_label(after, one): _words(one, after) for one in changed if one.name != "password"},
    )
    return {**told, "Password": ["", "changed"]} if any(one.name == "password" for one in changed) else told


def _value(one: Field[Any, Any], row: Any) -> Any:
    """Where the database works the value out, as it then stands there."""
    value = one.value_from_object(row)
    if hasattr(value, "resolve_expression"):
        row.refresh_from_db(fields=[one.name])
        return one.value_from_object(row)
    return value


def _action(before: Any, after: Any) -> str:
    for name, (on, off) in WATCHED[type(after)].acts.items():
        was, now = bool(getattr(before, name)), bool(getattr(after, name))
        if was != now:
            return on if now else off
    return "changed"


def _label(row: Any, one: Field[Any, Any]) -> str:
    return WATCHED[type(row)].labels.get(one.name, one.name.replace("_", " ").capitalize())


def _words(one: Field[Any, Any], row: Any) -> str:
    value = one.value_from_object(row)
    own = WATCHED[type(row)].words.get(one.name)
    if value is None or value == "":
        return ""
    if own is not None:
        try:
            return own(value)
        except (AttributeError, LookupError, TypeError, ValueError):
            return spoken(value)  # a row that says what nobody can read is told as it is
    if isinstance(one, ForeignKey):
        return str(getattr(row, one.name))
    return spoken(value)


def spoken(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case time():
            return f"{value:%H:%M}"
        case list():
            return ", ".join(map(spoken, value))
        case dict():
            return "; ".join(f"{name}: {spoken(one)}" for name, one in value.items())
        case _:
            return str(value)


def _periods(days: Mapping[str, Iterable[tuple[str, str]]]) -> str:
    """`Fri 09:00–12:30, 13:30–15:00`"""
    said = {day: ", ".join("–".join(map(str, period)) for period in periods) for day, periods in days.items()}
    return "; ".join(f"{_DAYS[int(day)]} {periods or 'closed'}" for day, periods in sorted(said.items()))
