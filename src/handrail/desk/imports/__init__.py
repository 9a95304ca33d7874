"""Customers from a file: reading it, understanding its columns, showing what would change, changing it.

One rule: a file is hostile until proved otherwise, and nothing of it is lost without a word. What cannot be taken is
told as a `Problem` with its row, column, value and remedy; the rest is taken.
"""
