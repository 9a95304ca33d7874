"""Handrail runs customer handoffs: each document, approval and owner is accounted for until the receiver accepts."""
