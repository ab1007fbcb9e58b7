"""Reads the points compiled for this gazetteer: 'unit: part latitude longitude; …', '#' starts a comment."""

from pathlib import Path

Point = tuple[float, float]
ITSELF = "="


def read_points(path: Path) -> dict[str, dict[str, Point]]:
    """Points by unit and part; the part '=' is the unit itself."""
    groups: dict[str, dict[str, Point]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        unit, _, parts = line.partition(":")
        group = groups.setdefault(unit.strip(), {})
        for part in parts.split(";"):
            name, latitude, longitude = part.split()
            group[name] = (float(latitude), float(longitude))
    return groups
