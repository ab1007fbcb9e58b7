"""The HTTP API: its root, and how it is told from outside whether it is well."""
