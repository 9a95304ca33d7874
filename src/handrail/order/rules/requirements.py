"""What the requirements that rules serve say, in a few words each."""

REQUIREMENTS = {
    "S4.2": "Page views have the price of each threshold on the order",
    "S4.4": "A new customer gets its starter pack",
    "S4.5": "Products are standard: SKU, description and number",
    "S4.8": "Each line shows list price, discount and sold price; discounts go up the hierarchy",
    "S4.9": "A price of nought or “included” is never silent",
    "S4.10": "Workshops and audits have a date to be consumed by",
    "S4.11": "Services are invoiced before delivery",
    "S4.12": "Customer Success is consulted before services are sold",
    "S4.13": "Only what is outside the catalogue takes the exception path",
    "S4.14": "The statement of work is the only free text",
    "S4.15": "The territory of use comes from a list and is followed up",
    "S4.16": "One layout in every country",
    "S4.17": "Invoice contact and address are verified before the order leaves",
}
