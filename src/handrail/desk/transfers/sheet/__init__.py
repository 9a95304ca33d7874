"""The team lead's spreadsheet of accounts to transfer (S2.5): its columns, an empty one, and what one says.

One rule: the file is kept byte for byte as it came; what is taken from it is told row by row.
"""
