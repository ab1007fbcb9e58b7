"""Customers, the people at them, and what happened with them."""
