"""Decision tables from and to other programs: DMN's XML, and spreadsheets.

Its one rule: a round trip changes nothing, and what cannot be taken over is said.
"""

LARGEST_BYTES = 10_000_000
