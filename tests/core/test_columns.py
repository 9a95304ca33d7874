"""Trees of dataclasses in columns: read as they were written, also by classes that have changed since."""

import json
from dataclasses import dataclass, field, make_dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handrail.handoff.columns import Columns


class Who(NamedTuple):
    id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class Mark:
    """Nothing to say but that it is there."""


@dataclass(frozen=True, kw_only=True)
class Leaf:
    word: str
    at: datetime
    by: Who | None = None
    day: date | None = None
    names: dict[str, str] = field(default_factory=dict)
    also: tuple[Who, ...] = ()
    mark: Mark | None = None
    number: int


@dataclass(frozen=True, kw_only=True)
class Branch:
    leaf: Leaf
    other: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()


@dataclass(kw_only=True)
class Tree:
    number: int = 0
    at: datetime | None = None
    people: dict[str, Who] = field(default_factory=dict)
    leaves: dict[str, Leaf] = field(default_factory=dict)
    nested: dict[str, dict[int, Leaf]] = field(default_factory=dict)
    groups: dict[str, tuple[Branch, ...]] = field(default_factory=dict)
    marks: tuple[Mark, ...] = ()


COLUMNS = Columns(Tree, shape=2)

NINE = datetime(2027, 1, 4, 9, tzinfo=UTC)
ANA = Who(1, "Ana")

_WORDS = st.sampled_from(["", "a", '"', "0", "ä"])
_INSTANTS = st.sampled_from([NINE, NINE + timedelta(microseconds=1), NINE + timedelta(hours=3)])
_PERSONS = st.sampled_from([ANA, Who(1, "Anna"), Who(0, "")])
_LEAVES = st.builds(
    Leaf,
    word=_WORDS,
    at=_INSTANTS,
    by=st.none() | _PERSONS,
    day=st.sampled_from([None, NINE.date(), date(2027, 1, 8)]),
    names=st.dictionaries(_WORDS, _WORDS, max_size=2),
    also=st.lists(_PERSONS, max_size=2).map(tuple),
    mark=st.sampled_from([None, Mark()]),
    number=st.integers(0, 3),
)
_BRANCHES = st.builds(Branch, leaf=_LEAVES, other=st.none() | _LEAVES, leaves=st.lists(_LEAVES, max_size=2).map(tuple))
_TREES = st.builds(
    Tree,
    number=st.integers(0, 3),
    at=st.none() | _INSTANTS,
    people=st.dictionaries(_WORDS, _PERSONS, max_size=2),
    leaves=st.dictionaries(_WORDS, _LEAVES, max_size=4),
    nested=st.dictionaries(_WORDS, st.dictionaries(st.integers(0, 3), _LEAVES, max_size=3), max_size=2),
    groups=st.dictionaries(_WORDS, st.lists(_BRANCHES, max_size=3).map(tuple), max_size=2),
    marks=st.lists(st.just(Mark()), max_size=3).map(tuple),
)


@given(_TREES)
def test_tree_is_read_as_it_was_written(tree: Tree) -> None:
    assert COLUMNS.decode(COLUMNS.encode(tree)) == tree
    assert COLUMNS.decode(COLUMNS.encode(tree).decode()) == tree


@given(_TREES)
def test_tree_that_was_read_is_written_the_same(tree: Tree) -> None:
    text = COLUMNS.encode(tree)
    assert COLUMNS.encode(COLUMNS.decode(text)) == text


def test_object_that_was_read_has_all_its_fields_and_shares_none() -> None:
    leaves = {"a": Leaf(word="a", at=NINE, number=1), "b": Leaf(word="b", at=NINE, number=1)}
    read = COLUMNS.decode(COLUMNS.encode(Tree(leaves=leaves))).leaves
    assert [vars(one) for one in read.values()] == [vars(one) for one in leaves.values()]
    assert read["a"].names is not read["b"].names


def test_empty_tree_is_an_empty_object() -> None:
    assert json.loads(COLUMNS.encode(Tree())) == {"shape": 2, "Tree": {}}


def test_defaults_are_left_out_and_repeated_values_written_once() -> None:
    later = NINE + timedelta(hours=1)
    leaves = {
        "a": Leaf(word="x", at=NINE, by=ANA, number=1),
        "b": Leaf(word="y", at=NINE, by=ANA, number=2),
        "c": Leaf(word="z", at=later, number=3),
        "d": Leaf(word="z", at=later, number=3),
    }
    assert json.loads(COLUMNS.encode(Tree(number=3, leaves=leaves))) == {
        "shape": 2,
        "Tree": {"number": 3, "leaves": {"a": 0, "b": 1, "c": 2, "d": 3}},
        "Leaf": [
            4,
            {
                "word": ["x", "y", "z", "z"],
                "at": ["2027-01-04T09:00:00Z", 0, "2027-01-04T10:00:00Z", 0],
                "by": [[1, "Ana"], 0, None, 0],
                "number": [1, 2, 3, 3],
            },
        ],
    }


