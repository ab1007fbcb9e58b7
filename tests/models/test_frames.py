"""Columns come out of whatever a notebook has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from guanxi.models.errors import ModelDataError
from guanxi.models.frames import arrow_table, float_columns, floats, is_frame

COLUMNS = {"a": [1, 2], "b": [0.5, None]}


def test_columns_come_from_any_frame_and_from_a_file(tmp_path: Path) -> None:
    pq.write_table(pa.table(COLUMNS), tmp_path / "frame.parquet")
    frames = (pa.table(COLUMNS), pd.DataFrame(COLUMNS), pl.DataFrame(COLUMNS), tmp_path / "frame.parquet")
    for frame in (*frames, str(tmp_path / "frame.parquet"), {"a": [1, 2], "b": [0.5, np.nan]}):
        assert is_frame(frame)
        found = float_columns(frame, ["b", "a"])
        assert found["a"].tolist() == [1, 2]
        assert found["b"][0] == 0.5
        assert np.isnan(found["b"][1])
        assert arrow_table(frame).column_names == ["a", "b"]
    assert not is_frame([1, 2])
    assert not is_frame(3.0)


@pytest.mark.parametrize(
    ("frame", "columns", "code"),
    [
        (COLUMNS, ["c"], "missing_column"),
        ({"a": ["x"]}, ["a"], "not_a_number"),
        (3, ["a"], "not_a_frame"),
        (__file__, ["a"], "unreadable_file"),
        ("nowhere.parquet", None, "unreadable_file"),
    ],
)
def test_what_is_no_frame_of_numbers_is_refused(frame: Any, columns: Any, code: str) -> None:
    with pytest.raises(ModelDataError) as refused:
        float_columns(frame, columns) if columns else arrow_table(frame)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("values", "code"),
    [([["a"]], "not_a_number"), ([[1.0]], "wrong_shape"), ([float("inf")], "not_finite"), (5, "wrong_shape")],
)
def test_what_is_no_row_of_numbers_is_refused(values: Any, code: str) -> None:
    with pytest.raises(ModelDataError) as refused:
        floats(values)
    assert refused.value.code == code
