"""Which rows of a table are alike, where some cells were never looked at?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd


class Tree(NamedTuple):
    """Rows in an order that puts like beside like, and how they join.

    `merges` are pairs of joined groups with their distance; a number below the number of rows is a row (its place in
    the table), one above it an earlier merge.
    """

    order: list[int]
    merges: list[tuple[int, int, float]]


def tree(shares: pd.DataFrame) -> Tree:
    """Average linkage with optimal leaf order (Bar-Joseph 2001, Bioinformatics 17:S22).

    The distance of two rows is the mean absolute difference of the square roots of their shares over the cells that
    both have; rows that share no cell are as far apart as any two. The root lets rare sites count for something.
    """
    from scipy.cluster.hierarchy import leaves_list, linkage, optimal_leaf_ordering
    from scipy.spatial.distance import squareform

    if len(shares) < 2:
        return Tree(list(range(len(shares))), [])
    apart = squareform(_distances(shares.to_numpy(dtype=float) ** 0.5), checks=False)
    linked = optimal_leaf_ordering(linkage(apart, "average"), apart)
    merges = [(int(left), int(right), round(float(height), 4)) for left, right, height, _ in linked]
    return Tree([int(leaf) for leaf in leaves_list(linked)], merges)


def _distances(values: np.ndarray) -> np.ndarray:
    """Mean absolute differences between rows over the cells that both have."""
    import numpy as np

    there = ~np.isnan(values)
    both = (there[:, None, :] & there[None, :, :]).sum(axis=2)
    gaps = np.nansum(np.abs(values[:, None, :] - values[None, :, :]), axis=2)
    apart: np.ndarray = np.divide(gaps, both, out=np.full(gaps.shape, np.nan), where=both > 0)
    far = float(np.nanmax(apart)) if both.any() else 1.0
    apart = np.where(np.isnan(apart), far, apart)
    np.fill_diagonal(apart, 0.0)
    return apart
