"""The pages of orders, each way of looking at one a page of its own, within one frame."""
