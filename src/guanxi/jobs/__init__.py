"""Long work: lease, heartbeat, progress, checkpoint, resume."""
