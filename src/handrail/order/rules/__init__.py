"""The rules that an order is held against, by what they are about.

One rule: a rule only looks and tells; how grave it is, which requirement it serves and what mends it stand with it in
the list of `handrail.order.findings`.
"""
