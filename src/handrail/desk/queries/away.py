"""Which roles of a handoff have a holder who is away now, and who stands in.

One rule: one look for all roles. When the handoff is over nobody is waited for, and nothing is told.
"""

from datetime import datetime

from handrail.desk.absences import absences_now
from handrail.desk.queries.opened import Opened
from handrail.desk.queries.teams import Days, as_days


def away_now(opened: Opened, now: datetime) -> dict[str, Days]:
    """By role; without those that nobody holds, or somebody who is here."""
    holders = {role: person.id for role, person in opened.state.people.items()}
    if opened.state.is_over or not holders:
        return {}
    found = absences_now(set(holders.values()), now)
    return {role: as_days(found[person_id], is_now=True) for role, person_id in holders.items() if person_id in found}
