"""Pure rules of importing: where the header is, what a column means, what a cell says."""
