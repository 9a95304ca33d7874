"""Mail that comes in: what a mail says, whose it is, and keeping it once.

One rule: a mail is hostile until proved otherwise, and is never lost: what cannot be read is kept as it came.
"""
