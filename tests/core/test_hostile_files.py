"""`handrail check`, `decide` and `diff` with files that nobody would mean: each is told, and none is a traceback."""

from __future__ import annotations

import csv
import io
import os
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from handrail.command_line import main
from tests.core.dmn_text import DMN
from tests.core.runbook_text import SMALL

TEN_MB = 10_000_000
ALIASES = "a0: &a0 lol\n" + "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 40))
ENTITIES = '<!DOCTYPE a [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><definitions>&b;</definitions>'
EXTERNAL = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><definitions>&b;</definitions>'

TOO_LARGE = (
    "error: The file is larger than 2,000,000 bytes, the most that a runbook has. "
    "Check that this is the file you meant, and split what it describes. [too-large]"
)
NO_WORKBOOK = "error: The file is no workbook: it cannot be unpacked. Save it again as an .xlsx file. [not-a-workbook]"
NO_XML = "error: This is not well-formed XML: “not well-formed (invalid token)”. Mend it, or export the file again."
DOCTYPE = (
    "error: The file declares a document type (DOCTYPE), which can hold entities; DMN needs none. "
    "Take the <!DOCTYPE …> out. [doctype]"
)
UTF_16 = "error: The byte 0xFF is not UTF-8 text; the file looks like UTF-16. Save the file in UTF-8. [not-utf-8]"
LATIN_1 = (
    "error: The byte 0xE9 is not UTF-8 text; the file looks like Windows-1252 or Latin-1. "
    "Save the file in UTF-8. [not-utf-8]"
)
EMPTY = "error: The file is empty. Write the runbook; its first line names it. [empty-file]"


def zip_bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    return packed.getvalue()


