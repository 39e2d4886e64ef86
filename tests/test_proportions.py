"""`kg.proportions` turns counts of patients into proportions and bounds that scipy and arithmetic agree with."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations
from math import inf, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.stats import binomtest

from kg.errors import CountError
from kg.proportions import holm, interval_of_percent, newcombe_interval, whole_cases, wilson_interval

COUNTS = st.integers(1, 500_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
SMALL = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


@given(COUNTS)
@example((0, 1))
@example((1, 1))
@example((1139, 2172))
def test_wilson_bounds_are_those_of_scipy(counts: tuple[int, int]) -> None:
    cases, patients = counts
    theirs = binomtest(cases, patients).proportion_ci(method="wilson")
    ours = wilson_interval(cases, patients)
    assert ours.proportion == cases / patients
    assert ours.lower == pytest.approx(theirs.low, abs=1e-12)
    assert ours.upper == pytest.approx(theirs.high, abs=1e-12)


@given(COUNTS)
def test_wilson_bounds_hold_the_proportion_and_stay_within_0_and_1(counts: tuple[int, int]) -> None:
    cases, patients = counts
    proportion, lower, upper = wilson_interval(cases, patients)
    assert 0 <= lower <= proportion <= upper <= 1
    assert (lower == 0) == (cases == 0)
    assert (upper == 1) == (cases == patients)


@given(COUNTS)
def test_wilson_bounds_of_those_without_are_the_mirror_image(counts: tuple[int, int]) -> None:
    cases, patients = counts
    with_it, without = wilson_interval(cases, patients), wilson_interval(patients - cases, patients)
    assert with_it.lower == pytest.approx(1 - without.upper, abs=1e-12)
    assert with_it.upper == pytest.approx(1 - without.lower, abs=1e-12)


@given(SMALL)
def test_wilson_bounds_rise_with_the_cases_and_close_with_the_patients(counts: tuple[int, int]) -> None:
    cases, patients = counts
    here, more = wilson_interval(cases, patients), wilson_interval(10 * cases, 10 * patients)
    assert here.lower <= more.lower
    assert more.upper <= here.upper
    if cases < patients:
        one_more = wilson_interval(cases + 1, patients)
        assert here.lower < one_more.lower
        assert here.upper < one_more.upper


def test_a_wider_confidence_gives_a_wider_interval() -> None:
    narrow, wide = wilson_interval(20, 60, confidence=0.9), wilson_interval(20, 60, confidence=0.99)
    assert wide.lower < narrow.lower < 20 / 60 < narrow.upper < wide.upper


@pytest.mark.parametrize(("cases", "patients"), [(-1, 5), (6, 5), (0, 0), (1, -3), (nan, 5), (inf, 5)])
def test_what_is_no_count_is_refused(cases: float, patients: int) -> None:
    with pytest.raises(CountError, match="is no count of patients; allowed: 0 <= cases <= patients"):
        wilson_interval(cases, patients)


def printed(cases: int, patients: int, digits: int) -> str:
    """A share as an article prints it in percent, halves rounded up, in exact arithmetic."""
    units = int(Fraction(100 * cases, patients) * 10**digits + Fraction(1, 2))
    whole, rest = divmod(units, 10**digits)
    return f"{whole}.{rest:0{digits}}" if digits else str(whole)


@given(SMALL | COUNTS, st.integers(0, 3))
@example((1, 8), 0)
@example((1, 200), 0)
def test_the_interval_of_a_percentage_holds_that_of_every_count_it_may_stand_for(
    counts: tuple[int, int], digits: int
) -> None:
    cases, patients = counts
    percent = printed(cases, patients, digits)
    around, exact = interval_of_percent(percent, patients), wilson_interval(cases, patients)
    assert cases in whole_cases(percent, patients)
    assert around.lower <= exact.lower + 1e-12
    assert around.upper >= exact.upper - 1e-12
    assert 0 <= around.lower <= around.proportion <= around.upper <= 1


@given(st.integers(0, 1000), st.integers(1, 300))
def test_the_whole_counts_of_a_percentage_are_those_within_half_a_unit(tenths: int, patients: int) -> None:
    percent = f"{tenths // 10}.{tenths % 10}"
    half = Fraction(1, 2000)
    expected = [k for k in range(patients + 1) if abs(Fraction(k, patients) - Fraction(tenths, 1000)) <= half]
    assert list(whole_cases(percent, patients)) == expected


@given(SMALL, SMALL)
def test_a_difference_lies_within_its_bounds_and_turns_round(one: tuple[int, int], two: tuple[int, int]) -> None:
    difference, lower, upper = newcombe_interval(*one, *two)
    assert -1 <= lower <= difference <= upper <= 1
    turned = newcombe_interval(*two, *one)
    assert turned == pytest.approx((-difference, -upper, -lower), abs=1e-12)


@given(st.lists(st.floats(0, 1), max_size=7))
@example([0.01, 0.02, 0.03, 0.04])
def test_holm_is_closed_testing_by_bonferroni(p_values: list[float]) -> None:
    """A test's corrected p is the largest that Bonferroni gives any group of the tests that it belongs to."""
    everyone = range(len(p_values))
    groups = [group for size in everyone for group in combinations(everyone, size + 1)]
    expected = [
        max(min(1, len(group) * min(p_values[j] for j in group)) for group in groups if i in group) for i in everyone
    ]
    assert holm(p_values) == pytest.approx(expected)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=12), st.floats(0.001, 0.5))
def test_holm_rejects_what_his_procedure_does(p_values: list[float], alpha: float) -> None:
    """Holm's own words: from the smallest on, reject while p is at most alpha / (m - i + 1); then stop."""
    rejected: set[int] = set()
    for i, place in enumerate(sorted(range(len(p_values)), key=p_values.__getitem__)):
        if (len(p_values) - i) * p_values[place] > alpha:
            break
        rejected.add(place)
    assert {i for i, p in enumerate(holm(p_values)) if p <= alpha} == rejected


@pytest.mark.parametrize("p", [-0.1, 1.1, nan])
def test_holm_takes_only_what_is_a_probability(p: float) -> None:
    with pytest.raises(CountError, match="allowed: 0 to 1"):
        holm([0.5, p])
