"""Every story of the language manual happens as it is told."""

from pathlib import Path

import pytest

from tests.spec.case import differences
from tests.spec.chapter import CaseMistake, Story, chapters, stories_of

STORIES = [story for path in chapters() for story in stories_of(path)]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.file}: {story.name}")
def test_story_happens_as_it_is_told(story: Story) -> None:
    found = differences(story)
    assert not found, "\n\n" + "\n\n".join(str(one) for one in found)


def _chapter(folder: Path, story: str) -> Path:
    path = folder / "case.md"
    path.write_text(f"# A case\n\n```yaml story\n{story}```\n", encoding="utf-8")
    return path


SHIPPED = "runbook: transition-to-client-services\n"
STARTED = SHIPPED + "people: {Olga: CS Operations}\nhappens:\n- at: 2027-01-04 09:00\n"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("happens: []\n", "case.md:3: No runbook stands above this story, and it names none."),
        ("runbook: no\nhappens: []\n", "case.md:3: No shipped runbook is called “no”."),
        (SHIPPED, "case.md:3: In this story, nothing “happens”."),
        (SHIPPED + "happens: []\nplaces: []\n", "case.md:3: A story has no “places”."),
        (SHIPPED + "happens:\n- at: today\n  time: passes\n  then: nothing\n",
         "case.md:6: “today” is not a time: write it like 2027-01-04 09:00."),
        (SHIPPED + "happens:\n- Olga: cancel\n",
         "case.md:6: Say what follows with “then”, or why it cannot be with “refused”."),
        (SHIPPED + "happens:\n- at: 2027-01-04 09:00\n",
         "case.md:6: Either somebody does something, or “stands” says how things stand."),
        (STARTED + "  Olga: dance\n  then: nothing\n", "case.md:7: “dance” is not a sentence that stories know."),
        (STARTED + "  Paul: cancel\n  then: nothing\n", "case.md:7: Paul is not among the people of this story."),
        (STARTED + "  Olga: cancel\n  loudly: yes\n  then: nothing\n",
         "case.md:7: “loudly” says nothing about “cancel”."),
        (STARTED + "  Olga: cancel\n  Olga: cancel\n  then: nothing\n", "case.md:9: “Olga” is said twice."),
        (STARTED + "  stands: {open: nothing}\n  den: nothing\n",
         "case.md:7: “stands” is a mapping, and has nothing but a time beside it."),
        (STARTED + "  stands: {weather: fine}\n", "case.md:7: Stories do not tell 'weather'."),
        (SHIPPED + "happens: [\n", "case.md:6: expected the node content, but found '<stream end>'"),
    ],
)  # fmt: skip
def test_mistake_in_a_case_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    path = _chapter(tmp_path, text)
    with pytest.raises(CaseMistake) as told:
        _ = [differences(story) for story in stories_of(path)]
    assert str(told.value) == says


def test_difference_is_told_line_by_line(tmp_path: Path) -> None:
    text = STARTED + "  Olga: start for Cedar Falls\n  then: [started: Cedar Creek]\n- at: 2027-01-04 09:00\n"
    (story,) = stories_of(_chapter(tmp_path, text + "  Olga: start for Cedar Falls\n  refused: It began.\n"))
    assert str(differences(story)[1]) == (
        "case.md:10: Olga: start for Cedar Falls\n"
        "  (- as the story says, + as it is)\n"
        "-     refused: It began.\n"
        "+     refused: This handoff has been started already."
    )