def test_one_object_in_many_places_has_one_row_and_is_read_as_one() -> None:
    leaf, twin = Leaf(word="x", at=NINE, number=1), Leaf(word="x", at=NINE, number=1)
    text = COLUMNS.encode(Tree(leaves={"a": leaf, "b": twin, "c": leaf}, nested={"n": {3: leaf}}))
    assert json.loads(text)["Tree"] == {"leaves": {"a": 0, "b": 1, "c": 0}, "nested": {"n": {"3": 0}}}
    read = COLUMNS.decode(text)
    assert read.leaves["a"] is read.leaves["c"] is read.nested["n"][3]
    assert read.leaves["a"] is not read.leaves["b"]


def test_objects_with_nothing_but_defaults_are_counted() -> None:
    text = COLUMNS.encode(Tree(marks=(Mark(), Mark())))
    assert json.loads(text) == {"shape": 2, "Tree": {"marks": [0, 1]}, "Mark": [2, {}]}
    assert COLUMNS.decode(text) == Tree(marks=(Mark(), Mark()))


# What a program wrote whose class had the fields `word` and `number`, and what reads it now.
WRITTEN = '{"shape": 2, "Root": {"things": {"a": 0, "b": 1}}, "Thing": [2, {"word": ["x", "y"], "number": [7, 8]}]}'


def _things(*fields: Any, text: str = WRITTEN) -> list[Any]:
    thing = make_dataclass("Thing", fields, frozen=True, kw_only=True)
    root = make_dataclass("Root", [("things", dict[str, thing], field(default_factory=dict))], kw_only=True)  # type: ignore[valid-type]
    read: Any = Columns(root, shape=2).decode(text)
    return [vars(one) for one in read.things.values()]


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize(
    ("added", "default"),
    [
        (("added", str, ""), ""),
        (("added", dict[str, str], field(default_factory=dict)), {}),
        (("added", Who | None, None), None),
        (("added", tuple[Leaf, ...], ()), ()),
    ],
    ids=["text", "map", "person", "objects"],
)
def test_field_added_anywhere_has_its_default_in_what_was_written_before(at: int, added: Any, default: Any) -> None:
    fields: list[Any] = [("word", str), ("number", int)]
    fields.insert(at, added)
    assert _things(*fields) == [
        {"word": "x", "number": 7, "added": default},
        {"word": "y", "number": 8, "added": default},
    ]


def test_field_added_to_the_root_has_its_default() -> None:
    root = make_dataclass("Root", [("things", dict[str, int]), ("more", dict[str, Leaf], field(default_factory=dict))])
    written = '{"shape": 2, "Root": {"things": {"a": 1}}}'
    assert Columns(root, shape=2).decode(written) == root(things={"a": 1}, more={})


def test_fields_in_another_order_are_read_by_their_names() -> None:
    assert _things(("number", int), ("word", str)) == [{"number": 7, "word": "x"}, {"number": 8, "word": "y"}]


def test_field_that_is_no_more_is_passed_over() -> None:
    assert _things(("number", int)) == [{"number": 7}, {"number": 8}]


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ('{"Tree": {}}', "Object missing required field `shape`"),
        ('{"shape": 3, "Tree": {}}', "Invalid enum value 3 - at `$.shape`"),
        ('{"shape": 2, "Tree": {"leaves": {"a": 0}}, "Leaf": [1, {"word": ["x"]}]}',
         "Object missing required field `at` - at `$.Leaf[1]`"),
        ('{"shape": 2, "Tree": {"number": "3"}}', "Expected `int`, got `str` - at `$.Tree.number`"),
    ],
    ids=["none", "other", "field", "type"],
)  # fmt: skip
def test_text_of_another_shape_is_not_read(text: str, error: str) -> None:
    with pytest.raises(msgspec.ValidationError) as raised:
        COLUMNS.decode(text)
    assert str(raised.value) == error


def test_tables_that_do_not_fit_are_not_read() -> None:
    with pytest.raises(IndexError):
        COLUMNS.decode('{"shape": 2, "Tree": {"marks": [0, 1]}, "Mark": [1, {}]}')
    with pytest.raises(ValueError, match="shorter"):
        _things(("word", str), ("number", int), text=WRITTEN.replace("[7, 8]", "[7]"))
