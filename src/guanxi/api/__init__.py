"""The root of the HTTP API."""
