"""Whom a customer's handoff can turn to outside the company."""

from dataclasses import dataclass, field
from typing import Literal

from handrail.runbook.model.conditions import Ref
from handrail.runbook.problem import Place

Side = Literal["customer", "partner"]


@dataclass(frozen=True, kw_only=True)
class Contacts:
    """People outside, as far as they are known. `called` (which together are their name), `email`, `phone`, `language`
    (a tag such as de or pt-BR) and `zone` (such as Europe/Paris) are facts, and there is one person; with `of` they are
    columns of that list fact, and there is a person for each of its records. `calendar` is the one that they work by:
    `runbook`, or the key of any other."""

    name: str
    title: str
    of: str | None = None
    called: tuple[Ref, ...]
    email: Ref
    phone: Ref | None = None
    language: Ref | None = None
    zone: Ref | None = None
    calendar: str = "runbook"
    side: Side = "customer"
    says: str = ""
    place: Place = field(compare=False)

    @property
    def read(self) -> tuple[Ref, ...]:
        """What they are known by."""
        every = (*self.called, self.email, self.phone, self.language, self.zone)
        return tuple(ref for ref in every if ref is not None)
