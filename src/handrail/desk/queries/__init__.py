"""Every read of the desk, one file a subject.

One rule: what they return is frozen view data, in a number of queries that does not grow with the rows.
"""
