"""Books of business: who owns what, how accounts pass from one owner to another, and how books are balanced.

One rule: no clock, no database, no framework. Persons and accounts are known by numbers; money is whole cents.
"""
