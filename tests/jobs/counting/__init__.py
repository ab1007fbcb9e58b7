"""Work that counts to a hundred in batches of ten, and whose worker is killed in two of them."""
