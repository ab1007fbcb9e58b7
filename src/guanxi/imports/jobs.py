"""The room's long work."""

from __future__ import annotations

from guanxi.imports.services.running import CHECK, IMPORT, run_check, run_import
from guanxi.jobs.services import register

register(IMPORT, run_import)
register(CHECK, run_check)
