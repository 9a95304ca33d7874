"""What the story of a handoff says of one event."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Told:
    """`details` are further lines, `words` what a person said; `step` is the one to look at."""

    did: str
    details: tuple[str, ...] = ()
    words: str = ""
    sort: str = ""
    step: str = ""
