"""Formulas and rules of places: pure, no Django, no clock, no I/O."""
