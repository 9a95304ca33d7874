"""Moving running handoffs to another version of their runbook: the ledger, the pages, and rebuilding across it."""

from __future__ import annotations

import pytest

from handrail.desk import ledger, models
from handrail.desk.rebuild import rebuild
from handrail.handoff import commands as c
from handrail.handoff import wire
from handrail.handoff.events import Answer
from handrail.runbook.kinds import Written
from tests.desk.company import NOW, Company, browser_of, done, refused
from tests.desk.kinds import RUNBOOK, begin, version_of

pytestmark = pytest.mark.django_db

# The table asks for more meetings, a step has another name, one is new, and one is gone.
LATER = (
    RUNBOOK.replace('version: "1.0"', 'version: "1.1"')
    .replace('{when: [">= 5000"], then: [2]}', '{when: [">= 5000"], then: [3]}')
    .replace("  greet: {stage", "  welcome: {stage")
    .replace("  audit: {stage: collect, title: Audit the data", "  review: {stage: collect, title: Review it all")
    .replace("discretionary: yes, raci: {im: RA}}", "raci: {im: RA}}")
    .replace("{title: Layout, fields: {layout: {}}}", "{title: Layout, fields: {columns: {}}}")
)


@pytest.fixture
def company() -> Company:
    company = Company()
    version_of()
    return company


def moved(company: Company, handoff_id: int, version: models.RunbookVersion) -> ledger.Change:
    command = c.ChangeVersion(by=company.actor("olga"), reason="The new table")
    return done(ledger.change_version(handoff_id, version, command, now=NOW))


def with_signed_form(company: Company) -> int:
    facts: dict[str, Written] = {"mrr": "8000", "go_live": "2027-01-25", "invoice_types": [{"name": "Water"}]}
    handoff_id = begin(company, facts=facts)
    ivan, step = company.actor("ivan"), "describe@water"
    answers = {"layout": Answer(value="One page")}
    done(ledger.record(handoff_id, c.AnswerForm(by=ivan, step=step, answers=answers), now=NOW))
    done(ledger.record(handoff_id, c.Sign(by=ivan, step=step), now=NOW))
    return handoff_id


def test_handoff_follows_the_other_version_with_all_that_follows(company: Company) -> None:
    handoff_id = begin(company)
    version = version_of(LATER)
    change = moved(company, handoff_id, version)
    row = models.Handoff.objects.get(pk=handoff_id)
    assert (row.runbook_version_id, row.number, change.handoff.digest) == (
        version.pk,
        change.handoff.number,
        version.digest,
    )
    assert change.handoff.outputs_of("support") == {"meetings": "3"}
    assert change.handoff.state_of("review") == "open"
    titles = models.Work.objects.filter(handoff=handoff_id).values_list("title", flat=True)
    assert "Review it all" in titles
    finish = c.Finish(by=company.actor("ivan"), step="review")
    assert done(ledger.record(handoff_id, finish, now=NOW)).handoff.state_of("review") == "done"


def test_nothing_changes_where_moving_is_refused(company: Company) -> None:
    handoff_id = begin(company)
    version = version_of(LATER)
    before = models.Handoff.objects.filter(pk=handoff_id).values().get()
    for by, reason, says in (
        ("paula", "Because", "Only CS Operations moves a handoff to another version of its runbook."),
        ("olga", " ", "Say why you move it to another version: others act on it."),
    ):
        command = c.ChangeVersion(by=company.actor(by), reason=reason)
        assert refused(ledger.change_version(handoff_id, version, command, now=NOW)).says == says
    assert models.Handoff.objects.filter(pk=handoff_id).values().get() == before


def test_deliveries_are_shown_with_their_step_under_its_new_name(company: Company) -> None:
    handoff_id = begin(company)
    done(ledger.record(handoff_id, c.Send(by=company.actor("paula"), step="greet"), now=NOW))
    moved(company, handoff_id, version_of(LATER))
    page = browser_of(company, "paula").get(f"/handoffs/{handoff_id}/steps/welcome/").content.decode()
    assert "carla.santos@example.com" in page


def test_rebuild_folds_across_versions_and_verifies_what_was_signed_under_the_older_one(company: Company) -> None:
    handoff_id = with_signed_form(company)
    first = models.Handoff.objects.get(pk=handoff_id).runbook_version_id
    version = version_of(LATER)
    moved(company, handoff_id, version)
    report = rebuild()
    assert (report.handoffs, report.mended, report.broken) == (1, [], [])
    models.Handoff.objects.filter(pk=handoff_id).update(runbook_version=first)
    assert rebuild().mended == [handoff_id]
    assert models.Handoff.objects.get(pk=handoff_id).runbook_version_id == version.pk
    models.SignedDocument.objects.update(sha256="0" * 64)
    [broken] = rebuild().broken
    number = models.SignedDocument.objects.get().number
    assert broken == f"Handoff {handoff_id}: the document signed at event {number} is not what its events give."


