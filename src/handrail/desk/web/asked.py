"""What the address of a page asks for. One rule: what cannot be meant is left out, and nothing odd reaches a query."""

from django.http import QueryDict

_LONGEST = 200


def text(asked: QueryDict, name: str) -> str:
    """Trimmed, of sensible length, and without characters that nobody types (PostgreSQL refuses some)."""
    return "".join(one for one in asked.get(name, "") if one.isprintable()).strip()[:_LONGEST]


def identity(written: str) -> int | None:
    """The number of a row, None where it is not one that there could be."""
    return int(written) if written.isascii() and written.isdigit() and len(written) < 18 else None
