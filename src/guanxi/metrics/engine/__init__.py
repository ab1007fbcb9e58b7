"""Facts in columns: the warehouse, what metrics mean in Ibis, and the engine that computes them."""
