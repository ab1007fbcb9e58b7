"""The pivot's engine: SQL for DuckDB over the facts, its run under limits, and the conditions compiled for it."""
