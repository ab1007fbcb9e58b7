"""Writes of jobs: asking for work, doing it under a lease, taking up what a killed worker left."""

from guanxi.jobs.services.execution import run_job
from guanxi.jobs.services.queueing import cancel_job, enqueue, pause_job, resume_job
from guanxi.jobs.services.reaping import reap_expired, release_leases
from guanxi.jobs.services.registry import Follower, Handler, Watcher, follow, register, watch, watchers
from guanxi.jobs.services.run import JobRun

__all__ = [
    "Follower",
    "Handler",
    "JobRun",
    "Watcher",
    "cancel_job",
    "enqueue",
    "follow",
    "pause_job",
    "reap_expired",
    "register",
    "release_leases",
    "resume_job",
    "run_job",
    "watch",
    "watchers",
]