# What is told first, from the name of the file on.
HOSTILE: dict[str, tuple[bytes, str]] = {
    "empty.yaml": (b"", f": {EMPTY}"),
    "empty.dmn": (
        b"",
        (":1:1: error: This is not well-formed XML: “no element found”. Mend it, or export the file again. [not-xml]"),
    ),
    "empty.xlsx": (b"", f": {NO_WORKBOOK}"),
    "aliases.yaml": (
        ALIASES.encode(),
        (
            ":1:5: error: “&a0” is a YAML anchor; a runbook has none. "
            "Take the anchor out, or put quotes around the text. [anchor]"
        ),
    ),
    "alias.yaml": (
        SMALL.replace('version: "1"', "version: *a").encode(),
        (
            ":2:10: error: “*a” is a YAML alias; a runbook says everything where it stands. "
            "Write out what the alias stands for, or put quotes around the text. [alias]"
        ),
    ),
    "twice.yaml": (
        SMALL.replace('version: "1"', 'version: "1"\nversion: "2"').encode(),
        ":3:1: error: “version” is written twice: on line 2 and here. Keep one of the two. [duplicate-key]",
    ),
    "tab.yaml": (
        b"runbook: a\nfacts:\n\tmrr: {kind: number}\n",
        (
            ":3:1: error: A tab stands here; YAML takes only spaces before a key or value. "
            "Use spaces instead. [yaml-syntax]"
        ),
    ),
    "utf-16.yaml": (SMALL.encode("utf-16"), f":1:1: {UTF_16}"),
    "latin-1.yaml": ("runbook: café\n".encode("latin-1"), f":1:13: {LATIN_1}"),
    "latin-1.dmn": ("<definitions name='café'/>".encode("latin-1"), f":1:23: {NO_XML} [not-xml]"),
    "nul.yaml": (
        b"runbook: a\x00b\n",
        (
            ":1:11: error: There is a control character here (U+0000), which text cannot hold. "
            "Take the character out. [control-character]"
        ),
    ),
    "nul.dmn": (b"<definitions>\x00</definitions>", f":1:14: {NO_XML} [not-xml]"),
    "nul.xlsx": (b"\x00" * 100, f": {NO_WORKBOOK}"),
    "line-of-10-mb.yaml": (b"runbook: " + b"a" * TEN_MB, f": {TOO_LARGE}"),
    "list-of-10-mb.yaml": (b"- a\n" * (TEN_MB // 4), f": {TOO_LARGE}"),
    "long-list.yaml": (
        b"[" + b"a," * 200_001 + b"]",
        (
            ":1:400002: error: The file has more than 200,000 values. "
            "Check that this is the file you meant. [too-many-values]"
        ),
    ),
    "text-of-10-mb.dmn": (
        DMN.replace("Welcome", "w" * 9_990_000).encode(),
        (
            ":38:71: error: An output has at most 2,000 characters; this one has 9,990,002. "
            'Write one value: a text in quotes, a number, true, false or date("…"). [output]'
        ),
    ),
    "more-than-10-mb.dmn": (
        b"<definitions>" + b" " * TEN_MB,
        (
            ": error: The file is larger than 10,000,000 bytes, the most that is read. "
            "Check that this is the file you meant. [too-large]"
        ),
    ),
    "10-mb.xlsx": (b"PK\x03\x04" + b"0" * (TEN_MB - 4), f": {NO_WORKBOOK}"),
    "bomb.xlsx": (
        zip_bomb(),
        (
            ": error: Unpacked, the workbook is larger than 50,000,000 bytes, the most that is read. "
            "Save it again as an .xlsx file. [not-a-workbook]"
        ),
    ),
    "entities.dmn": (ENTITIES.encode(), f":1:13: {DOCTYPE}"),
    "external.dmn": (EXTERNAL.encode(), f":1:13: {DOCTYPE}"),
    "deep.yaml": (
        b"[" * 900 + b" " * 1_000_000,
        (
            ":1:25: error: Lists and mappings are nested more than 24 deep here. "
            "Check the brackets: no part of a runbook is nested that deep. [too-deep]"
        ),
    ),
    "deep.dmn": (
        b"<a>" * 1_000_000,
        ":1:181: error: Elements are nested more than 60 deep here. Check that this is the file you meant. [too-deep]",
    ),
}


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def told(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    """The exit code, and all that was said."""
    code = main(arguments)
    said = capsys.readouterr()
    return code, (said.out + said.err).splitlines()


@pytest.mark.parametrize("command", ["check", "decide", "diff"])
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_file_is_told_by_every_command(
    command: str, name: str, sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / name
    content, says = HOSTILE[name]
    path.write_bytes(content)
    words = {"check": [], "decide": ["Terms" if path.suffix == ".dmn" else "support", "mrr=1"], "diff": [str(sound)]}
    code, lines = told([command, str(path), *words[command]], capsys)
    assert (code, lines[0]) == (1 if command == "check" else 2, f"{path}{says}")


def test_new_version_that_is_hostile_is_told(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "empty.yaml"
    path.touch()
    assert told(["diff", str(sound), str(path)], capsys) == (2, [f"{path}: {EMPTY}"])


def test_10_mb_of_elements_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "elements.dmn"
    path.write_bytes(b"<definitions>" + b"<decision/>" * (TEN_MB // 11 - 10) + b"</definitions>")
    assert told(["check", str(path)], capsys)[1][0] == (
        f"{path}:1:4400003: error: The file has more than 400,000 elements. "
        "Check that this is the file you meant. [too-many-values]"
    )


def test_dmn_in_utf_16_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "loans.dmn"
    path.write_bytes(DMN.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16"))
    assert told(["check", str(path)], capsys) == (0, ["1 file checked: nothing is wrong."])


# ---------------------------------------------------------------------------------------- what is no file, or cannot be


def is_told_everywhere(path: str, reason: str, sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    says = f"{path} cannot be read: {reason}."
    mend = "Check its name and whether you may read it. [unreadable]"
    assert told(["check", path], capsys) == (
        2,
        ["1 file checked: 1 error, 0 warnings.", f"{path}: error: {says} {mend}"],
    )
    assert told(["decide", path, "support", "mrr=1"], capsys) == (2, [says])
    assert told(["decide", str(sound), "support", "--csv", path], capsys) == (2, [says])
    assert told(["diff", str(sound), path], capsys) == (2, [says])
    assert told(["diff", path, str(sound)], capsys) == (2, [says])


def test_file_that_is_missing_is_told(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    is_told_everywhere("missing.yaml", "No such file or directory", sound, capsys)


def test_folder_is_told(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    is_told_everywhere(str(tmp_path), "Is a directory", sound, capsys)


def test_path_that_no_file_can_have_is_told(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    is_told_everywhere("a\x00b", "embedded null byte", sound, capsys)
    is_told_everywhere("a" * 300, "File name too long", sound, capsys)


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may read everything")
def test_file_that_may_not_be_read_is_told(sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text(SMALL, encoding="utf-8")
    path.chmod(0)
    is_told_everywhere(str(path), "Permission denied", sound, capsys)


def test_devices_are_read_no_further_than_files(sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for device, says in (("/dev/null", EMPTY), ("/dev/zero", TOO_LARGE)):
        assert told(["check", device], capsys)[1][0] == f"{device}: {says}"
        assert told(["decide", device, "support", "mrr=1"], capsys) == (2, [f"{device}: {says}"])
        assert told(["diff", str(sound), device], capsys) == (2, [f"{device}: {says}"])


def test_pipe_is_read_like_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=(SMALL,), kwargs={"encoding": "utf-8"})
    writer.start()
    assert told(["check", str(pipe)], capsys) == (0, ["1 file checked: nothing is wrong."])
    writer.join()


# ---------------------------------------------------------------------------------------------------------------- rows


@pytest.fixture
def cells_are_bounded() -> Iterator[None]:
    """Python's own bound, which imports raise for the whole process."""
    before = csv.field_size_limit(131_072)
    yield
    csv.field_size_limit(before)


NO_COLUMN = "No column is named like something that the decision looks at: vertical, mrr."


@pytest.mark.usefixtures("cells_are_bounded")
@pytest.mark.parametrize(
    ("rows", "says"),
    [
        (b"", f":1: {NO_COLUMN}"),
        (b"\x00" * 100, f":1: {NO_COLUMN}"),
        (
            "mrr\n1\n".encode("utf-16"),
            " is not UTF-8 text (it holds the byte 0xFF). Save it in UTF-8.",
        ),
        (
            b"mrr," + b"a" * TEN_MB,
            ":1: This is not CSV: field larger than field limit (131072). Nothing after it was read.",
        ),
        (b"a," * (TEN_MB // 2), f":1: {NO_COLUMN}"),
        (b'mrr,"' + b"\n" * 100_000, ":100000: This is not CSV: unexpected end of data. Nothing after it was read."),
    ],
    ids=["empty", "nul", "utf-16", "cell of 10 MB", "row of 10 MB", "quotation mark"],
)
def test_hostile_rows_are_told(
    rows: bytes, says: str, sound: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "rows.csv"
    path.write_bytes(rows)
    assert told(["decide", str(sound), "support", "--csv", str(path)], capsys) == (2, [f"{path}{says}"])


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("mrr=" + "9" * 5_000, "mrr: “{nines}…” is not a USD amount. Write it like 5000 or 5,000.00."),
        ("mrr=1e999999999", "mrr: “1e999999999” is not a USD amount. Write it like 5000 or 5,000.00."),
        ("mrr=NaN", "mrr: “NaN” is not a USD amount. Write it like 5000 or 5,000.00."),
        ("mrr=\udcff", "mrr: “\\udcff” is not a USD amount. Write it like 5000 or 5,000.00."),
        ("=", "The decision does not look at “”. There is: vertical, mrr."),
    ],
    ids=["digits", "exponent", "no number", "no text", "nothing"],
)
def test_hostile_word_is_told(word: str, says: str, sound: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(["decide", str(sound), "support", word], capsys) == (2, [says.format(nines="9" * 60)])
