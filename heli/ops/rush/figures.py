"""Small arithmetic of figures."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil


def percentile(sorted_values: Sequence[float], share: float) -> float:
    """The least of the values that `share` percent of them do not exceed; nought of none.

    >>> percentile([1, 2, 3, 4], 50), percentile([1, 2, 3, 4], 99), percentile([], 50)
    (2, 4, 0.0)
    """
    if not sorted_values:
        return 0.0
    return sorted_values[max(0, ceil(len(sorted_values) * share / 100) - 1)]
