"""Handrail runs customer handoffs: every promise, document, owner and approval is accounted for until the receiver accepts."""
