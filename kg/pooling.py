"""Counts of several studies -> one pooled proportion, with its interval and how much the studies differ. Numbers only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import CountError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]

LEAST_STUDIES = 3
"""Two studies cannot tell how much studies differ."""
LEAST_TO_PREDICT = 5
_NODES = 60
_FAR = 40.0
"""On the logit scale: beyond it a share is 0 or 1."""
_EQUAL = 1e-7
"""A tau above 0 must be better than 0 by this much."""
_DROP = NormalDist().inv_cdf(0.975) ** 2 / 2
"""How far the log likelihood falls from its top to the ends of a 95 % interval."""


class Pooled(NamedTuple):
    """The median proportion over studies and its bounds; where the next study may lie is told from five studies on."""

    proportion: float
    lower: float
    upper: float
    tau_squared: float
    prediction_lower: float | None
    prediction_upper: float | None
    studies: int


def pool(counts: Sequence[tuple[int, int]]) -> Pooled:
    """Pool (cases, patients) of three or more studies that share no patients.

    Binomial-normal model (Hamza, van Houwelingen, Stijnen 2008, J Clin Epidemiol 61:41; Stijnen, Hamza, Ozdemir 2010,
    Stat Med 29:3046): a study's cases are binomial, and the logits of the studies' true proportions are normal with
    mean mu and variance tau squared, both fitted by maximum likelihood. The proportion is expit(mu), the median over
    studies; its bounds are the 95 % profile likelihood interval. Nothing is added to counts of 0 or of all patients.
    From five studies on, the 95 % prediction interval is mu +- t(m - 2) sqrt(tau squared + squared error of mu)
    (Higgins, Thompson, Spiegelhalter 2009, J R Stat Soc A 172:137), on the logit scale, and never narrower than the
    bounds; there is none where nobody was found, or everybody. The integrals are adaptive Gauss-Hermite sums, exact to
    about 1e-7 for tau up to 2; tau is at most 20.

    The bounds cover sampling and what was seen of the studies' differences. With few studies they are too narrow:
    tau squared is then fitted too small, often to 0.
    Raises CountError for fewer than three studies, and unless 0 <= cases <= patients and patients > 0 in each.

    >>> pooled = pool([(3, 117), (9, 195), (6, 157), (19, 103), (2, 122)])
    >>> f"{pooled.proportion:.3f} ({pooled.lower:.3f} to {pooled.upper:.3f}), tau squared {pooled.tau_squared:.2f}"
    '0.045 (0.015 to 0.110), tau squared 0.71'
    >>> f"the next study: {pooled.prediction_lower:.3f} to {pooled.prediction_upper:.3f}"
    'the next study: 0.002 to 0.489'
    """
    _check(counts)
    import numpy as np

    cases, patients = np.array(counts, dtype=float).T

    @cache
    def profile(mu: float) -> tuple[float, float]:
        return _best_tau(mu, cases, patients)

    top = _top(profile, cases, patients)
    low, high = (_end(profile, top, way) for way in (-1, 1))
    predicted = _prediction(profile, top, low, high, len(counts))
    return Pooled(_share(top), _share(low), _share(high), profile(top)[1] ** 2, *predicted, len(counts))


def _check(counts: Sequence[tuple[int, int]]) -> None:
    if len(counts) < LEAST_STUDIES:
        raise CountError(f"{len(counts)} studies cannot be pooled; allowed: {LEAST_STUDIES} or more")
    for cases, patients in counts:
        if patients <= 0 or not 0 <= cases <= patients:
            raise CountError(
                f"{cases} of {patients} is no count of patients; allowed: 0 <= cases <= patients, patients > 0"
            )


Profile = Callable[[float], tuple[float, float]]
"""mu -> the highest log likelihood that any tau gives it, and that tau."""


def _top(profile: Profile, cases: Numbers, patients: Numbers) -> float:
    """The mu of the highest likelihood: the best of a grid over and around the studies' logits, then the best near it."""
    import numpy as np
    from scipy.optimize import minimize_scalar

    if not cases.any():
        return -_FAR
    if (cases == patients).all():
        return _FAR
    logits = np.log((cases + 0.5) / (patients - cases + 0.5))
    grid = np.linspace(logits.min() - 4, logits.max() + 4, 33)
    mu, tau = np.meshgrid(grid, _taus())
    values = _log_likelihood(mu.ravel(), tau.ravel(), cases, patients)
    around = _neighbours(grid, int(values.argmax()) % len(grid))
    found = minimize_scalar(lambda mu: -profile(mu)[0], bounds=around, method="bounded", options={"xatol": 1e-6})
    return float(found.x)


