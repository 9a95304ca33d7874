"""SQLite for several writers: Django's own backend behind a fair gate, which one writer at a time goes through."""
