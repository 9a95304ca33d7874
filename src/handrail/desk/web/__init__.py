"""The pages: they read the clock, ask `queries`, give commands to the `ledger`, and show what came of it."""
