"""What a command's exit code tells a script, beside 0 (done) and 2 (wrong use, which click sets)."""

FAILED = 1
LEFT_OVER = 3  # done, with rows left over
