"""A chapter of the language manual: Markdown with fenced runbooks and fenced stories, and how a story is read.

One rule: whatever is wrong with the file is told with its name and line.

A fence `yaml runbook` holds a runbook; the stories below it are about that runbook, until the next one. A fence
`text problems` below it lists what `handrail check` says about it, where it says anything. A fence `yaml next version`
below it holds the version that its handoffs may be moved to. A fence `yaml story` holds:

    people: {Paula: pm, Olga: CS Operations, Dora: no role}
    company: {Dora: {team: finance}}             what is known of them beside their roles: see `company`
    runbook: transition-to-client-services      a shipped runbook, where the chapter has none of its own; what the
                                                check says about it is listed in the introduction of its cases
    goes on from: The name of a story above      its people, and everything that happened in it
    calendars, works on                          the company's calendars and who works on which: see `calendars`
    happens:
    - at: 2027-01-04 09:00                       the office's clock; left out, it is still the same minute
      Paula: finish collect                      who, and what: see `asking`
      note: All here.                            what else belongs to it
      then: [finished: collect, opened: sign]    every event, in order, as `telling` tells them; or “nothing”
    - Dora: finish sign
      refused: Only the Project Manager (Paula) does “Sign”.
      mistakes: {field: what is wrong with it}
    - stands: {open: sign, owed: {Paula: […]}}   how things stand then: see `telling`

A story is named by the heading above it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path

import yaml

from tests.spec.company import Colleague, colleague_of
from tests.spec.office import instant

CASES = Path(__file__).parent / "cases"
RUNBOOKS = Path(__file__).parents[2] / "runbooks"

Said = str | list["Said"] | dict[str, "Said"]


class CaseMistake(Exception):
    def __init__(self, file: str, line: int, says: str) -> None:
        super().__init__(f"{file}:{line}: {says}")


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One entry of a story; `rest` is what stands beside who, what, when and what follows."""

    file: str
    line: int
    at: datetime | None
    who: str = ""
    what: str = ""
    rest: dict[str, Said] = field(default_factory=dict)
    then: Said | None = None
    refused: dict[str, Said] | None = None
    stands: dict[str, Said] | None = None

    def mistake(self, says: str) -> CaseMistake:
        return CaseMistake(self.file, self.line, says)


@dataclass(frozen=True, kw_only=True)
class Story:
    """`problems` are those that the check is expected to tell about the runbook; `following` is its next version."""

    name: str
    file: str
    line: int
    runbook: str
    following: str
    problems: tuple[str, ...]
    people: Mapping[str, str]
    company: Mapping[str, Colleague]
    calendars: Mapping[str, Said]
    works_on: Mapping[str, Said]
    before: "Story | None"
    moments: tuple[Moment, ...]


@dataclass(frozen=True)
class _Fence:
    sort: str
    line: int
    text: str
    heading: str


def chapters() -> list[Path]:
    return sorted(CASES.glob("*/[0-9]*.md"))


@cache
def stories_of(path: Path) -> tuple[Story, ...]:
    """Read once: the tests of the manual and those of random lives begin with all of them."""
    found: dict[str, Story] = {}
    runbook, following = "", ""
    problems: tuple[str, ...] = ()
    for fence in _fences(path):
        match fence.sort:
            case "yaml runbook":
                runbook, following, problems = fence.text, "", ()
            case "yaml next version":
                following = fence.text
            case "text problems":
                problems = tuple(fence.text.splitlines())
            case "yaml story":
                story = _StoryReader(path.name, fence, found).read(runbook, following, problems)
                found[story.name] = story
            case _:
                raise CaseMistake(path.name, fence.line, f"“{fence.sort}” is no sort of fence that a case has.")
    return tuple(found.values())


def problems_of_shipped(runbook: str) -> tuple[str, ...]:
    """What the check says about the shipped runbook, and is meant; the file is called `runbook.yaml` in it."""
    introduction = CASES / runbook / "introduction.md"
    fences = _fences(introduction) if introduction.is_file() else ()
    return tuple(line for fence in fences if fence.sort == "text problems" for line in fence.text.splitlines())


def _fences(path: Path) -> Iterator[_Fence]:
    heading, begun = path.stem, 0
    sort: str | None = None
    lines: list[str] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if sort is None and line.startswith("#"):
            heading = line.lstrip("#").strip()
        elif line.startswith("```") and sort is None:
            sort, begun, lines = line.removeprefix("```").strip(), number, []
        elif line == "```" and sort is not None:
            yield _Fence(sort, begun, "\n".join(lines) + "\n", heading)
            sort = None
        elif sort is not None:
            lines.append(line)
    if sort is not None:
        raise CaseMistake(path.name, begun, "This fence is never closed.")


