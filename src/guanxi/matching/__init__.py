"""Which records are one: the matcher. Pure; importing it costs nothing heavy."""
