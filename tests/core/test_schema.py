"""The schema for editors: it takes every runbook that can be read, and refuses what is strange in its shape."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from handrail.command_line import main
from handrail.runbook.reading import read
from handrail.runbook.schema import schema
from tests.core.difference_text import EVERYTHING
from tests.core.runbook_text import SMALL, Case, cases

ROOT = Path(__file__).parents[2]
SHIPPED = sorted((ROOT / "runbooks").glob("*.yaml"))
CHAPTERS = sorted((ROOT / "tests" / "spec" / "cases").rglob("*.md"))
VALIDATOR = Draft202012Validator(schema())

# What reading tells under these codes an editor can tell from the schema alone.
TOLD_BY_SHAPE = {
    "unknown-key",
    "key-of-another-kind",
    "expected-text",
    "expected-list",
    "expected-mapping",
    "unknown-kind",
    "not-yes-or-no",
    "bad-raci",
    "mixed-condition",
    "not-a-condition",
}
WRONG_IN_SHAPE = [
    case
    for case in cases("problems_of_reading.txt")
    if TOLD_BY_SHAPE & {problem.code for problem in read(case.text, "small.yaml").problems}
]
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?")


def as_an_editor_reads(text: str) -> object:
    """The tree with the types that YAML 1.2 gives: `1.10` is a number, `true` is one, `yes` and dates are texts."""
    return typed(yaml.compose(text, yaml.BaseLoader))


def typed(node: yaml.Node | None) -> object:
    match node:
        case yaml.MappingNode(value=pairs):
            return {key.value: typed(value) for key, value in pairs}
        case yaml.SequenceNode(value=items):
            return [typed(item) for item in items]
        case yaml.ScalarNode(value=str(text), style=None):
            plain = {"": None, "null": None, "~": None, "true": True, "false": False}
            return plain[text] if text in plain else float(text) if _NUMBER.fullmatch(text) else text
        case yaml.ScalarNode(value=text):
            return text
        case _:
            return None


def strange(text: str) -> list[str]:
    return [f"{error.json_path}: {error.message}"[:300] for error in VALIDATOR.iter_errors(as_an_editor_reads(text))]


def runbooks_of_the_manual() -> list[str]:
    fence = re.compile(r"```yaml runbook\n(.*?)```", re.DOTALL)
    return [text for chapter in CHAPTERS for text in fence.findall(chapter.read_text(encoding="utf-8"))]


def test_schema_is_one() -> None:
    Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("file", SHIPPED, ids=lambda file: file.name)
def test_shipped_runbook_is_taken(file: Path) -> None:
    assert strange(file.read_text(encoding="utf-8")) == []


def test_runbook_that_says_everything_is_taken() -> None:
    assert strange(EVERYTHING) == []
    assert strange(SMALL) == []


def test_runbooks_of_the_manual_are_taken() -> None:
    texts = runbooks_of_the_manual()
    assert len(texts) > 10
    readable = [text for text in texts if read(text, "manual.yaml").runbook is not None]
    assert [strange(text) for text in readable] == [[] for _ in readable]


@pytest.mark.parametrize("case", WRONG_IN_SHAPE, ids=lambda case: case.name)
def test_runbook_of_a_wrong_shape_is_refused(case: Case) -> None:
    assert strange(case.text) != []


def test_runbook_without_problems_of_reading_is_taken() -> None:
    sound = [case for case in cases("problems_of_reading.txt") if not case.problems]
    assert [strange(case.text) for case in sound] == [[] for _ in sound]


def test_every_key_has_a_title_and_a_description() -> None:
    said = [one for one in described(schema()) if not (one.get("title") and one.get("description"))]
    assert said == []


def described(tree: object) -> list[dict[str, object]]:
    """Every property of every mapping of the language."""
    if isinstance(tree, list):
        return [found for one in tree for found in described(one)]
    if not isinstance(tree, dict):
        return []
    own = list(tree["properties"].values()) if "additionalProperties" in tree and "properties" in tree else []
    return [*own, *(found for one in tree.values() for found in described(one))]


def test_command_prints_the_schema(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    assert json.loads(capsys.readouterr().out) == schema()
