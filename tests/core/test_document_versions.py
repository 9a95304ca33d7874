"""Versions of a document: what changed in words, other languages, digests that stay, and what is printed."""

from datetime import UTC, datetime

import pytest

from handrail.desk.papers import Look, Paper, Unprinted, pdf_of, typesetting
from handrail.desk.papers.paper import breakable, marked, plain, without_emoji
from handrail.handoff.document import Document, Line, Part, canonical_json, is_said
from handrail.handoff.document_difference import changes_between
from handrail.handoff.document_languages import phrases_in, translated


def of(*lines: Line, title: str = "Part") -> Document:
    return Document(title="D", customer="C", runbook="R 1", parts=(Part(title=title, lines=lines),))


def given(label: str, value: str) -> Line:
    return Line(label=label, state="given", value=value)


def rows(*told: tuple[str, ...]) -> Line:
    return Line(label="Table", state="given", heads=("A", "B"), rows=told)


MISSING = Line(label="Go-live", state="missing", owed_by="Project Manager (Paula)")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        (given("Go-live", "1 May"), given("Go-live", "2 May"), "Now 2 May (was 1 May)"),
        (MISSING, given("Go-live", "2 May"), "Given now: 2 May"),
        (given("Go-live", "2 May"), MISSING, "Missing now."),
        (MISSING, Line(label="Go-live", state="not applicable", reason="None."), "Does not apply: None."),
        (rows(("a", "1"), ("b", "2")), rows(("b", "3"), ("c", "4")), "New: c. Gone: a. Changed: b."),
    ],
)
def test_changed_line_is_told_in_words(old: Line, new: Line, says: str) -> None:
    [change] = changes_between(of(old), of(new))
    assert (change.sort, change.says) == ("changed", says)


def test_of_tables_only_the_rows_that_differ_are_shown() -> None:
    [change] = changes_between(of(rows(("a", "1"), ("b", "2"))), of(rows(("a", "1"), ("b", "3"))))
    assert (change.was, change.now) == ("b, 2", "b, 3")


def test_new_and_gone_lines_are_told_where_they_stand() -> None:
    old, new = of(given("A", "1"), given("B", "2"), given("B", "3")), of(given("B", "2"), given("C", "4"))
    told = [(one.label, one.sort, one.was, one.now) for one in changes_between(old, new)]
    assert told == [("A", "removed", "1", ""), ("B", "removed", "3", ""), ("C", "new", "", "4")]
    assert changes_between(old, old) == ()


def test_what_a_line_is_drawn_from_is_no_part_of_the_content() -> None:
    drawn = of(Line(label="Go-live", state="missing", about="fact go_live"))
    assert canonical_json(drawn) == canonical_json(of(Line(label="Go-live", state="missing")))
    assert "about" not in canonical_json(drawn)


def test_document_is_read_in_another_language_where_it_has_words() -> None:
    read = translated(of(given("Go-live", "yes"), rows(("a", "no")), title="People"), phrases_in(None, "de-AT"))
    [part] = read.parts
    assert (part.title, part.lines[0].value, part.lines[1].rows) == ("Personen", "ja", (("a", "nein"),))
    assert translated(read, phrases_in(None, "xx")) == read


@pytest.mark.parametrize(
    ("term", "text", "said"),
    [
        ("TL", "the tl, who drives", True),
        ("TL", "title", False),
        ("RAID log", "a raid log.", True),
        ("Pay", "payment and pay", True),
        ("Pay", "payments", False),
    ],
)
def test_term_is_used_where_it_stands_as_a_word(term: str, text: str, said: bool) -> None:
    assert is_said(term, text) is said


def test_words_too_long_for_a_line_can_be_broken_and_nothing_is_lost() -> None:
    long = "x" * 10_000
    assert breakable(long).replace("\u200b", "") == long
    assert max(map(len, breakable(long).split("\u200b"))) == 28
    assert breakable("Two words") == "Two words"


HOSTILE = Document(
    title='#import "@preview/x:1.0.0": *',
    customer="$x^2$ \\ `code` #{while true {}} <tag> @ref",
    runbook="R 1",
    parts=(
        Part(
            title="#panic()", says="*bold* // gone?", lines=(given("Long", "W" * 10_000), given("العربية", "שלום 🚀"))
        ),
        Part(title="Rows", level=2, lines=(rows(*((f"{at} of 200", "x" * 80) for at in range(200))),)),
    ),
)


def paper_of(tree: Document) -> Paper:
    return Paper(tree=tree, look=Look(company="#set"), at=datetime(2027, 1, 4, tzinfo=UTC))


def test_hostile_and_long_content_becomes_a_pdf_that_can_be_read_aloud() -> None:
    made = pdf_of(paper_of(HOSTILE))
    assert (made[:5], b"pdfuaid" in made, b"/StructTreeRoot" in made) == (b"%PDF-", True, True)
    assert pdf_of(paper_of(HOSTILE)) == made


def test_what_no_font_shows_becomes_a_pdf_all_the_same() -> None:
    assert pdf_of(paper_of(of(given("Name", "\U00020000 客户"))))[:5] == b"%PDF-"


def test_file_that_takes_too_long_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "_SECONDS", 0.001)
    with pytest.raises(Unprinted, match="too long to be made into a file"):
        pdf_of(paper_of(HOSTILE))


def test_what_no_font_has_is_told_by_its_name() -> None:
    assert without_emoji("Go 🚀 👍🏽 🇩🇪 ✅") == "Go [rocket] [thumbs up sign] DE [white heavy check mark]"
    assert plain("a\x00b\x0bc\ud800\n") == "a b c \n"
    assert (marked("1 May 2027"), marked("שלום"), marked("12")) == ("\u200e1 May 2027\u200e", "שלום", "12")
