"""The order desk's rules: what can be sold, what an order says, what is wrong with it, and what the customer then has.

One rule: amounts are exact decimals; nothing here reads a clock, a database or a setting.
"""
