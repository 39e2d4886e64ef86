"""Pooling: what standard software publishes, what plain integration gives, and counts at the edge of what can be pooled."""

from __future__ import annotations

import subprocess
import sys
from math import exp, log, pi, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.special import stdtrit

from kg.errors import CountError
from kg.pooling import Pooled, pool

Counts = list[tuple[int, int]]

# Bloodstream infections with standard and with treated catheters, 18 trials: Niel-Weise et al. 2007, Intensive Care Med
# 33:2058, as in wviechtb/metadat, data-raw/dat.nielweise2007.txt.
STANDARD: Counts = [
    (3, 117), (3, 35), (9, 195), (7, 136), (6, 157), (4, 139), (3, 177), (2, 39), (19, 103), (2, 122), (7, 64), (1, 58),
    (5, 175), (11, 180), (0, 105), (1, 262), (3, 362), (1, 69),
]  # fmt: skip
TREATED: Counts = [
    (0, 116), (1, 44), (2, 208), (0, 130), (5, 151), (1, 98), (1, 174), (1, 74), (1, 97), (1, 113), (0, 66), (0, 70),
    (3, 188), (6, 187), (0, 118), (0, 252), (1, 345), (4, 64),
]  # fmt: skip


def logit(share: float) -> float:
    return log(share / (1 - share))


def error_of_mu(pooled: Pooled) -> float:
    """Read back from the prediction interval."""
    assert pooled.prediction_lower is not None
    assert pooled.prediction_upper is not None
    half = (logit(pooled.prediction_upper) - logit(pooled.prediction_lower)) / 2
    return sqrt((half / stdtrit(pooled.studies - 2, 0.975)) ** 2 - pooled.tau_squared)


@pytest.mark.parametrize(
    ("counts", "mu", "error", "tau_squared", "proportion"),
    [(STANDARD, -3.4964, 0.2570, 0.8124, 0.0294), (TREATED, -4.8121, 0.3555, 0.8265, 0.0081)],
)
def test_metafor_finds_the_same(counts: Counts, mu: float, error: float, tau_squared: float, proportion: float) -> None:
    """rma.glmm(measure="PLO") of metafor, with 7 nodes: wviechtb/metafor, test_analysis_example_stijnen2010.r.

    To the two or three digits printed they are those of Stijnen et al. 2010, Stat Med 29:3046, Table II.
    """
    pooled = pool(counts)
    assert logit(pooled.proportion) == pytest.approx(mu, abs=5e-4)
    assert error_of_mu(pooled) == pytest.approx(error, abs=5e-4)
    assert pooled.tau_squared == pytest.approx(tau_squared, abs=1.5e-3)
    assert pooled.proportion == pytest.approx(proportion, abs=5e-5)
    assert pooled.studies == 18


def plain_log_likelihood(mu: float, tau: float, counts: Counts) -> float:
    """The same model by ordinary integration, with nothing adapted; scaled so that no integrand is too small."""
    if tau == 0:
        return sum(k * mu - n * log(1 + exp(mu)) + log(2 * pi) / 2 for k, n in counts)
    total = 0.0
    for cases, patients in counts:
        share = (cases + 0.5) / (patients + 1)
        near = logit(share)
        scale = cases * near - patients * log(1 + exp(near))

        def integrand(at: float, k: int = cases, n: int = patients, scale: float = scale) -> float:
            return exp(k * at - n * np.logaddexp(0, at) - scale - ((at - mu) / tau) ** 2 / 2)

        reach = 1 / sqrt(patients * share * (1 - share)) + 0.1
        points = [mu, near, near - reach, near + reach]
        ends = (min(mu, near) - 12 * tau - 5, max(mu, near) + 12 * tau + 5)
        area = quad(integrand, *ends, points=points, limit=500, epsabs=0, epsrel=1e-9)[0]
        total += log(area / tau) + scale
    return total


def plain_profile(mu: float, counts: Counts) -> float:
    found = minimize_scalar(lambda t: -plain_log_likelihood(mu, t, counts), bounds=(0.02, 6), method="bounded")
    return max(plain_log_likelihood(mu, 0, counts), -float(found.fun))


