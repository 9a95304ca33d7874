"""XML → a tree of elements with their places, or the problems that stand in the way.

One rule: hostile XML is answered like any mistake. A document type is refused, and with it every entity that could be
blown up or fetched; size, depth and the number of elements are bounded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from handrail.runbook.exchange import LARGEST_BYTES
from handrail.runbook.problem import Place
from handrail.runbook.reading.margin import Margin, quoted

DEEPEST = 60
MOST_ELEMENTS = 400_000


@dataclass(kw_only=True)
class Element:
    """`name` without its namespace; `text` is what stands in it, outside other elements; `text_place` where it begins.

    Attributes are called by their names, those of a foreign namespace by namespace and name.
    """

    namespace: str
    name: str
    attributes: Mapping[str, str]
    place: Place
    text: str = ""
    text_place: Place | None = None
    children: list["Element"] = field(default_factory=list)

    def all(self, name: str) -> Iterator["Element"]:
        """The children of that name, in the element's own namespace."""
        return (child for child in self.children if child.name == name and child.namespace == self.namespace)

    def one(self, name: str) -> "Element | None":
        return next(self.all(name), None)

    def get(self, attribute: str) -> str:
        """The attribute's text; empty where there is none."""
        return self.attributes.get(attribute, "").strip()

    def words(self, child: str = "text") -> str:
        """The text of the child `text`, as DMN wraps every expression and value."""
        found = self.one(child)
        return found.text.strip() if found else ""

    def words_place(self, child: str = "text") -> Place:
        found = self.one(child)
        return self.place if found is None else found.text_place or found.place


class _Refused(Exception):
    """Reading cannot go on; the margin has been told why."""


class _Growing:
    """The tree as far as the parser has told it."""

    def __init__(self, margin: Margin) -> None:
        self.root: Element | None = None
        self._margin = margin
        self._open: list[tuple[Element, list[str]]] = []
        self._count = 0
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self._refuse_doctype
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._more

    def place(self) -> Place:
        line, column = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber
        return Place(file=self._margin.file, line=line, column=column + 1)

    def _refuse_doctype(self, *_: object) -> None:
        says = "The file declares a document type (DOCTYPE), which can hold entities; DMN needs none."
        self._refuse("doctype", says, "Take the <!DOCTYPE …> out.")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._count += 1
        if len(self._open) >= DEEPEST:
            self._refuse("too-deep", f"Elements are nested more than {DEEPEST} deep here.", _ANOTHER_FILE)
        if self._count > MOST_ELEMENTS:
            self._refuse("too-many-values", f"The file has more than {MOST_ELEMENTS:,} elements.", _ANOTHER_FILE)
        namespace, _, name = tag.rpartition(" ")
        element = Element(namespace=namespace, name=name, attributes=attributes, place=self.place())
        if self._open:
            self._open[-1][0].children.append(element)
        else:
            self.root = element
        self._open.append((element, []))

    def _more(self, text: str) -> None:
        element, texts = self._open[-1]
        if element.text_place is None and text.strip():
            element.text_place = self.place()
        texts.append(text)

    def _end(self, _: str) -> None:
        element, texts = self._open.pop()
        element.text = "".join(texts)

    def _refuse(self, code: str, says: str, mend: str) -> None:
        self._margin.error(self.place(), code, says, mend)
        raise _Refused


_ANOTHER_FILE = "Check that this is the file you meant."


def tree_of(content: bytes, margin: Margin) -> Element | None:
    """The document's outermost element; None where there is none, which is then told."""
    if len(content) > LARGEST_BYTES:
        says = f"The file is larger than {LARGEST_BYTES:,} bytes, the most that is read."
        margin.error(Place(file=margin.file), "too-large", says, _ANOTHER_FILE)
        return None
    growing = _Growing(margin)
    try:
        growing.parser.Parse(content, True)
    except _Refused:
        return None
    except expat.ExpatError as fault:
        _tell_fault(fault, margin)
        return None
    except (LookupError, ValueError) as fault:  # an encoding that Python does not have, or that is of several bytes
        margin.error(Place(file=margin.file), "not-xml", f"The file cannot be read: {fault}.", "Save it in UTF-8.")
        return None
    return growing.root


def _tell_fault(fault: expat.ExpatError, margin: Margin) -> None:
    place = Place(file=margin.file, line=fault.lineno, column=fault.offset + 1)
    why = quoted(expat.ErrorString(fault.code))
    margin.error(place, "not-xml", f"This is not well-formed XML: {why}.", "Mend it, or export the file again.")
