"""Reading spreadsheets as people have them; no Django, no trust in the file.

`read_table` opens the file in a child process with limits, so that a hostile or broken file costs one
clear line and nothing else.
"""

from guanxi.imports.reading.process import read_table
from guanxi.imports.reading.table import Cell, Limits, Note, ReadError, Row, Sheet, Table, TableHead

__all__ = ["Cell", "Limits", "Note", "ReadError", "Row", "Sheet", "Table", "TableHead", "read_table"]
