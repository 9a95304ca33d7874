"""The desk: the one Django app, which puts worktime, runbooks and handoffs in front of people."""
