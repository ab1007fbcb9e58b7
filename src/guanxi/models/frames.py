"""Columns out of any data frame that speaks the Arrow interface, out of a mapping, or out of a Parquet file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from guanxi.models.errors import ModelDataError

Frame = Any
"""An object with `__arrow_c_stream__` (pandas, polars, pyarrow, duckdb …), a mapping of columns, or a Parquet path."""


def is_frame(data: object) -> bool:
    """Whether the data is a frame, and not a sequence of numbers or a scalar."""
    return isinstance(data, Mapping | str | Path) or hasattr(data, "__arrow_c_stream__")


def arrow_table(frame: Frame, columns: Sequence[str] | None = None) -> Any:
    """Return the frame as an Arrow table, only `columns` of it, in their order; no copy where Arrow needs none.

    Raises ModelDataError: missing_column, unreadable_file, not_a_frame.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy

    if isinstance(frame, str | Path):
        return _parquet(Path(frame), columns)
    if isinstance(frame, Mapping):
        table = pa.table({name: np.asarray(values) for name, values in frame.items()})
    elif hasattr(frame, "__arrow_c_stream__"):
        table = pa.table(frame)
    else:
        raise ModelDataError(
            "not_a_frame",
            f"{type(frame).__name__} is no data frame: give pandas, polars, pyarrow, a mapping of columns, "
            "or the path of a Parquet file.",
        )
    if columns is None:
        return table
    check_columns(table.column_names, columns)
    return table.select(list(columns))


def _parquet(path: Path, columns: Sequence[str] | None) -> Any:
    import pyarrow as pa  # noqa: PLC0415 - heavy
    import pyarrow.parquet as pq  # noqa: PLC0415 - heavy

    try:
        if columns is not None:
            check_columns(pq.read_schema(path).names, columns)
        return pq.read_table(path, columns=None if columns is None else list(columns))
    except (OSError, pa.ArrowException) as error:
        raise ModelDataError(
            "unreadable_file", f"'{path}' cannot be read as Parquet: check its name and its format."
        ) from error


def check_columns(present: Sequence[str], wanted: Sequence[str]) -> None:
    """Raise ModelDataError missing_column unless all `wanted` are `present`."""
    missing = [name for name in wanted if name not in present]
    if missing:
        raise ModelDataError(
            "missing_column",
            f"there is no column '{missing[0]}'; the columns are: {', '.join(map(str, present))}",
        )


def float_column(table: Any, name: str) -> NDArray[np.float64]:
    """Return a column of an Arrow table as floats; an empty cell is NaN. Raises ModelDataError not_a_number."""
    import pyarrow as pa  # noqa: PLC0415 - heavy

    try:
        column = table.column(name).cast(pa.float64())
    except pa.ArrowException as error:
        raise ModelDataError("not_a_number", f"the column '{name}' does not hold numbers") from error
    return np.asarray(column.to_numpy(), dtype=np.float64)


def float_columns(frame: Frame, columns: Sequence[str]) -> dict[str, NDArray[np.float64]]:
    """Return columns of a frame as floats. Raises ModelDataError: missing_column, not_a_number, not_a_frame."""
    table = arrow_table(frame, columns)
    return {name: float_column(table, name) for name in columns}


def floats(values: object, what: str = "values") -> NDArray[np.float64]:
    """Return numbers as a one-dimensional array of floats.

    Raises ModelDataError: not_a_number, not_finite, wrong_shape.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise ModelDataError("not_a_number", f"the {what} are not all numbers") from error
    if array.ndim != 1:
        raise ModelDataError("wrong_shape", f"the {what} are not one row of numbers")
    if not np.isfinite(array).all():
        raise ModelDataError(
            "not_finite", f"the {what} hold gaps or infinite numbers: fill or leave them out"
        )
    return array
