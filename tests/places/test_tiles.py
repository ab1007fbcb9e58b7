"""The encoder against a reader written from the specification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.tiles import Numbers, PointLayer, Texts, encode_tile
from tests.places.tile_reader import read_tile

COORDINATE = st.integers(-(2**20), 2**20)
TEXT = st.text(max_size=40)


def integers(values: list[int]) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@given(
    st.lists(
        st.tuples(
            COORDINATE,
            COORDINATE,
            st.none() | st.integers(0, 2**53),
            st.none() | st.integers(-(2**40), 2**40),
            st.none() | st.floats(allow_nan=False),
            st.none() | TEXT,
        ),
        min_size=1,
        max_size=30,
    )
)
def test_what_goes_in_comes_out(
    rows: list[tuple[int, int, int | None, int | None, float | None, str | None]],
) -> None:
    texts = sorted({row[5] for row in rows if row[5] is not None})
    layer = PointLayer(
        "点 points",
        integers([row[0] for row in rows]),
        integers([row[1] for row in rows]),
        integers([row[2] or 0 for row in rows]),
        np.array([row[2] is not None for row in rows]),
        {
            "whole": Numbers(
                integers([row[3] or 0 for row in rows]), np.array([row[3] is not None for row in rows])
            ),
            "real": Numbers(
                np.array([row[4] or 0.0 for row in rows]), np.array([row[4] is not None for row in rows])
            ),
            "名称": Texts(integers([-1 if row[5] is None else texts.index(row[5]) for row in rows]), texts),
        },
    )
    [read] = read_tile(encode_tile([layer]))
    assert (read.name, read.version, read.extent) == ("点 points", 2, 4096)
    assert [feature.points for feature in read.features] == [[(row[0], row[1])] for row in rows]
    assert [feature.id for feature in read.features] == [row[2] for row in rows]
    assert {feature.kind for feature in read.features} == {1}
    for feature, row in zip(read.features, rows, strict=True):
        expected = {"whole": row[3], "real": row[4], "名称": row[5]}
        assert feature.properties == {key: value for key, value in expected.items() if value is not None}


def test_without_ids_and_properties_only_geometry_is_written() -> None:
    [read] = read_tile(encode_tile([PointLayer("bare", integers([1, 2]), integers([3, 4]))], extent=512))
    assert read.extent == 512
    assert [(feature.id, feature.points, feature.properties) for feature in read.features] == [
        (None, [(1, 3)], {}),
        (None, [(2, 4)], {}),
    ]


def test_layers_keep_their_order_and_empty_ones_are_left_out() -> None:
    nothing = PointLayer("nothing", integers([]), integers([]))
    one = PointLayer("one", integers([0]), integers([0]), integers([0]))
    two = PointLayer("two", integers([5]), integers([6]), integers([2**60]))
    layers = read_tile(encode_tile([nothing, two, one]))
    assert [(layer.name, layer.features[0].id) for layer in layers] == [("two", 2**60), ("one", 0)]
    assert encode_tile([nothing]) == b""


def test_two_hundred_properties_need_keys_of_two_bytes() -> None:
    names = [f"p{number}" for number in range(200)]
    layer = PointLayer(
        "wide",
        integers([1, 2]),
        integers([1, 2]),
        properties={name: Numbers(integers([7, at])) for at, name in enumerate(names)},
    )
    first, second = read_tile(encode_tile([layer]))[0].features
    assert first.properties == dict.fromkeys(names, 7)
    assert second.properties == {name: at for at, name in enumerate(names)}


@pytest.mark.parametrize("edge", [127, 128, 16_383, 16_384, 2**21 - 1, 2**21, 2**62])
def test_numbers_at_the_edges_of_a_varint(edge: int) -> None:
    layer = PointLayer(
        "edge", integers([0]), integers([0]), integers([edge]), None, {"n": Numbers(integers([edge]))}
    )
    [feature] = read_tile(encode_tile([layer]))[0].features
    assert (feature.id, feature.properties) == (edge, {"n": edge})
