"""Counts of patients -> proportions and their intervals. Numbers only."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, sqrt
from statistics import NormalDist
from typing import NamedTuple

from kg.errors import CountError


class Interval(NamedTuple):
    """A proportion and the bounds of its interval, each from 0 to 1."""

    proportion: float
    lower: float
    upper: float


def wilson_interval(cases: float, patients: int, confidence: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson 1927, J Am Stat Assoc 22:209).

    Usable for small counts and for 0 or all cases, where the normal interval fails. It covers sampling only, not how
    the patients came to be counted. `cases` may lie between whole numbers where only a percentage is known.
    Raises CountError unless 0 <= cases <= patients and patients > 0.

    >>> p, low, high = wilson_interval(1139, 2172)  # prostate adenocarcinoma to bone, MSK-MET
    >>> f"{p:.1%} ({low:.1%} to {high:.1%})"
    '52.4% (50.3% to 54.5%)'
    >>> wilson_interval(0, 50).lower, round(wilson_interval(0, 50).upper, 3)
    (0.0, 0.071)
    """
    if patients <= 0 or not 0 <= cases <= patients:
        raise CountError(
            f"{cases} of {patients} is no count of patients; allowed: 0 <= cases <= patients, patients > 0"
        )
    z2 = NormalDist().inv_cdf((1 + confidence) / 2) ** 2
    share = cases / patients
    middle = (share + z2 / (2 * patients)) / (1 + z2 / patients)
    half = sqrt(z2 * (share * (1 - share) / patients + z2 / (4 * patients**2))) / (1 + z2 / patients)
    lower = 0.0 if cases == 0 else max(0.0, middle - half)
    upper = 1.0 if cases == patients else min(1.0, middle + half)
    return Interval(share, lower, upper)


def newcombe_interval(cases: float, patients: int, other_cases: float, other_patients: int) -> Interval:
    """Difference of two independent proportions, first minus other, with its 95 % interval.

    Newcombe's hybrid score interval (Newcombe 1998, Stat Med 17:873, method 10), built from the Wilson bounds of each:
    usable for small counts and for 0 or all cases. The difference and its bounds lie between -1 and 1. It takes the
    patients of one proportion to be other people than those of the other. Raises CountError like `wilson_interval`.

    >>> difference, low, high = newcombe_interval(56, 70, 48, 80)  # Newcombe's first example
    >>> f"{difference:.4f} ({low:.4f} to {high:.4f})"
    '0.2000 (0.0524 to 0.3339)'
    """
    one, two = wilson_interval(cases, patients), wilson_interval(other_cases, other_patients)
    difference = one.proportion - two.proportion
    below = sqrt((one.proportion - one.lower) ** 2 + (two.upper - two.proportion) ** 2)
    above = sqrt((one.upper - one.proportion) ** 2 + (two.proportion - two.lower) ** 2)
    return Interval(difference, difference - below, difference + above)


def holm(p_values: Sequence[float]) -> list[float]:
    """P-values of several tests, each corrected for all of them, in the order given (Holm 1979, Scand J Stat 6:65).

    The smallest of m is multiplied by m, the next by m - 1, and so on; none falls below the one before it or rises above
    1. Whoever calls those up to 0.05 findings is wrong about any of them in at most 5 of 100 such families of tests,
    however the tests depend on one another. Raises CountError unless each lies between 0 and 1.

    >>> holm([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    for p in p_values:
        if not 0 <= p <= 1:
            raise CountError(f"{p} is no p-value; allowed: 0 to 1")
    corrected, least = [0.0] * len(p_values), 0.0
    for rank, place in enumerate(sorted(range(len(p_values)), key=lambda i: p_values[i])):
        least = max(least, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = least
    return corrected


def interval_of_percent(percent: str, patients: int, confidence: float = 0.95) -> Interval:
    """Proportion and bounds where a source prints a percentage of n but no count.

    Wilson at the real-valued k = p n; the lower bound from half a printed unit below the percentage, the upper from
    half a unit above it, clipped to 0 and 1. No count is invented.

    >>> p, low, high = interval_of_percent("8.8", 500)
    >>> f"{p:.3f} ({low:.4f} to {high:.4f})"
    '0.088 (0.0658 to 0.1166)'
    """
    share, half_unit = float(percent) / 100, _half_unit(percent)
    low, high = max(0.0, share - half_unit), min(1.0, share + half_unit)
    lower = wilson_interval(low * patients, patients, confidence).lower
    upper = wilson_interval(high * patients, patients, confidence).upper
    return Interval(share, lower, upper)


def whole_cases(percent: str, patients: int) -> range:
    """The whole numbers of cases that round to a printed percentage of n; empty where none does.

    >>> list(whole_cases("8.8", 500)), list(whole_cases("33", 10))
    ([44], [])
    """
    share, half_unit = float(percent) / 100, _half_unit(percent)
    nudge = 1e-9
    first = max(0, ceil((share - half_unit) * patients - nudge))
    last = min(patients, floor((share + half_unit) * patients + nudge))
    return range(first, last + 1)


def _half_unit(percent: str) -> float:
    """Half a unit of the last printed digit, as a proportion."""
    return 10.0 ** -len(percent.partition(".")[2]) / 200
