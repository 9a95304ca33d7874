"""DMN's own words: its namespaces, and names that may hold spaces.

One rule: white space in a name counts as one space, however it is written.
"""

import re

# The namespace of the model by DMN's version; 1.3 to 1.5 are read whole, the older two where they say the same.
NAMESPACES = {
    "http://www.omg.org/spec/DMN/20151101/dmn.xsd": "1.1",
    "http://www.omg.org/spec/DMN/20180521/MODEL/": "1.2",
    "https://www.omg.org/spec/DMN/20191111/MODEL/": "1.3",
    "https://www.omg.org/spec/DMN/20211108/MODEL/": "1.4",
    "https://www.omg.org/spec/DMN/20230324/MODEL/": "1.5",
}
NEWEST = "https://www.omg.org/spec/DMN/20230324/MODEL/"
# What only Handrail knows about a table, kept in DMN's extensionElements.
OWN = "urn:handrail:decision-tables:1"

_FEEL = re.compile(r"(https?://www\.omg\.org/spec/(DMN|FEEL)/[^ ]*|feel|s-feel)", re.IGNORECASE)


def plain_name(text: str) -> str:
    return " ".join(text.split())


def is_feel(language: str) -> bool:
    """Whether an `expressionLanguage` is FEEL; where none is named, it is."""
    return not language or _FEEL.fullmatch(language) is not None
