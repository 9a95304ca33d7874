"""The life of one handoff: what it follows, what may be done, what happened, who owes what."""
