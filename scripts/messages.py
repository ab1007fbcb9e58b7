"""The translations: `extract` gathers what people see into the catalogues, `compile` makes them quick to read, `check`
says what is missing. Pure Python: no gettext tools are needed.
"""

from __future__ import annotations

import ast
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_python
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "guanxi"
LOCALES = SOURCE / "locale"
LANGUAGES = ("zh_Hans", "zh_Hant", "ko")
KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "pgettext_noop": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
HEADER = "# Guanxi: {language}. Terms are those of the glossary.\n#"


def sources() -> Iterator[tuple[Path, str]]:
    """Yield every file with strings people see, templates as Python that calls gettext."""
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted(SOURCE.rglob("templates/**/*.*")):
        if path.suffix in (".html", ".txt"):
            text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
            yield path, "\n".join(line.strip() for line in text.splitlines())


def extracted() -> Catalog:
    """Return all messages of the program as a catalogue without translations."""
    catalog = Catalog(project="Guanxi", charset="utf-8")
    for path, text in sources():
        name = path.relative_to(ROOT).as_posix()
        lines = io.BytesIO(text.encode())
        for _line, function, messages, comments in extract_python(lines, KEYWORDS, ["Translators:"], {}):
            context, identity = split(function, messages)
            if identity:
                catalog.add(identity, locations=[(name, 0)], auto_comments=comments, context=context)
    return catalog


def split(function: str, messages: object) -> tuple[str | None, str | tuple[str, str] | None]:
    """Return context and message (a pair for plurals) of one call."""
    given = (
        [messages]
        if isinstance(messages, str)
        else [part for part in messages or () if isinstance(part, str)]
    )
    context = given.pop(0) if "pgettext" in (function or "") and given else None
    if not given:
        return context, None
    if (function or "").startswith(("ngettext", "npgettext")) and len(given) >= 2:
        return context, (given[0], given[1])
    return context, given[0]


def path_of(language: str) -> Path:
    """Return where the catalogue of a language is."""
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def load(language: str) -> Catalog:
    """Return the catalogue of a language as it is kept."""
    path = path_of(language)
    if not path.exists():
        return Catalog(locale=language, project="Guanxi", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def extract() -> int:
    """Bring every catalogue up to date; translations are kept, what is gone is dropped."""
    template = extracted()
    for language in LANGUAGES:
        catalog = load(language)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        catalog.header_comment = HEADER.format(language=language)
        path = path_of(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        written = io.BytesIO()
        write_po(written, catalog, width=0, sort_output=True, no_location=True, omit_header=False)
        kept = [line for line in written.getvalue().decode().splitlines() if "-Date:" not in line]
        path.write_text("\n".join(kept) + "\n", encoding="utf-8")
        missing = [message for message in catalog if message.id and not is_translated(message)]
        print(f"{language}: {len(catalog)} messages, {len(missing)} to translate")
    return 0


def compile_catalogues() -> int:
    """Write the compiled catalogues where they are older than their sources."""
    for language in LANGUAGES:
        source, target = path_of(language), path_of(language).with_suffix(".mo")
        if source.exists() and not (target.exists() and target.stat().st_mtime >= source.stat().st_mtime):
            with target.open("wb") as file:
                write_mo(file, load(language))
    return 0


def is_translated(message: Message) -> bool:
    """Whether a message has its text in the other language, in every plural form."""
    texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(texts) and not message.fuzzy


def faults(language: str, template: Catalog) -> Iterator[str]:
    """Yield what is missing or wrong in a catalogue."""
    catalog = load(language)
    for message in template:
        if not message.id:
            continue
        found = catalog.get(message.id, context=message.context)
        if found is None or not is_translated(found):
            yield f"{language}: not translated: {message.id!r}"
            continue
        yield from (f"{language}: {error} in {message.id!r}" for error in found.check(catalog))


def hidden() -> Iterator[str]:
    """Yield texts inside an f-string: before Python 3.12 they are not extracted, and nobody notices."""
    for path, text in sources():
        nodes = ast.walk(ast.parse(text)) if path.suffix == ".py" else ()
        for outer in (node for node in nodes if isinstance(node, ast.JoinedStr)):
            calls = (node.func for node in ast.walk(outer) if isinstance(node, ast.Call))
            if any(isinstance(function, ast.Name) and function.id in KEYWORDS for function in calls):
                yield f"{path.relative_to(ROOT)}:{outer.lineno}: take the text out of the f-string"


def check() -> int:
    """Say what is not translated; exit 1 when anything is missing."""
    template = extracted()
    found = [*hidden(), *(fault for language in LANGUAGES for fault in faults(language, template))]
    print("\n".join(found) or "all strings are there in four languages")
    return 1 if found else 0


COMMANDS = {"extract": extract, "compile": compile_catalogues, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in COMMANDS:
        sys.exit(f"usage: messages.py {' | '.join(COMMANDS)}")
    sys.exit(COMMANDS[sys.argv[1]]())