class _StoryReader:
    def __init__(self, file: str, fence: _Fence, above: Mapping[str, Story]) -> None:
        self.file, self.fence, self.above = file, fence, above

    def mistake(self, line: int, says: str) -> CaseMistake:
        return CaseMistake(self.file, line, says)

    def read(self, runbook: str, following: str, problems: tuple[str, ...]) -> Story:
        if self.fence.heading in self.above:
            raise self.mistake(self.fence.line, f"There is a story “{self.fence.heading}” above already.")
        top = self._top()
        whole = self._said(top)
        assert isinstance(whole, dict)
        self._tell_strange(whole)
        before = self._before(whole)
        if "runbook" in whole:
            problems = problems_of_shipped(str(whole["runbook"]))
        people = whole.get("people", {})
        if not isinstance(people, dict):
            raise self.mistake(self.fence.line, "“people” says what each of them is: {Paula: pm}.")
        return Story(
            name=self.fence.heading,
            file=self.file,
            line=self.fence.line,
            runbook=before.runbook if before else self._runbook(whole, runbook),
            following=before.following if before else following,
            problems=before.problems if before else problems,
            people={**(before.people if before else {}), **{name: str(seat) for name, seat in people.items()}},
            company={**(before.company if before else {}), **self._company(whole)},
            calendars=self._mapping(whole, "calendars") or (before.calendars if before else {}),
            works_on={**(before.works_on if before else {}), **self._mapping(whole, "works on")},
            before=before,
            moments=tuple(self._moments(top)),
        )

    def _top(self) -> yaml.MappingNode:
        try:
            node = yaml.compose(self.fence.text, Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            raise self.mistake(self.fence.line + line, str(error.problem)) from None
        if not isinstance(node, yaml.MappingNode):
            raise self.mistake(self.fence.line, "A story is a mapping with “happens”.")
        return node

    def _tell_strange(self, whole: Mapping[str, Said]) -> None:
        strange = whole.keys() - {"people", "company", "runbook", "goes on from", "happens", "calendars", "works on"}
        if strange or "happens" not in whole:
            says = f"A story has no “{min(strange)}”." if strange else "In this story, nothing “happens”."
            raise self.mistake(self.fence.line, says)

    def _company(self, whole: Mapping[str, Said]) -> dict[str, Colleague]:
        said = whole.get("company", {})
        if not isinstance(said, dict) or not all(isinstance(one, dict) for one in said.values()):
            raise self.mistake(
                self.fence.line, "“company” says what is known of each of them: {Dora: {team: finance}}."
            )
        found = {}
        for name, one in said.items():
            try:
                found[name] = colleague_of({key: str(value) for key, value in dict(one).items()})  # type: ignore[arg-type]
            except KeyError as key:
                raise self.mistake(self.fence.line, f"A company does not know {key} of {name}.") from None
            except ValueError as error:
                raise self.mistake(self.fence.line, f"What the company knows of {name}: {error}") from None
        return found

    def _mapping(self, whole: Mapping[str, Said], key: str) -> dict[str, Said]:
        said = whole.get(key, {})
        if not isinstance(said, dict):
            raise self.mistake(self.fence.line, f"“{key}” is a mapping.")
        return said

    def _before(self, whole: Mapping[str, Said]) -> Story | None:
        name = whole.get("goes on from")
        if name is None:
            return None
        if name not in self.above:
            raise self.mistake(self.fence.line, f"There is no story “{name}” above.")
        return self.above[str(name)]

    def _runbook(self, whole: Mapping[str, Said], above: str) -> str:
        name = whole.get("runbook")
        if name is None:
            if not above:
                raise self.mistake(self.fence.line, "No runbook stands above this story, and it names none.")
            return above
        path = RUNBOOKS / f"{name}.yaml"
        if not path.is_file():
            raise self.mistake(self.fence.line, f"No shipped runbook is called “{name}”.")
        return path.read_text(encoding="utf-8")

    def _moments(self, top: yaml.MappingNode) -> Iterator[Moment]:
        listed = next(value for key, value in top.value if key.value == "happens")
        if not isinstance(listed, yaml.SequenceNode):
            raise self.mistake(self._line(listed), "“happens” is a list.")
        for node in listed.value:
            said = self._said(node)
            if not isinstance(said, dict):
                raise self.mistake(self._line(node), "An entry says who does what, or how things stand.")
            yield self._moment(said, self._line(node))

    def _moment(self, said: dict[str, Said], line: int) -> Moment:
        at = said.pop("at", None)
        then, stands = said.pop("then", None), said.pop("stands", None)
        refused: dict[str, Said] = {key: said.pop(key) for key in ("refused", "mistakes", "clashes") if key in said}
        who, what = next(((key, value) for key, value in said.items() if key[0].isupper()), ("", ""))
        for nobody in ("time", "desk", "outside"):
            if nobody in said:
                who, what = nobody, said[nobody]
        said.pop(who, None)
        if (who == "") == (stands is None) or not isinstance(what, str):
            raise self.mistake(line, "Either somebody does something, or “stands” says how things stand.")
        if who and (then is None) == (not refused):
            raise self.mistake(line, "Say what follows with “then”, or why it cannot be with “refused”.")
        if stands is not None and (not isinstance(stands, dict) or said):
            raise self.mistake(line, "“stands” is a mapping, and has nothing but a time beside it.")
        return Moment(
            file=self.file, line=line, at=self._instant(at, line), who=who, what=what, rest=said,
            then=then, refused=refused or None, stands=stands,
        )  # fmt: skip

    def _instant(self, at: Said | None, line: int) -> datetime | None:
        if at is None:
            return None
        try:
            return instant(str(at))
        except ValueError:
            raise self.mistake(line, f"“{at}” is not a time: write it like 2027-01-04 09:00.") from None

    def _line(self, node: yaml.Node) -> int:
        return self.fence.line + int(node.start_mark.line) + 1

    def _said(self, node: yaml.Node) -> Said:
        match node:
            case yaml.MappingNode():
                found: dict[str, Said] = {}
                for key, value in node.value:
                    if key.value in found:
                        raise self.mistake(self._line(key), f"“{key.value}” is said twice.")
                    found[str(key.value)] = self._said(value)
                return found
            case yaml.SequenceNode():
                return [self._said(one) for one in node.value]
            case _:
                return str(node.value)
