"""A tree of dataclasses as JSON text: the root as an object, and for each class below it a table with columns.

    {"shape": 2, "Handoff": {"number": 9, "steps": {"pay": 0, "ship": 1}},
     "StepState": [2, {"state": ["done", "open"], "since": ["2027-01-04T14:00:00Z", 0], "number": [7, 9]}]}

Where an object stands in the tree, the text has the number of its row, the same for one that stands in many places; a
table begins with how many rows it has. In a column of instants, days or persons 0 stands for the value of the row
before. What holds its field's default is left out: a field of the root, and a column if all of its rows do.

One rule: everything goes by its name, and what is not there is the default. So a field that has a default can be added
anywhere, and what was written before is still read. To rename a class or a field is to begin a new shape.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass
from datetime import date, datetime
from itertools import pairwise
from operator import attrgetter
from types import NoneType
from typing import Any, Generic, Literal, NotRequired, TypedDict, TypeVar, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")

# Of each class, while writing, the objects met so far: id → row and object. While reading, the objects by their rows.
_Met = dict[type, dict[int, tuple[int, Any]]]
_Rows = dict[type, list[Any]]
# A type made of the fields of a class, which msgspec holds the text against. Dynamic, so that mypy cannot follow.
_typed_dict: Any = TypedDict


class Columns(Generic[T]):
    """How a dataclass is stored with all that its fields are made of. No class may hold itself."""

    def __init__(self, root: type[T], *, shape: int) -> None:
        *below, self._root = (_Table(cls) for cls in dict.fromkeys(_dataclasses(root)))
        self._shape = shape
        self._children_first, self._parents_first = below, below[::-1]
        tables = {table.name: NotRequired[tuple[int, table.type_of_columns()]] for table in below}  # type: ignore[misc]
        whole = {"shape": Literal[shape], self._root.name: self._root.type_of_one(), **tables}
        self._decoder = msgspec.json.Decoder(_typed_dict("Whole", whole))
        self._encoder = msgspec.json.Encoder()

    def encode(self, tree: T) -> bytes:
        met: _Met = {table.cls: {} for table in self._parents_first}
        text: dict[str, Any] = {"shape": self._shape, self._root.name: self._root.write_one(tree, met)}
        for table in self._parents_first:
            if objects := [one for _, one in met[table.cls].values()]:
                text[table.name] = len(objects), table.write(objects, met)
        return self._encoder.encode(text)

    def decode(self, data: bytes | str) -> T:
        """Raises msgspec.ValidationError; ValueError or IndexError where the tables do not fit one another."""
        text = self._decoder.decode(data)
        rows: _Rows = {table.cls: [] for table in self._children_first}
        for table in self._children_first:
            if table.name in text:
                size, columns = text[table.name]
                rows[table.cls] = table.read(size, columns, rows)
        tree: T = self._root.read_one(text[self._root.name], rows)
        return tree


@dataclass(frozen=True, kw_only=True)
class _Form:
    """How values of a type are stored: as `type`, and as they are where there is nothing to `write` and `read`.

    They are converted many at a time: a call for each single one would cost more than all the rest.
    """

    type: Any
    write: Callable[[Iterable[Any], _Met], Sequence[Any]] | None = None
    read: Callable[[Iterable[Any], _Rows], Sequence[Any]] | None = None


class _Table:
    """One dataclass, whose objects are rows and whose fields are columns."""

    def __init__(self, cls: type) -> None:
        hints = get_type_hints(cls)
        names = [one.name for one in fields(cls)]
        self.cls, self.name = cls, cls.__name__
        self._forms = {name: _form(hints[name]) for name in names}
        self._columns = {name: _column(hints[name]) for name in names}
        self._values = _values_of(names)
        self._makes = {one.name: one.default_factory for one in fields(cls) if one.default_factory is not MISSING}
        made = {name: make() for name, make in self._makes.items()}
        self._defaults = {one.name: made.get(one.name, one.default) for one in fields(cls)}

    def type_of_one(self) -> Any:
        return self._type({name: form.type for name, form in self._forms.items()})

    def type_of_columns(self) -> Any:
        return self._type({name: tuple[form.type, ...] for name, form in self._columns.items()})  # type: ignore[name-defined]

    def _type(self, types: dict[str, Any]) -> Any:
        needed = {name for name, default in self._defaults.items() if default is MISSING}
        return _typed_dict(
            self.name, {name: one if name in needed else NotRequired[one] for name, one in types.items()}
        )

    def write_one(self, one: object, met: _Met) -> dict[str, Any]:
        return {
            name: form.write((value,), met)[0] if form.write else value
            for (name, form), value, default in zip(
                self._forms.items(), self._values(one), self._defaults.values(), strict=True
            )
            if value != default
        }

    def read_one(self, written: dict[str, Any], rows: _Rows) -> Any:
        for name in written:
            if read := self._forms[name].read:
                written[name] = read([written[name]], rows)[0]
        return self.cls(**written)

    def write(self, objects: Collection[object], met: _Met) -> dict[str, Sequence[Any]]:
        by_field = zip(*map(self._values, objects), strict=True)
        return {
            name: form.write(values, met) if form.write else values
            for (name, form), values, default in zip(
                self._columns.items(), by_field, self._defaults.values(), strict=True
            )
            if values != (default,) * len(values)
        }

    def read(self, size: int, written: dict[str, Sequence[Any]], rows: _Rows) -> list[Any]:
        """Without `__init__`, which takes several times as long and had its say when the objects were first made."""
        objects: list[Any] = [object.__new__(self.cls) for _ in range(size)]
        for one in objects:
            one.__dict__.update(self._defaults)
        for name, values in written.items():
            read = self._columns[name].read
            for one, value in zip(objects, read(values, rows) if read else values, strict=True):
                one.__dict__[name] = value
        for name in self._makes.keys() - written.keys():
            for one in objects:
                one.__dict__[name] = self._makes[name]()
        return objects


def _values_of(names: Sequence[str]) -> Callable[[object], tuple[Any, ...]]:
    if len(names) > 1:
        return attrgetter(*names)
    # Of a single name attrgetter would give the bare value.
    return lambda one: tuple(getattr(one, name) for name in names)


def _form(hint: Any) -> _Form:
    """Whatever is not told apart here is left to msgspec, which stores it in full where it stands."""
    of = get_args(hint)
    if is_dataclass(hint):
        return _row(hint, int)
    if _is_optional(hint) and is_dataclass(of[0]):
        return _row(of[0], int | None)
    if get_origin(hint) is dict:
        return _maps(hint, of[0], _form(of[1]))
    if get_origin(hint) is tuple and of[1:] == (...,):
        return _tuples(hint, _form(of[0]))
    return _Form(type=hint)


def _column(hint: Any) -> _Form:
    return _repeated(hint) if _is_often_repeated(hint) else _form(hint)


def _is_optional(hint: Any) -> bool:
    return get_args(hint)[1:] == (NoneType,)


def _is_often_repeated(hint: Any) -> bool:
    one = get_args(hint)[0] if _is_optional(hint) else hint
    return one in {datetime, date} or (isinstance(one, type) and issubclass(one, tuple) and one is not tuple)


def _repeated(hint: Any) -> _Form:
    """Written once for rows that follow one another: what one command does has one instant and one person."""

    def write(values: Iterable[Any], _: _Met) -> Sequence[Any]:
        return [0 if one == before else one for before, one in pairwise((MISSING, *values))]

    def read(written: Iterable[Any], _: _Rows) -> Sequence[Any]:
        values, last = [], None
        for one in written:
            if type(one) is not int:
                last = one
            values.append(last)
        return values

    return _Form(type=hint | Literal[0], write=write, read=read)


def _row(cls: Any, number: Any) -> _Form:
    """One object that stands in many places, as the state of all the steps that wait, has one row."""

    def write(objects: Iterable[Any], met: _Met) -> Sequence[int | None]:
        known = met[cls]
        return [None if one is None else known.setdefault(id(one), (len(known), one))[0] for one in objects]

    def read(numbers: Iterable[int | None], rows: _Rows) -> Sequence[Any]:
        objects = rows[cls]
        return [None if number is None else objects[number] for number in numbers]

    return _Form(type=number, write=write, read=read)


def _maps(hint: Any, key: Any, of: _Form) -> _Form:
    write, read = of.write, of.read
    if write is None or read is None:
        return _Form(type=hint)
    return _Form(
        type=dict[key, of.type],  # type: ignore[name-defined]
        write=lambda maps, met: [dict(zip(one, write(one.values(), met), strict=True)) for one in maps],
        read=lambda maps, rows: [dict(zip(one, read(one.values(), rows), strict=True)) for one in maps],
    )


def _tuples(hint: Any, of: _Form) -> _Form:
    write, read = of.write, of.read
    if write is None or read is None:
        return _Form(type=hint)
    return _Form(
        type=tuple[of.type, ...],  # type: ignore[name-defined]
        write=lambda tuples, met: [write(one, met) for one in tuples],
        read=lambda tuples, rows: [tuple(read(one, rows)) for one in tuples],
    )


def _dataclasses(hint: Any) -> Iterator[Any]:
    """Each after those that it is made of."""
    if is_dataclass(hint):
        for one in get_type_hints(hint).values():
            yield from _dataclasses(one)
        yield hint
    for one in get_args(hint):
        yield from _dataclasses(one)
