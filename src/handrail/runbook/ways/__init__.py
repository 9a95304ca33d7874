"""The ways that a handoff can take: what can come to be for some customer, and what never can."""
