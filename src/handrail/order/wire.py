"""Catalogues, orders and findings as JSON, and back.

One rule: what was once written is read for ever; a field that is new has a value for what was written without it.
"""

from typing import Any

import msgspec

from handrail.order.catalogue import Catalogue
from handrail.order.finding import Finding
from handrail.order.purchase import Order

_encoder = msgspec.json.Encoder(order="sorted")
_catalogues = msgspec.json.Decoder(Catalogue)
_orders = msgspec.json.Decoder(Order)
_findings = msgspec.json.Decoder(tuple[Finding, ...])


def encoded(value: Catalogue | Order | tuple[Finding, ...]) -> str:
    return _encoder.encode(value).decode()


def decode_catalogue(text: str) -> Catalogue:
    return _catalogues.decode(text)


def decode_order(text: str) -> Order:
    return _orders.decode(text)


def decode_findings(text: str) -> tuple[Finding, ...]:
    return _findings.decode(text)


def as_json(value: object) -> Any:
    """As plain values of JSON, for an answer that other programs read."""
    return msgspec.to_builtins(value)
