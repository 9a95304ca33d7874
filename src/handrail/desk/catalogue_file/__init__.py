"""The catalogue as a file, CSV or XLSX: written, read, and compared with what stands.

One rule: what was written and is read again changes nothing.
"""
