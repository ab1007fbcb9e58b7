"""Records that are one and the same: found, shown side by side, merged, and taken apart again."""
