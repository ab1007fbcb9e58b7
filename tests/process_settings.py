"""The program's own settings, and one kind of work that only tests know."""

from guanxi.config.settings import *  # noqa: F403
from guanxi.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.jobs.counting"]
