"""The pages of what customers bought: all of it, one customer's, one of it, putting it right, and bringing it in."""