@pytest.mark.parametrize(
    "counts", [STANDARD[:6], [(0, 50), (2, 70), (12, 60), (9, 400)], [(30, 200), (2, 90), (20, 500)]]
)
def test_plain_integration_finds_the_same_top_and_the_same_ends(counts: Counts) -> None:
    pooled = pool(counts)
    top, low, high = (logit(share) for share in pooled[:3])
    highest = plain_profile(top, counts)
    assert highest >= max(plain_profile(top - 0.05, counts), plain_profile(top + 0.05, counts))
    for end in (low, high):
        assert highest - plain_profile(end, counts) == pytest.approx(1.920729, abs=2e-4)
    tau = sqrt(pooled.tau_squared)
    assert plain_log_likelihood(top, tau, counts) == pytest.approx(highest, abs=1e-5)


def test_studies_that_agree_are_pooled_like_one() -> None:
    pooled = pool([(10, 100), (100, 1000), (30, 300), (5, 50), (2, 20)])
    assert pooled.proportion == pytest.approx(147 / 1470, abs=1e-6)
    assert pooled.tau_squared == 0
    assert error_of_mu(pooled) == pytest.approx(1 / sqrt(1470 * 0.1 * 0.9), rel=1e-3)


def test_where_nobody_was_found_there_is_a_bound() -> None:
    assert list(pool([(0, 100)] * 5)) == [0, 0, pytest.approx(1 - exp(-1.920729 / 500), rel=1e-4), 0, None, None, 5]


def test_where_everybody_was_found_there_is_a_bound() -> None:
    assert list(pool([(100, 100)] * 5)) == [1, pytest.approx(exp(-1.920729 / 500), rel=1e-6), 1, 0, None, None, 5]


def test_the_others_are_the_mirror_of_the_cases() -> None:
    pooled, mirrored = pool(STANDARD), pool([(n - k, n) for k, n in STANDARD])
    assert mirrored.proportion == pytest.approx(1 - pooled.proportion, abs=1e-6)
    assert (mirrored.lower, mirrored.upper) == pytest.approx((1 - pooled.upper, 1 - pooled.lower), abs=1e-6)
    assert mirrored.tau_squared == pytest.approx(pooled.tau_squared, abs=1e-4)


def test_registries_of_hundreds_of_thousands_are_pooled() -> None:
    """With no sampling error left, mu and tau squared are the mean and the variance of the logits."""
    shares = (0.01, 0.02, 0.03, 0.05, 0.08)
    logits = np.array([logit(share) for share in shares])
    pooled = pool([(round(300_000 * share), 300_000) for share in shares])
    assert logit(pooled.proportion) == pytest.approx(logits.mean(), abs=1e-3)
    assert pooled.tau_squared == pytest.approx(logits.var(), abs=1e-3)


@settings(max_examples=10, deadline=None)
@given(
    st.lists(st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=3, max_size=6)
)
def test_the_bounds_hold_the_proportion(counts: Counts) -> None:
    pooled = pool(counts)
    assert 0 <= pooled.lower <= pooled.proportion <= pooled.upper <= 1
    assert pooled.tau_squared >= 0
    if pooled.prediction_lower is not None and pooled.prediction_upper is not None:
        assert pooled.prediction_lower <= pooled.lower
        assert pooled.upper <= pooled.prediction_upper


def test_most_intervals_hold_the_truth() -> None:
    """Of 300 such series 94 % did; this small share of them is a guard against a wrong width."""
    random = np.random.default_rng(2026)
    held = 0
    for _ in range(30):
        patients = random.integers(50, 2000, 10)
        cases = random.binomial(patients, 1 / (1 + np.exp(-random.normal(-2, 0.5, 10))))
        pooled = pool(list(zip(cases.tolist(), patients.tolist(), strict=True)))
        held += pooled.lower <= 1 / (1 + exp(2)) <= pooled.upper
    assert held >= 26


@pytest.mark.parametrize("counts", [[], [(1, 10), (2, 10)]])
def test_fewer_than_three_studies_are_refused(counts: Counts) -> None:
    with pytest.raises(CountError, match=f"^{len(counts)} studies cannot be pooled; allowed: 3 or more$"):
        pool(counts)


@pytest.mark.parametrize("bad", [(-1, 10), (11, 10), (0, 0)])
def test_counts_that_are_none_are_refused(bad: tuple[int, int]) -> None:
    with pytest.raises(CountError, match=f"{bad[0]} of {bad[1]} is no count of patients"):
        pool([(1, 10), (2, 10), bad])


def test_importing_it_loads_no_numerics() -> None:
    code = "import sys, kg, kg.pooling, kg.derive; print([m for m in ('numpy', 'scipy') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