def _best_tau(mu: float, cases: Numbers, patients: Numbers) -> tuple[float, float]:
    """The highest log likelihood of a mu, and its tau: the best of a grid, then the best near it."""
    import numpy as np
    from scipy.optimize import minimize_scalar

    def value(taus: Numbers) -> Numbers:
        return _log_likelihood(np.full_like(taus, mu), taus, cases, patients)

    values = value(_taus())
    best = int(values.argmax())
    low, high = _neighbours(_taus(), best)
    fine = minimize_scalar(
        lambda tau: -float(value(np.array([tau]))[0]),
        bounds=(low, high),
        method="bounded",
        options={"xatol": 1e-5 * high},
    )
    return max((float(values[best]), float(_taus()[best])), (-float(fine.fun) - _EQUAL, float(fine.x)))


def _taus() -> Numbers:
    import numpy as np

    return np.concatenate(([0], np.geomspace(0.05, 20, 14)))


def _neighbours(grid: Numbers, best: int) -> tuple[float, float]:
    return float(grid[max(best - 1, 0)]), float(grid[min(best + 1, len(grid) - 1)])


def _end(profile: Profile, top: float, way: int) -> float:
    """Where the profile likelihood has fallen by the drop of a 95 % interval, below (-1) or above (1) the top."""
    from scipy.optimize import brentq

    def above(mu: float) -> float:
        return profile(mu)[0] - profile(top)[0] + _DROP

    inner, step = top, 0.05
    while abs(top + way * step) < _FAR:
        if above(top + way * step) < 0:
            return float(brentq(above, inner, top + way * step, xtol=1e-6))
        inner, step = top + way * step, 2 * step
    return way * _FAR


def _prediction(
    profile: Profile, top: float, low: float, high: float, studies: int
) -> tuple[float | None, float | None]:
    """Where 95 % of studies lie; the error of mu comes of the curvature of the profile at its top."""
    from scipy.special import stdtrit

    if studies < LEAST_TO_PREDICT or abs(top) == _FAR:
        return None, None
    (highest, tau), step = profile(top), min(top - low, high - top) / 20
    curvature = (2 * highest - profile(top - step)[0] - profile(top + step)[0]) / step**2
    half = float(stdtrit(studies - 2, 0.975)) * sqrt(tau**2 + 1 / curvature)
    return _share(min(low, top - half)), _share(max(high, top + half))


def _share(logit: float) -> float:
    from scipy.special import expit

    return float(expit(logit)) if abs(logit) < _FAR else float(logit > 0)


def _log_likelihood(mu: Numbers, tau: Numbers, cases: Numbers, patients: Numbers) -> Numbers:
    """The log likelihood, up to a constant, of each mu with its tau.

    A study's integral runs over z, its deviation from mu in units of tau. Its nodes sit round the integrand's mode and
    are spread by the curvature there.
    """
    import numpy as np
    from scipy.special import logsumexp

    mu, tau = mu[:, None], tau[:, None]
    z, spread = _modes(mu, tau, cases, patients)
    nodes, weights = _gauss_hermite()
    at = z[..., None] + spread[..., None] * nodes
    logits = mu[..., None] + tau[..., None] * at
    heights = cases[:, None] * logits - patients[:, None] * np.logaddexp(0, logits) - at**2 / 2 + weights
    values: Numbers = (logsumexp(heights, axis=-1) + np.log(spread)).sum(axis=-1)
    return values


def _modes(mu: Numbers, tau: Numbers, cases: Numbers, patients: Numbers) -> tuple[Numbers, Numbers]:
    """Each integrand's mode and spread by Newton's method, no step longer than 1 on the logit scale."""
    import numpy as np
    from scipy.special import expit

    z = np.zeros(np.broadcast_shapes(mu.shape, cases.shape))
    step = np.ones_like(z)
    while np.abs(step).max() > 1e-8:
        share = expit(mu + tau * z)
        curvature = 1 + tau**2 * patients * share * (1 - share)
        longest = 1 / np.maximum(tau, 1e-3)
        step = np.clip((tau * (cases - patients * share) - z) / curvature, -longest, longest)
        z = z + step
    return z, 1 / np.sqrt(curvature)


@cache
def _gauss_hermite() -> tuple[Numbers, Numbers]:
    """Nodes and log weights for integrands shaped like the standard normal density."""
    import numpy as np

    nodes, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return nodes, np.log(weights) + nodes**2 / 2
