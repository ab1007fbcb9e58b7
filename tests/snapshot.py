"""Files that review sees: what is promised to the outside, compared to the letter and renewed on purpose."""

from __future__ import annotations

import difflib
import os
from pathlib import Path

RENEW = "GUANXI_RENEW"


def same_as_kept(path: Path, found: str, *, meaning: str) -> None:
    """Fail with the difference when `found` is not what is kept; with GUANXI_RENEW=1, keep it instead."""
    if os.environ.get(RENEW) == "1":
        path.write_text(found, encoding="utf-8")
        return
    kept = path.read_text(encoding="utf-8") if path.exists() else ""
    if kept == found:
        return
    lines = list(
        difflib.unified_diff(kept.splitlines(), found.splitlines(), "kept", "found", n=2, lineterm="")
    )
    shown = "\n".join(lines[:200])
    more = f"\n… and {len(lines) - 200} lines more" if len(lines) > 200 else ""
    raise AssertionError(
        f"{meaning}\nIf this is meant, say so in CHANGELOG.md, renew the file and read the difference:\n"
        f"    {RENEW}=1 pytest {os.environ.get('PYTEST_CURRENT_TEST', '').split(' ')[0]}\n{shown}{more}"
    )
