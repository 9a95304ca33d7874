"""What changed from one version of a runbook to another, in the reader's terms and in the order of the runbook.

One rule: nothing is said twice. What follows from a change that is told elsewhere (a column's title from that of the
fact it shows, say) is not told again; what is only written differently is no change.
"""

from handrail.runbook.difference.about import about_changes, history_changes, note_changes, term_changes
from handrail.runbook.difference.change import HEADINGS, PARTS, Change, Part, Versions
from handrail.runbook.difference.contacts import contact_changes
from handrail.runbook.difference.declared import fact_changes, role_changes, stage_changes
from handrail.runbook.difference.derived import derived_changes
from handrail.runbook.difference.documents import document_changes, promise_changes
from handrail.runbook.difference.forms import form_changes
from handrail.runbook.difference.messages import happening_changes, message_changes
from handrail.runbook.difference.names import Group, Names, names_of, plain_names, rewritten
from handrail.runbook.difference.phases import phase_changes
from handrail.runbook.difference.reached import end_changes, milestone_changes
from handrail.runbook.difference.recurring import session_changes, window_changes
from handrail.runbook.difference.renaming import names_between
from handrail.runbook.difference.steps import step_changes
from handrail.runbook.difference.tables import decision_changes
from handrail.runbook.model import Runbook

__all__ = [
    "HEADINGS",
    "PARTS",
    "Change",
    "Group",
    "Names",
    "Part",
    "difference",
    "names_between",
    "names_of",
    "plain_names",
    "rewritten",
]

_TOLD = (
    about_changes,
    note_changes,
    history_changes,
    term_changes,
    fact_changes,
    derived_changes,
    role_changes,
    contact_changes,
    promise_changes,
    decision_changes,
    session_changes,
    window_changes,
    message_changes,
    happening_changes,
    stage_changes,
    step_changes,
    form_changes,
    document_changes,
    milestone_changes,
    end_changes,
    phase_changes,
)


def difference(old: Runbook, new: Runbook) -> tuple[Change, ...]:
    """Nothing where both say the same, however differently they are written."""
    names = names_between(old, new)
    both = Versions(old=rewritten(old, names), new=new, names=names)
    return tuple(change for told in _TOLD for change in told(both))
