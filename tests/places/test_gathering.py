"""Neighbouring cells become one cluster, the same from wherever they are seen."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from guanxi.places.calc.gathering import REACH, ROUNDS, gather

SIDE = 24


@st.composite
def tables(draw: st.DrawFn) -> NDArray[np.int64]:
    """Cells of which a share is filled, each with a rank of its own."""
    drawn = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    filled = drawn.random((SIDE, SIDE)) < draw(st.sampled_from([0.0, 0.05, 0.3, 0.7, 1.0]))
    table = np.zeros((SIDE, SIDE), dtype=np.int64)
    table[filled] = drawn.permutation(np.arange(1, filled.sum() + 1))
    return table


def around(table: NDArray[np.int64], row: int, column: int) -> NDArray[np.int64]:
    return table[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2]


@given(tables())
def test_every_filled_cell_belongs_to_itself_or_to_a_neighbour_that_is_a_seed(
    table: NDArray[np.int64],
) -> None:
    seeds = gather(table)
    assert ((seeds > 0) == (table > 0)).all()
    for row, column in np.argwhere(table > 0):
        seed = seeds[row, column]
        assert seed in around(table, row, column)
        assert seeds[table == seed] == seed


@given(tables())
def test_a_cell_with_more_than_its_neighbours_takes_all_of_them_that_no_larger_one_takes(
    table: NDArray[np.int64],
) -> None:
    seeds = gather(table)
    for row, column in np.argwhere(table > 0):
        if table[row, column] == around(table, row, column).max():
            assert (around(seeds, row, column)[around(table, row, column) > 0] >= table[row, column]).all()


@given(tables(), st.integers(0, SIDE - 2 * REACH), st.integers(0, SIDE - 2 * REACH))
def test_a_part_of_the_table_is_judged_as_the_whole(table: NDArray[np.int64], row: int, column: int) -> None:
    side = 2 * REACH
    part = gather(table[row : row + side, column : column + side])
    sure = 2 * ROUNDS + 1
    inner = slice(sure, side - sure)
    assert (part[inner, inner] == gather(table)[row : row + side, column : column + side][inner, inner]).all()


def test_a_row_of_equal_cells_does_not_become_one() -> None:
    assert gather(np.array([[1, 2, 3, 4, 5, 6]])).tolist() == [[1, 2, 4, 4, 6, 6]]
