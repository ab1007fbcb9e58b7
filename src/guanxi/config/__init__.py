"""Settings, URL root and the server's entry point."""
