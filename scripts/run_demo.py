"""`make run`: a home with a demo company, served, with its address and a sign-in.

The home given as first argument is used unless `GUANXI_HOME` names another; a second run serves what stands there.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

GUANXI = [sys.executable, "-m", "guanxi"]
CREDENTIALS = "demo-sign-in.json"


def free_port(wished: int) -> int:
    """Return the wished port, or the next one that nobody listens on."""
    for port in range(wished, wished + 50):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit(f"no free port between {wished} and {wished + 49}")


def prepare(home: Path) -> dict[str, str]:
    """Make the demo once; return who can sign in with what."""
    kept = home / CREDENTIALS
    if kept.exists():
        return dict(json.loads(kept.read_text(encoding="utf-8")))
    made = subprocess.run([*GUANXI, "demo", "--json"], check=True, stdout=subprocess.PIPE)
    people = dict(json.loads(made.stdout)["people"])
    descriptor = os.open(kept, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(people, file)
    return people


def main() -> None:
    """Prepare, print, serve."""
    home = Path(os.environ.setdefault("GUANXI_HOME", sys.argv[1]))
    port = free_port(int(os.environ.get("PORT", "8000")))
    os.environ.setdefault("GUANXI_PUBLIC_URL", f"http://127.0.0.1:{port}")
    people = prepare(home)
    print(f"\n  Guanxi: http://127.0.0.1:{port}\n", flush=True)
    for name, password in people.items():
        print(f"  sign-in: {name:<10} password: {password}", flush=True)
    print(f"\n  home: {home}\n", flush=True)
    os.execv(sys.executable, [*GUANXI, "serve", "--port", str(port)])  # noqa: S606 - our own program


if __name__ == "__main__":
    main()
