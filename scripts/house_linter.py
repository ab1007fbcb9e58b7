"""The rules of this house that no other linter knows.

1. Reads go through `visible_to`, `changeable_by` or `allowed`: `Model.objects.filter(…)` on a record outside a model,
   a query or a service is refused; so are `raw`, `extra` and `cursor()` outside the metrics engine and records/storing.
2. A string a person sees is translatable: text in a template outside `{% translate %}`, and an f-string or a
   concatenation inside gettext, are refused.
3. Nothing is `eval`uated, pickled or marked safe.

A line that must break a rule says why: `# house: reason`.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

FACES = ("pages", "api", "commands", "jobs")
READERS = {"filter", "all", "get", "exclude", "values", "values_list", "first", "in_bulk", "count", "exists"}
GATES = {"visible_to", "changeable_by", "allowed"}
GETTEXT = {"_", "gettext", "gettext_lazy", "ngettext", "pgettext", "ngettext_lazy", "pgettext_lazy"}
FORBIDDEN = {"eval", "exec", "mark_safe", "SafeString"}
RAW = {"raw", "extra", "RawSQL", "cursor"}
SQL_ROOMS = ("metrics/engine", "records/storing")
TEMPLATE_TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
TRANSLATED = re.compile(r"{% *blocktranslate.*?{% *endblocktranslate *%}", re.DOTALL)
CLASS_BLOCK = re.compile(r"{% block \w*class %}.*?{% endblock %}|{% comment %}.*?{% endcomment %}", re.DOTALL)
NOT_SHOWN = re.compile(r"<(script|style|svg|code|kbd)\b.*?</\1>|<!--.*?-->", re.DOTALL)
SHOWN_ATTRIBUTE = re.compile(r'\b(?:placeholder|title|aria-label|alt)="([^"]*)"')
WORD = re.compile(r"[A-Za-z\u3400-\u9fff\uac00-\ud7af]{2,}")
NAMES = {
    "Guanxi",
    "关系",
    "关",
    "CSV",
    "XLSX",
    "API",
    "ID",
    "SVG",
    "PNG",
    "GeoNames",
    "Natural",
    "Earth",
    "CC",
    "BY",
    "xlsx",
    "xls",
    "ods",
    "csv",
    "tsv",
}


def is_face(path: Path) -> bool:
    """Whether a file is a face of a room, where reads must be gated."""
    room = path.parts[path.parts.index("guanxi") + 1 :]
    return any(part.removesuffix(".py") in FACES for part in room[1:])


def called(node: ast.Call) -> str:
    """Return the plain name of what is called."""
    function = node.func
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def chain(node: ast.expr) -> list[str]:
    """Return the names of an attribute chain, from the right: `a.objects.filter` is [filter, objects, a]."""
    names: list[str] = []
    current: ast.expr | None = node
    while current is not None:
        if isinstance(current, ast.Attribute):
            names.append(current.attr)
            current = current.value
        elif isinstance(current, ast.Call):
            current = current.func
        else:
            names += [current.id] if isinstance(current, ast.Name) else []
            current = None
    return names


def python_faults(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the faults of a Python file."""
    source = path.read_text(encoding="utf-8")
    excused = {number for number, line in enumerate(source.splitlines(), 1) if "# house:" in line}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.lineno not in excused:
            yield from call_faults(path, node)
        if isinstance(node, ast.Import | ast.ImportFrom) and "pickle" in ast.unparse(node):
            yield node.lineno, "nothing is pickled"


def call_faults(path: Path, node: ast.Call) -> Iterator[tuple[int, str]]:
    """Yield the faults of one call."""
    name = called(node)
    if name in FORBIDDEN:
        yield node.lineno, f"'{name}' is not used here"
    if name in RAW and not any(room in path.as_posix() for room in SQL_ROOMS):
        yield node.lineno, f"'{name}': SQL text belongs into the metrics engine or records/storing"
    if name in GETTEXT and node.args and isinstance(node.args[0], ast.JoinedStr | ast.BinOp):
        yield node.lineno, "a translatable string is one plain literal"
    names = chain(node.func)
    if is_face(path) and name in READERS and "objects" in names and not GATES & set(names):
        yield node.lineno, "a read in a face goes through a query that is visible_to somebody"


def template_faults(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the visible texts of a template that are not translatable."""
    source = path.read_text(encoding="utf-8")

    def blank(match: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", match.group())

    for pattern in (TRANSLATED, CLASS_BLOCK, TEMPLATE_TAG, NOT_SHOWN):
        source = pattern.sub(blank, source)
    for number, line in enumerate(source.splitlines(), 1):
        for text in SHOWN_ATTRIBUTE.findall(line):
            if set(WORD.findall(text)) - NAMES:
                yield number, f"not translatable: {text.strip()[:60]!r}"
    for number, line in enumerate(re.sub(r"<[^>]*>", blank, source).splitlines(), 1):
        if set(WORD.findall(line)) - NAMES:
            yield number, f"not translatable: {line.strip()[:60]!r}"


def faults(root: Path) -> Iterator[str]:
    """Yield every fault below `root` as `file:line: what`."""
    for path in sorted(root.rglob("*.py")):
        if "migrations" not in path.parts:
            yield from (f"{path}:{line}: {what}" for line, what in python_faults(path))
    for path in sorted(root.rglob("templates/**/*.html")):
        yield from (f"{path}:{line}: {what}" for line, what in template_faults(path))


if __name__ == "__main__":
    found = list(faults(Path(sys.argv[1])))
    print("\n".join(found) or "house rules kept")
    sys.exit(1 if found else 0)
