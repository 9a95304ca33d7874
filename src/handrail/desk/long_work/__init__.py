"""Work that takes longer than somebody waits for a page: imports, bulk actions, rebuilds, and taking back.

One rule: a bit at a time. What a bit does and how far the work has come are committed together, so that whoever goes on
after a kill does nothing twice and leaves nothing out.

Each sort of work is a module of its own, with a `Sort` that `working` knows: what a bit of it is, and what came of it
in words. `beginning` begins work and cancels it, `working` is the worker's part, `ending` tells whoever began it.
"""
