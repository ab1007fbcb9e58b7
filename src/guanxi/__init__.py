"""Guanxi: a customer map, a CRM and a customer-intelligence engine in one program.

Importing this package starts no Django and loads nothing heavy.
"""

__version__ = "0.1.0"
