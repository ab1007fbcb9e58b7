"""Commands of the map, which need no home."""
