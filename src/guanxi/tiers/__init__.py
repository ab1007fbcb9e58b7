"""Schemes of classes over metrics, and the pyramid."""
