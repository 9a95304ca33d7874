"""What a runbook says: its model, its decision tables, how it is read from text, and what can be proved about it."""
