"""Files of orders: what their columns mean, and the orders that their rows are.

One rule: whatever a file holds, reading it answers with orders and with problems in words; it never raises.
"""
