"""Places: geocoding, gazetteer, coordinate systems, the point index and the map."""
