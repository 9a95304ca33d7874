"""What a runbook says, as a person would say it: kinds, cells, conditions, times that are due or recur, derived facts,
what is done in a step.

One rule: no name that only the file knows is left in it; everything goes by its title.
"""

from handrail.runbook.words.conditions import cell_words, condition_words, kind_words, listed, ref_title
from handrail.runbook.words.derived import derivation_words
from handrail.runbook.words.documents import promises_words, section_words
from handrail.runbook.words.messages import (
    addressee_words,
    enclosure_words,
    going_words,
    template_words,
    variable_words,
    wording_words,
)
from handrail.runbook.words.times import (
    anchor_words,
    calendar_words,
    every_words,
    lapse_words,
    line_words,
    reminder_words,
    session_words,
    timing_words,
    window_words,
)
from handrail.runbook.words.work import USUAL_MINUTES, checker_words, minutes_words, quota_words, write_words

__all__ = [
    "USUAL_MINUTES",
    "addressee_words",
    "anchor_words",
    "calendar_words",
    "cell_words",
    "checker_words",
    "condition_words",
    "derivation_words",
    "enclosure_words",
    "every_words",
    "going_words",
    "kind_words",
    "lapse_words",
    "line_words",
    "listed",
    "minutes_words",
    "promises_words",
    "quota_words",
    "ref_title",
    "reminder_words",
    "section_words",
    "session_words",
    "template_words",
    "timing_words",
    "variable_words",
    "window_words",
    "wording_words",
    "write_words",
]
