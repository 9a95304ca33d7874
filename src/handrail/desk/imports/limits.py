"""How large a file may be. One rule: every limit is checked before the work that it bounds."""

MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS = 50_000
MOST_COLUMNS = 200

# Of a spreadsheet once it is unpacked: all its parts together, and the cells of the rectangle that a sheet spans.
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_PARTS = 2_000
MOST_CELLS = 5_000_000
