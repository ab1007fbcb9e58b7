"""Clusters: exact sums, one tile a point, the same at the edges of the world."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guanxi.places.calc.cluster_layer import cluster_layer
from guanxi.places.calc.clusters import MAX_ZOOM, PointIndex
from guanxi.places.calc.tiles import encode_tile
from guanxi.places.calc.web_mercator import mercator
from tests.places.tile_reader import read_tile

ANYWHERE = st.tuples(st.floats(-180, 180), st.floats(-90, 90), st.integers(0, 4))
# Many points on few spots, tile edges and the ends of the world among them: what geocoded lists look like.
SPOTS = st.sampled_from(
    [
        (116.4, 39.9),
        (116.4, 39.9001),
        (0.0, 0.0),
        (180.0, 0.0),
        (-180.0, 89.9),
        (90.0, -90.0),
        (126.98, 37.57),
    ]
)
CROWDED = st.tuples(SPOTS, st.integers(0, 4)).map(lambda pair: (*pair[0], pair[1]))
POINTS = st.lists(ANYWHERE | CROWDED, max_size=60)


def build(points: list[tuple[float, float, int]], first_id: int = 1) -> PointIndex:
    table = np.array(points, dtype=np.float64).reshape(-1, 3)
    ids = np.arange(first_id, first_id + len(points), dtype=np.int64)
    return PointIndex.build(table[:, 0], table[:, 1], ids, table[:, 2].astype(np.int64))


def all_tiles(index: PointIndex, zoom: int) -> list[tuple[int, int]]:
    """Every tile of a small zoom; for a larger one those that hold a point (by plain arithmetic)."""
    if zoom <= 3:
        return [(x, y) for x in range(1 << zoom) for y in range(1 << zoom)]
    size = 1 << zoom
    return sorted(
        {(math.floor(x * size), math.floor(y * size)) for x, y in zip(index.x, index.y, strict=True)}
    )


@given(POINTS, st.sampled_from([0, 1, 2, 3, 7, 14, MAX_ZOOM]))
def test_counts_and_tiers_over_the_tiles_of_a_zoom_add_up(
    points: list[tuple[float, float, int]], zoom: int
) -> None:
    index = build(points)
    tiles = [index.tile(zoom, x, y) for x, y in all_tiles(index, zoom)]
    assert sum(int(tile.count.sum()) for tile in tiles) == len(points)
    for tier in range(5):
        column = [int(tile.tier_counts[:, tier].sum()) for tile in tiles if tier < tile.tier_counts.shape[1]]
        assert sum(column) == sum(point[2] == tier for point in points)
    assert all((tile.tier_counts.sum(axis=1) == tile.count).all() for tile in tiles)


@given(POINTS, st.integers(0, MAX_ZOOM))
def test_single_points_keep_their_id_and_no_id_comes_twice(
    points: list[tuple[float, float, int]], zoom: int
) -> None:
    index = build(points)
    tiles = [index.tile(zoom, x, y) for x, y in all_tiles(index, zoom)]
    singles = [int(identifier) for tile in tiles for identifier in tile.ids[tile.count == 1]]
    assert len(singles) == len(set(singles))
    assert set(singles) <= set(range(1, len(points) + 1))


@given(st.lists(ANYWHERE | CROWDED, min_size=2, max_size=40), st.integers(0, MAX_ZOOM))
def test_whoever_follows_a_cluster_comes_to_its_points(
    points: list[tuple[float, float, int]], zoom: int
) -> None:
    index = build(points)
    for tile in (index.tile(zoom, *at) for at in all_tiles(index, zoom)):
        assert ((tile.split_zoom == 0) == (tile.count == 1)).all()
        further = tile.split_zoom > 0
        assert (tile.split_zoom[further] > zoom).all()
        for stack, count, split in zip(tile.stacks, tile.count, tile.split_zoom, strict=True):
            assert len(stack) == (min(int(count), 50) if split == -1 else 0)
            assert (
                zoom == MAX_ZOOM or len({int(code) for code in index.codes[np.isin(index.ids, stack)]}) <= 1
            )


def test_customers_on_one_spot_stay_together_and_are_named() -> None:
    index = build([(116.4, 39.9, 1)] * 60 + [(121.5, 31.2, 2)], first_id=100)
    world = index.tile(0, 0, 0)
    assert (world.count.tolist(), world.stacks) == ([61], ((),))
    x, y = (
        math.floor(float(value[0]) * 2**MAX_ZOOM) for value in mercator(np.array([116.4]), np.array([39.9]))
    )
    stack = index.tile(MAX_ZOOM, x, y)
    assert stack.split_zoom.tolist() == [-1]
    assert stack.stacks == (tuple(range(100, 150)),)


def test_the_centre_of_a_cluster_is_the_mean_of_its_points() -> None:
    index = build([(10.0, 10.0, 0), (10.5, 10.5, 0), (11.0, 10.0, 0)])
    tile = index.tile(0, 0, 0)
    x, y = mercator(np.array([10.0, 10.5, 11.0]), np.array([10.0, 10.5, 10.0]))
    assert tile.count.tolist() == [3]
    assert (tile.x[0], tile.y[0]) == (math.floor(x.mean() * 4096), math.floor(y.mean() * 4096))


@pytest.mark.parametrize(
    ("longitude", "latitude", "tile"),
    [
        (180.0, 0.0, (0, 2)),
        (-180.0, 0.0, (0, 2)),
        (179.999, 90.0, (3, 0)),
        (0.0, -90.0, (2, 3)),
        (540.0, 0.0, (0, 2)),
    ],
)
def test_the_edges_of_the_world_belong_to_one_tile(
    longitude: float, latitude: float, tile: tuple[int, int]
) -> None:
    index = build([(longitude, latitude, 0)])
    assert [at for at in all_tiles(index, 2) if len(index.tile(2, *at).count)] == [tile]


@given(POINTS, st.sets(st.integers(1, 60)))
def test_a_selection_is_the_index_of_the_selected(
    points: list[tuple[float, float, int]], wanted: set[int]
) -> None:
    chosen = build(points).select(np.array(sorted(wanted), dtype=np.int64))
    kept = [(point, number) for number, point in enumerate(points, 1) if number in wanted]
    assert sorted(chosen.ids.tolist()) == [number for _, number in kept]
    assert int(chosen.tile(0, 0, 0).count.sum()) == len(chosen) == len(kept)


def test_bounds_hold_all_points() -> None:
    assert build([]).bounds() is None
    bounds = build([(116.4, 39.9, 1), (126.98, 37.57, 2), (114.06, 22.54, 0)]).bounds()
    assert bounds == pytest.approx((114.06, 22.54, 126.98, 39.9))


def test_the_layer_says_tier_share_and_name() -> None:
    index = build([(10.0, 10.0, 2), (10.1, 10.1, 2), (10.2, 10.0, 0), (-100.0, 40.0, 1), (100.0, -30.0, 3)])
    [layer] = read_tile(encode_tile([cluster_layer(index.tile(0, 0, 0), {1: "A", 2: "B"})]))
    by_count = sorted(
        layer.features, key=lambda feature: (-int(str(feature.properties["count"])), feature.id or 0)
    )
    cluster, america, australia = by_count
    assert cluster.id is None
    assert {key: cluster.properties[key] for key in ("count", "tier", "tier_name", "t0", "t2")} == {
        "count": 3, "tier": 2, "tier_name": "B", "t0": 1, "t2": 2,
    }  # fmt: skip
    assert int(str(cluster.properties["split"])) > 0
    assert (america.id, america.properties) == (4, {"count": 1, "tier": 1, "tier_name": "A"})
    assert (australia.id, australia.properties) == (5, {"count": 1, "tier": 3})


def test_a_layer_without_tiers_or_names() -> None:
    index = build([(10.0, 10.0, 0), (10.0, 10.0, 0)])
    [feature] = read_tile(encode_tile([cluster_layer(index.tile(0, 0, 0), {})]))[0].features
    assert feature.properties == {"count": 2, "tier": 0, "stack": "1,2", "t0": 2}


@pytest.mark.parametrize("tile", [(0, 1, 0), (1, 0, 2), (24, 0, 0), (-1, 0, 0), (2, -1, 0)])
def test_tiles_that_do_not_exist_are_refused(tile: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="no tile"):
        build([]).tile(*tile)


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (([0.0], [0.0], [1, 2], [0]), "same length"),
        (([math.nan], [0.0], [1], [0]), "finite"),
        (([0.0], [math.inf], [1], [0]), "finite"),
        (([0.0], [0.0], [1], [-1]), "tier codes"),
        (([0.0], [0.0], [1], [127]), "tier codes"),
    ],
)
def test_columns_that_do_not_fit_are_refused(
    columns: tuple[list[float], list[float], list[int], list[int]], message: str
) -> None:
    longitude, latitude, ids, tiers = columns
    with pytest.raises(ValueError, match=message):
        PointIndex.build(np.array(longitude), np.array(latitude), np.array(ids), np.array(tiers))
