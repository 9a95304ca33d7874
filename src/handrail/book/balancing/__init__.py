"""Balancing books of business: which account goes to whom, so that books are even and each account suits its owner.

One rule: it is the same answer for the same question. `balance.balance` takes a `Problem` and gives a `Proposal`.

    problem    what is asked: accounts, people, policy
    fitting    who has what an account must have, and what it costs where a wish stays open
    shares     the even share of each book, how far it may grow, and what it costs to be above it
    arcs       all pairs of an account and a person that can be, as arrays
    flow       the optimum where an account is an account: a flow of least cost
    relaxing   the bound where accounts weigh differently: a linear programme
    books      who has which account while an answer is put together
    rounding   whole accounts near that bound
    exchanging, making_room, searching: how such an answer is made better
    telling    why this person and who was next, in words
"""
