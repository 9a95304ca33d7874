"""Every rule, in the order in which it is told: what it is called, how grave it is, what mends it, and whom it serves.

One rule: an error cannot be sold whoever approves; a warning goes through three approvals; a notice only tells.
"""

from handrail.order.rules.of_customers import OF_CUSTOMERS
from handrail.order.rules.of_products import OF_PRODUCTS
from handrail.order.rules.rule import Rule

RULES: tuple[Rule, ...] = (*OF_PRODUCTS, *OF_CUSTOMERS)
BY_NAME = {rule.name: rule for rule in RULES}
