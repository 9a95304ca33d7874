"""Documents and promises that cannot be as they are written, told with their place; and what is laid out nowhere."""

import pytest

from handrail.runbook.loading import load

RUNBOOK = """\
runbook: layouts
version: "1"
facts:
  go_live: {kind: date, owed_by: pm}
  said: {kind: text}
  pledges: {kind: list, of: {what: text, until: date, kept: yes/no}}
roles: {pm: {}, lead: {}}
promises: {pledges: {of: pledges, what: what, until: until, done: kept}}
forms: {card: {sections: [{title: Areas, fields: {area: {}}}]}}
documents:
  handover:
    sections:
      - {title: Facts, facts: [go_live], promises: all}
      - {title: Answers, forms: card, parts: [Areas]}
      - {title: Who, people: all, open: steps, when: {said: given}}
    in: {de: {Facts: Fakten}}
stages: [all]
steps:
  fill: {stage: all, kind: form, form: card, raci: {pm: RA}}
  send: {stage: all, kind: document, shares: handover, needs: [fill], raci: {pm: RA}}
  accept: {stage: all, kind: acceptance, needs: [send], raci: {lead: RA}}
ends: {over: {when: {accept: done}}}
"""


def told(old: str, new: str) -> list[str]:
    assert old in RUNBOOK
    return [str(one) for one in load(RUNBOOK.replace(old, new), "r.yaml").problems]


def test_layout_as_it_should_be_has_no_problems() -> None:
    assert told("runbook:", "runbook:") == []


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("facts: [go_live]", "facts: [go_love]", "13:32: error: No fact is called “go_love”. Did you mean “go_live”?"),
        ("forms: card, parts", "forms: cord, parts", "14:33: error: No form is called “cord”. Did you mean “card”?"),
        ("[Areas]", "[Area]", "14:47: error: No section of these forms is called “Area”. Did you mean “Areas”?"),
        ("people: all", "people: [boss]", "15:31: error: No role is called “boss”."),
        ("open: steps", "open: step", "15:41: error: “step” is not what “open” of section 3 of the document"),
        ("promises: all", "promises: [pledge]", "13:53: error: No promise is called “pledge”."),
        ("title: Answers, forms: card, parts: [Areas]", "title: Answers", "14:9: error: Section 2 of the document"),
        ("title: Who,", "title: Facts,", "15:17: error: Two sections are called “Facts”."),
        ("de: {", "German: {", "16:10: error: “German” is not the tag of a language."),
        ("shares: handover", "shares: hand", "20:46: error: No document is called “hand”. Did you mean “handover”?"),
        ("shares: handover, ", "", "20:3: error: The step “send” does not say “evidence”."),
        ("what: what", "what: until", "8:41: error: “until” is not a text: it is a column of the list “pledges”."),
        ("done: kept", "done: what", "8:67: error: “what” is not yes or no: it is a column of the list “pledges”."),
        ("of: pledges, what: what,", "what: said,", "8:34: error: “until” of the promise “pledges” names a column"),
        ("facts: [go_live], ", "", "4:3: warning: Somebody owes the fact “go_live”, and “Handover” does not have it."),
        (", forms: card, parts: [Areas]", ", text: None", "9:9: warning: “Handover” does not have the section “Areas”"),
        ("Facts: Fakten", "Fact: Fakten", "11:3: warning: The document “handover” has “Fact” in the language de"),
    ],
)
def test_what_cannot_be_is_told_with_its_place(old: str, new: str, says: str) -> None:
    found = told(old, new)
    assert any(one.startswith(f"r.yaml:{says}") for one in found), found
