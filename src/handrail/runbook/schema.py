"""The JSON Schema of runbooks (draft 2020-12): with it an editor completes keys and words, and tells what is strange.

One rule: it is made from the tables that reading itself follows. It says less than `handrail check`: what is named is
not looked up, and what a text means is not read.
"""

import json
from collections.abc import Mapping

from handrail.runbook.reading.keys import Either, Inner, Key, Keys, ListOf, Named, OneOf, Shape, Words
from handrail.runbook.reading.names import LONGEST_NAME, title_of
from handrail.runbook.reading.whole import KEYS

DIALECT = "https://json-schema.org/draft/2020-12/schema"

Schema = dict[str, object]

_TEXT: Schema = {"$ref": "#/$defs/text"}
_TEXTS: Schema = {"type": "array", "items": _TEXT}
_NAME: Schema = {"pattern": "^[a-z][a-z0-9_-]*$", "maxLength": LONGEST_NAME}
_NOTHING: Schema = {"enum": [None, ""]}
_CONDITION: Schema = {"$ref": "#/$defs/condition"}
_CONDITIONS: Schema = {"type": "array", "items": _CONDITION, "minItems": 1}


def schema() -> Schema:
    return {
        "$schema": DIALECT,
        "title": "Runbook",
        "description": "A runbook of Handrail: what `handrail check` reads.",
        **_inner(KEYS),
        "$defs": _forms(),
    }


def schema_text() -> str:
    """As it stands in a file."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def _forms() -> Schema:
    """What is written alike in many places. Every scalar is a text, however YAML takes it."""
    return {
        "text": {"type": ["string", "number", "boolean"], "pattern": "\\S"},
        "yes or no": {"enum": ["yes", "no"]},
        "letters": {"type": "string", "pattern": "^(?!.*(.).*\\1)[RACI]+$"},
        "row": {"anyOf": [_TEXT, _TEXTS, {"type": "object", "additionalProperties": _TEXT}]},
        "needs": {"anyOf": [_TEXTS, _only({"^(any of|at least [0-9]+ of)$": _TEXTS})]},
        "condition": {
            "anyOf": [
                _CONDITIONS,
                _only({"^any of$": _CONDITIONS}),
                _only({"^not$": _CONDITION}),
                {
                    "type": "object",
                    "propertyNames": {"not": {"enum": ["any of", "not"]}},
                    "additionalProperties": _TEXT,
                    "minProperties": 1,
                },
            ]
        },
    }


def _only(pattern: Mapping[str, Schema]) -> Schema:
    """A mapping with one key of that pattern and no other."""
    return {
        "type": "object",
        "patternProperties": dict(pattern),
        "additionalProperties": False,
        "minProperties": 1,
        "maxProperties": 1,
    }


def _shape(shape: Shape) -> Schema:
    match shape:
        case Words(examples=examples):
            return {**_TEXT, **({"examples": list(examples)} if examples else {})}
        case OneOf(words=words, or_like=()):
            return {"enum": list(words)}
        case OneOf(words=words, or_like=examples):
            return {"anyOf": [{"enum": list(words)}, {**_TEXT, "examples": list(examples)}]}
        case ListOf(of=of):
            return {"type": "array", "items": _shape(of)}
        case Inner(keys=keys, only_one_of=only_one_of):
            return {**_inner(keys), **_one_of(only_one_of)}
        case Named():
            return _named(shape)
        case Either(of=ways):
            return {"anyOf": [_shape(one) for one in ways]}
        case special:
            return {"$ref": f"#/$defs/{special}"}


def _named(shape: Named) -> Schema:
    of = _shape(shape.of)
    if not shape.free and isinstance(shape.of, Inner) and not _needs_something(shape.of):
        of = {"anyOf": [of, _NOTHING]}
    names: Schema = {} if shape.free else {"propertyNames": _NAME}
    mapping: Schema = {"type": "object", **names, "additionalProperties": of}
    listed: Schema = {"type": "array", "items": {**_TEXT, **_NAME}}
    return {"anyOf": [mapping, listed]} if shape.or_listed else mapping


def _needs_something(inner: Inner) -> bool:
    return bool(inner.only_one_of) or any(key.needed for key in inner.keys.values())


def _inner(keys: Keys) -> Schema:
    needed = [name for name, key in keys.items() if key.needed]
    depending = {name: found for name, key in keys.items() if (found := _dependence(key))}
    by_kind = [_needed_by(name, key) for name, key in keys.items() if key.needed_by]
    return {
        "type": "object",
        "properties": {name: _property(name, key) for name, key in keys.items()},
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
        **({"dependentSchemas": depending} if depending else {}),
        **({"allOf": by_kind} if by_kind else {}),
    }


def _property(name: str, key: Key) -> Schema:
    return {"title": title_of(name), "description": key.says, **_shape(key.shape)}


def _dependence(key: Key) -> Schema:
    """What must stand beside the key: the right kind, or one of certain keys."""
    kinds: Schema = {"properties": {"kind": {"enum": list(key.of_kinds)}}} if key.of_kinds else {}
    beside = [{"required": [name], "properties": {name: _shape(shape)}} for name, shape in key.beside]
    return {**kinds, **({"anyOf": beside} if beside else {})}


def _needed_by(name: str, key: Key) -> Schema:
    kinds: Schema = {"properties": {"kind": {"enum": list(key.needed_by)}}, "required": ["kind"]}
    return {"if": kinds, "then": {"required": [name]}}


def _one_of(groups: tuple[tuple[str, ...], ...]) -> Schema:
    """One of the groups of keys stands whole, and no key of another."""
    every = [name for group in groups for name in group]
    ways = [
        {"required": list(group), "not": {"anyOf": [{"required": [name]} for name in every if name not in group]}}
        for group in groups
    ]
    return {"oneOf": ways} if ways else {}
