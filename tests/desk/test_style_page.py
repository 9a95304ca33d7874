"""The page of the components: each is there, made by the parts that the pages are made of."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from handrail.desk import models
from handrail.desk.web.sample_handoff import sample_handoff
from tests.desk.company import Company, browser_of

pytestmark = pytest.mark.django_db

COMPONENTS = (
    "looks board board-column card weeks-table views views-menu bulk-bar",
    "stepper standing-facts standing-blocks rail answers days-table findings",
    "thread comment mention comment-edit here-row others work-progress messages",
    "flow-box is-dashed is-strong is-milestone is-end flow-bar flow-mark raci-letter coverage-hatch coverage-rule",
    "mails mail mail-whole mail-files",
    "tallies tally transfer-next transfer-facts",
    "figures load-late load-vacant strip-away strip-alone empty-line beside-row figures-of",
    "order-lines line-marks line-finding order-totals clash-table finding-one approval approval-note",
    "order-sheet sheet-facts sheet-lines sheet-thresholds sheet-totals order-signers",
)
SAID = (
    "What blocks it",
    "Anybody of Service desk",
    "“Collect the contracts” is late: ",
    "Integrator software is not known: 1 step waits for it.",
    "Taken back.",
    "Finding out how much there is to do",
    "No worker is running",
    "It met a difficulty",
    "1 gap",
    "1 overlap",
    "Only the second",
    "One moment …",
)


def test_style_page_shows_every_component_and_keeps_nothing() -> None:
    browser = browser_of(Company(), "paula")
    page = browser.get("/style/").content.decode()
    classes = {name for found in re.findall(r'class="([^"]+)"', page) for name in found.split()}
    assert set(" ".join(COMPONENTS).split()) - classes == set()
    assert [says for says in SAID if says not in page] == []
    ids = re.findall(r' id="([^"]+)"', page)
    assert [one for one in ids if ids.count(one) > 1] == []
    assert (models.Handoff.objects.count(), models.Comment.objects.count()) == (0, 0)


def test_sample_handoff_has_a_step_in_each_state() -> None:
    state = sample_handoff(timezone.now()).state
    assert {state.state_of(name) for name in state.steps} >= {"done", "open", "waiting", "not needed"}
