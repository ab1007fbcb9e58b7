"""What is wrong with a rule."""


class RuleError(ValueError):
    """A rule that cannot class anybody; the message says why, in plain English."""
