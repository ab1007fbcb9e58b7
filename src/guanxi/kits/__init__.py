"""Starter kits and their demo companies: data, and the one service that writes them."""
