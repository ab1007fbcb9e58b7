"""Facts and the numbers computed from them."""
