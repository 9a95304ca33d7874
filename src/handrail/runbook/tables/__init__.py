"""Decision tables at work: deciding a case, explaining the answer, and proving a table free of gaps and overlaps."""