def test_page_shows_what_would_follow_and_records_nothing(company: Company) -> None:
    handoff_id = with_signed_form(company)
    version_of(LATER)
    before = models.Event.objects.count()
    answer = browser_of(company, "olga").get(f"/handoffs/{handoff_id}/version/")
    moving = answer.context["moving"]
    assert [(one.title, one.old, one.new) for one in moving.answers] == [("Support", "Meetings: 2", "Meetings: 3")]
    assert [(one.word, one.titles) for one in moving.steps] == [("Open", ("Review it all",))]
    assert moving.gone == ("The answer to “Layout” in “Describe the invoice type”",)
    assert [part.title for part in moving.parts] == ["The runbook", "Decisions", "Steps", "Forms"]
    assert models.Event.objects.count() == before


def test_page_moves_with_a_reason_and_keeps_what_was_typed(company: Company) -> None:
    handoff_id = begin(company)
    version, olga = version_of(LATER), browser_of(company, "olga")
    at, seen = f"/handoffs/{handoff_id}/version/", models.Handoff.objects.get(pk=handoff_id).number
    assert "Version 1.1 of this runbook is current" in olga.get(f"/handoffs/{handoff_id}/").content.decode()
    assert olga.post(at, {"to": version.pk, "reason": "", "seen": seen}).status_code == 422
    news = c.GiveFacts(by=company.actor("paula"), values={"mrr": "9000"})
    done(ledger.record(handoff_id, news, now=NOW))
    stale = olga.post(at, {"to": version.pk, "reason": "The new table", "seen": seen})
    assert (stale.status_code, "The new table</textarea>" in stale.content.decode()) == (409, True)
    seen = models.Handoff.objects.get(pk=handoff_id).number
    assert olga.post(at, {"to": version.pk, "reason": "The new table", "seen": seen}).status_code == 302
    assert models.Handoff.objects.get(pk=handoff_id).runbook_version_id == version.pk
    page = olga.get(f"/handoffs/{handoff_id}/").content.decode()
    assert ("is current; this handoff follows" in page, "moved the handoff to version 1.1" in page) == (False, True)


def test_page_is_for_operations_and_only_for_versions_of_the_runbook(company: Company) -> None:
    handoff_id = begin(company)
    at = f"/handoffs/{handoff_id}/version/"
    olga = browser_of(company, "olga")
    assert "There is no other version" in olga.get(at).content.decode()
    assert olga.get(at, {"to": company.version.pk}).status_code == 404
    version = version_of(LATER)
    paula = browser_of(company, "paula")
    assert paula.get(at).status_code == 403
    assert paula.post(at, {"to": version.pk, "reason": "x"}).status_code == 403
    page = paula.get(f"/handoffs/{handoff_id}/").content.decode()
    assert ("Version 1.1 of this runbook is current" in page, at in page) == (True, False)


def test_handoff_that_is_over_stays_and_says_why(company: Company) -> None:
    handoff_id = begin(company)
    done(ledger.record(handoff_id, c.Cancel(by=company.actor("olga"), reason="A mistake"), now=NOW))
    version_of(LATER)
    page = browser_of(company, "olga").get(f"/handoffs/{handoff_id}/version/").content.decode()
    assert "This handoff is over: it stays on the version that it ended with." in page


def test_several_are_moved_at_once_and_what_became_of_each_is_told(company: Company) -> None:
    ids = [begin(company, name) for name in ("Ashgrove", "Cedar Falls", "Juniper")]
    version, olga = version_of(LATER), browser_of(company, "olga")
    listed = olga.get("/runbooks/every-kind/compare/").context["movable"]
    assert [one.handoff_id for one in listed] == ids
    done(ledger.record(ids[1], c.Cancel(by=company.actor("olga"), reason="A mistake"), now=NOW))
    sent = {"to": version.pk, "handoff": ids[:2], "reason": "The new table"}
    answer = olga.post("/runbooks/every-kind/move/", sent)
    told = {name: [one.customer for one in answer.context[name]] for name in ("moved", "stayed")}
    assert told == {"moved": ["Ashgrove"], "stayed": ["Cedar Falls"]}
    assert "This handoff is over: it stays on the version that it ended with." in answer.content.decode()
    following = models.Handoff.objects.filter(runbook_version=version).values_list("pk", flat=True)
    assert list(following) == ids[:1]
    unsaid = olga.post("/runbooks/every-kind/move/", {"to": version.pk, "handoff": ids[2], "reason": ""})
    assert [one.says for one in unsaid.context["stayed"]] == [
        "Say why you move it to another version: others act on it."
    ]


def test_several_are_moved_by_operations_only(company: Company) -> None:
    handoff_id = begin(company)
    version, paula = version_of(LATER), browser_of(company, "paula")
    sent = {"to": version.pk, "handoff": handoff_id, "reason": "x"}
    assert paula.post("/runbooks/every-kind/move/", sent).status_code == 403
    assert paula.get("/runbooks/every-kind/compare/").context["movable"] == ()
    assert browser_of(company, "olga").post("/runbooks/every-kind/move/", {"to": 999}).status_code == 404
    assert wire.decode_handoff(models.Handoff.objects.get(pk=handoff_id).state).version == "1.0"
