"""What a pivot is: measures by dimensions of a fact, as data; how an answer is put together. Pure."""
