"""Pure parts of the metrics: money, windows, definitions, scores."""
