"""What the surroundings say: the few settings of contract.md, read once and typed."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import platformdirs


@dataclass(frozen=True, slots=True)
class Environment:
    """The settings a person can make without touching a file of ours."""

    home: Path
    database_url: str
    engine: str
    public_url: str
    language: str | None
    debug: bool
    snapshot_days: int = 400

    @property
    def warehouse(self) -> Path:
        """Directory of the columnar facts."""
        return self.home / "warehouse"

    @property
    def uploads(self) -> Path:
        """Directory of files that people brought in."""
        return self.home / "uploads"


def read_environment(variables: Mapping[str, str] | None = None) -> Environment:
    """Read `GUANXI_*` from the environment; what is missing gets contract.md's default."""
    found = os.environ if variables is None else variables
    home = Path(found.get("GUANXI_HOME") or platformdirs.user_data_dir("guanxi")).expanduser().absolute()
    return Environment(
        home=home,
        database_url=found.get("GUANXI_DATABASE_URL") or f"sqlite:///{home / 'guanxi.sqlite3'}",
        engine=found.get("GUANXI_ENGINE") or "duckdb",
        public_url=(found.get("GUANXI_PUBLIC_URL") or "http://127.0.0.1:8000").rstrip("/"),
        language=found.get("GUANXI_LANGUAGE") or None,
        debug=found.get("GUANXI_DEBUG") == "1",
        snapshot_days=_whole(found.get("GUANXI_SNAPSHOT_DAYS"), otherwise=400),
    )


def _whole(text: str | None, *, otherwise: int) -> int:
    """Return a whole number that is not negative, `otherwise` for none and for what is not one."""
    return int(text) if text and text.isascii() and text.isdigit() else otherwise


def read_secret_key(home: Path) -> str:
    """Return the installation's secret, made on first use and readable by its owner alone."""
    path = home / "secret_key"
    home.mkdir(parents=True, exist_ok=True)
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        secret = secrets.token_urlsafe(48)
        file.write(secret)
    return secret
