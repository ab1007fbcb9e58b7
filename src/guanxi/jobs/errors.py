"""What stops a job."""

from __future__ import annotations


class LeaseLostError(Exception):
    """Someone else holds the job now: whatever this worker has not committed must not be."""


class CancelledError(Exception):
    """A person asked for the job to stop."""


class PausedError(Exception):
    """A person asked for the job to wait."""


class JobFailedError(Exception):
    """The work cannot be done; the message is one clear English line for the person who asked for it."""
