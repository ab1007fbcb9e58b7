"""What a map reads of the clusters of a tile."""

from __future__ import annotations

import numpy as np

from guanxi.places.calc.clusters import Clusters, Integers
from guanxi.places.calc.tiles import Numbers, PointLayer, Texts


def cluster_layer(clusters: Clusters, tier_names: dict[int, str], *, name: str = "points") -> PointLayer:
    """The layer a map reads. The feature id is the id of a single point.

    Properties: `count`, `tier` (code of the largest share; ties go to the better), `tier_name`, `t0 … tk` (how many of
    each tier), `split` (zoom at which it parts), `stack` (ids on one spot, comma-separated).
    """
    shares = clusters.tier_counts
    judged = shares[:, 1:] if shares.shape[1] > 1 else shares
    largest = np.where(judged.sum(axis=1) > 0, judged.argmax(axis=1) + (shares.shape[1] > 1), 0).astype(
        np.int64
    )
    single = clusters.count == 1
    stacks = [",".join(map(str, stack)) for stack in clusters.stacks]
    texts = [text for text in stacks if text]
    codes = np.cumsum([bool(text) for text in stacks], dtype=np.int64) - 1
    properties: dict[str, Numbers | Texts] = {
        "count": Numbers(clusters.count.astype(np.int64)),
        "tier": Numbers(largest),
        "tier_name": _tier_names(largest, tier_names),
        "split": Numbers(clusters.split_zoom, present=clusters.split_zoom > 0),
        "stack": Texts(np.where([bool(text) for text in stacks], codes, -1), texts),
    }
    for kind in range(shares.shape[1]):
        properties[f"t{kind}"] = Numbers(shares[:, kind], present=(shares[:, kind] > 0) & ~single)
    return PointLayer(name, clusters.x, clusters.y, clusters.ids, single, properties)


def _tier_names(codes: Integers, names: dict[int, str]) -> Texts:
    known = sorted(names)
    if not known:
        return Texts(np.full(len(codes), -1, dtype=np.int64), [])
    place = np.searchsorted(known, codes).clip(max=len(known) - 1)
    return Texts(np.where(np.array(known)[place] == codes, place, -1), [names[code] for code in known])
