"""`guanxi reindex`, and what `guanxi check` asks about the index."""

from __future__ import annotations

import json

import click

from guanxi.records.search.feed import index_next, missing_rows, note_missing, pending_rows, rebuild


def check_search() -> str:
    """Return what is wrong with the index in one line, "" when nothing is. What waits for the worker is not wrong."""
    if pending_rows():
        return ""
    missing = missing_rows()
    told = ", ".join(f"{name}: {count}" for name, count in missing.items())
    return (
        f"the index of search lacks or keeps too many records ({told}); run: guanxi reindex"
        if missing
        else ""
    )


@click.command()
@click.option("--missing", is_flag=True, help="Keep the index and write every record into it again.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
def reindex(*, missing: bool, as_json: bool) -> None:
    """Write the index of search anew; people may go on working meanwhile.

    Example: guanxi reindex
    """
    if missing:
        note_missing()
    else:
        rebuild()
    done, left = 0, True
    while left:
        more, left = index_next()
        done += more
    click.echo(json.dumps({"records": done}) if as_json else f"{done} records written into the index")
