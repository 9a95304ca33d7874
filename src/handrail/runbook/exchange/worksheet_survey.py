"""What a worksheet's XML says about its size before anything makes room for it: extents, error cells, shared texts.

One rule: a document type is refused, and with it every entity that could be blown up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat


@dataclass(frozen=True)
class Extent:
    """How far the cells with content reach from A1, and how many there are."""

    rows: int = 0
    columns: int = 0
    cells: int = 0

    @property
    def area(self) -> int:
        return self.rows * self.columns


@dataclass(frozen=True, kw_only=True)
class Survey:
    """`errors` are the cells that hold an error such as #N/A, by row and column from 1: calamine shows them empty.
    `shared` says how often each text of the workbook's shared ones is used, by its index."""

    extent: Extent = Extent()
    errors: Mapping[tuple[int, int], str] = field(default_factory=dict)
    shared: Mapping[str, int] = field(default_factory=dict)


class Forbidden(Exception):
    """The XML declares entities or a document type, which no spreadsheet program writes."""


class NotASheet(Exception):
    """The part's outermost element is not a worksheet: nothing to survey."""


def survey(xml: bytes) -> Survey | None:
    """None where the part is not a worksheet."""
    surveyor = Surveyor()
    try:
        surveyor.parser.Parse(xml, True)
    except NotASheet:
        return None
    extent = Extent(surveyor.rows, surveyor.columns, surveyor.cells)
    return Survey(extent=extent, errors=surveyor.errors, shared=surveyor.shared)


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element's name, without its prefix, and attributes."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = guarded_parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((local(tag), attributes))
    parser.Parse(xml, True)
    return found


def copied_text(parts: Mapping[str, bytes], sheets: Iterable[Survey]) -> int:
    """How many characters a sheet would have once every cell holds its own copy of the shared text that it names."""
    longest: dict[int, int] = {}
    for name, xml in parts.items():
        if "sharedstrings" in name.lower():
            for index, length in enumerate(_text_lengths(xml)):
                longest[index] = max(length, longest.get(index, 0))
    return max((_copied(one.shared, longest) for one in sheets), default=0)


def _copied(shared: Mapping[str, int], longest: Mapping[int, int]) -> int:
    return sum(longest.get(int(index), 0) * times for index, times in shared.items())


def _text_lengths(xml: bytes) -> list[int]:
    """How many characters each shared text (`si`) has."""
    lengths: list[int] = []
    parser = guarded_parser()

    def start(tag: str, _: dict[str, str]) -> None:
        if local(tag) == "si":
            lengths.append(0)

    def more(text: str) -> None:
        if lengths:
            lengths[-1] += len(text)

    parser.buffer_text = True
    parser.StartElementHandler = start
    parser.CharacterDataHandler = more
    parser.Parse(xml, True)
    return lengths


def guarded_parser() -> expat.XMLParserType:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _forbid
    return parser


def _forbid(*_: object) -> None:
    raise Forbidden("it declares a document type")


def local(tag: str) -> str:
    return tag.rpartition(":")[2]


class Surveyor:
    """Follows a worksheet's elements; rows and cells without a reference count on from the one before."""

    def __init__(self) -> None:
        self.rows = self.columns = self.cells = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.shared: Counter[str] = Counter()
        self._row = self._column = self._depth = 0
        self._type = self._value = ""
        self.parser = guarded_parser()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = local(tag)
        if not self._depth and name != "worksheet":
            raise NotASheet
        self._depth += 1
        if name in ("v", "is"):
            self._content(name)
        elif name == "c":
            self._cell(attributes)
        elif name == "row":
            self._row = int(attributes["r"]) if "r" in attributes else self._row + 1
            self._column = 0

    def _cell(self, attributes: dict[str, str]) -> None:
        if "r" in attributes:
            self._row, self._column = position(attributes["r"])
        else:
            self._column += 1
        self._type = attributes.get("t", "")

    def _content(self, name: str) -> None:
        self.cells += 1
        self.rows = max(self.rows, self._row)
        self.columns = max(self.columns, self._column)
        if name == "v" and self._type in ("e", "s"):
            self.parser.CharacterDataHandler = self._more

    def _more(self, text: str) -> None:
        self._value += text[:20]

    def _end(self, tag: str) -> None:
        self._depth -= 1
        if not self._value or local(tag) != "v":
            return
        if self._type == "e":
            self.errors[self._row, self._column] = self._value
        else:
            self.shared[self._value.strip()] += 1
        self._value = ""
        self.parser.CharacterDataHandler = None


def position(reference: str) -> tuple[int, int]:
    """`B12` is row 12, column 2."""
    letters = reference.rstrip("0123456789")
    column = 0
    for letter in letters.upper():
        if not "A" <= letter <= "Z":
            raise ValueError(f"{reference[:20]} is not the place of a cell")
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(reference[len(letters) :] or 0), column
