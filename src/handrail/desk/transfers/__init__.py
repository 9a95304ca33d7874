"""Transfers on the desk: preparing them, asking receivers, the flip, and the way back.

One rule: whoever changes a transfer or its lines holds the transfer's row first (`holding.held`), then customers, then
handoffs, each in the order of their ids.
"""
