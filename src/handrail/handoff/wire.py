"""Events and folded handoffs as JSON, and back. The only file that remembers old shapes.

One rule: what was once written can always be read. A changed event gets a new reader here; stored events never change.
"""

from dataclasses import MISSING, Field, fields
from typing import Any, get_args

import msgspec

from handrail.handoff.columns import Columns
from handrail.handoff.events import Event
from handrail.handoff.history import Handoff

_CLASSES: dict[str, type] = {cls.__name__: cls for cls in get_args(Event)}
_NONE = object()


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


_DEFAULTS = {cls: {field.name: _default(field) for field in fields(cls)} for cls in _CLASSES.values()}
_ENCODER = msgspec.json.Encoder()
_DECODERS: dict[str, msgspec.json.Decoder[Any]] = {name: msgspec.json.Decoder(cls) for name, cls in _CLASSES.items()}
_HANDOFF = Columns(Handoff, shape=2)
_SHAPED = '{"shape":'
# Shape 1, which was not called so: each object with the full names of all its fields.
_NAMED = msgspec.json.Decoder(Handoff)


def kind_of(event: Event) -> str:
    """The name under which the event is stored."""
    return type(event).__name__


def encode(event: Event) -> bytes:
    """Fields that hold their default are left out: reading puts them back."""
    defaults = _DEFAULTS[type(event)]
    return _ENCODER.encode({name: value for name, value in vars(event).items() if defaults.get(name, _NONE) != value})


def decode(kind: str, data: bytes | str) -> Event:
    """Raises KeyError or msgspec.ValidationError where the row is not one that this program has ever written."""
    return _DECODERS[kind].decode(data)  # type: ignore[no-any-return]


def encode_handoff(handoff: Handoff) -> bytes:
    return _HANDOFF.encode(handoff)


def decode_handoff(data: bytes | str) -> Handoff:
    text = data if isinstance(data, str) else data.decode()
    return _HANDOFF.decode(text) if text.startswith(_SHAPED) else _NAMED.decode(text)
