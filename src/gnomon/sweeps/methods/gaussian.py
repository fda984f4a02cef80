"""A Gaussian process over the unit cube: Matérn kernel (nu = 1.5) of one length, fitted by likelihood. NumPy only."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

NUGGET = 1e-7
EPSILON = 1e-6
BOUNDS = (math.log(1e-5), math.log(1e5))
"""Of the logarithm of the kernel's length."""
_COARSE = 25
_FINE = 14
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0


@dataclass(frozen=True)
class Process:
    """A fitted process. Predictions are in the units of the values it was fitted to."""

    x: Array
    weights: Array
    factor: Array
    """The lower Cholesky factor of the kernel at `x`."""
    log_length: float
    mean: float
    scale: float

    @property
    def at_bounds(self) -> bool:
        """Whether no length explains the values: the best one is as short or as long as it may be."""
        low, high = BOUNDS
        return min(self.log_length - low, high - self.log_length) < 1e-3 * (high - low)

    def predict(self, x: Array) -> tuple[Array, Array]:
        """Mean and standard deviation at each of these points."""
        across = _matern(_distances(x, self.x), self.log_length)
        mean = across @ self.weights
        solved = np.linalg.solve(self.factor, across.T)
        variance = np.maximum(1.0 - np.einsum("ij,ij->j", solved, solved), 0.0)
        return mean * self.scale + self.mean, np.sqrt(variance) * self.scale


def fit(x: Array, y: Array, log_length: float | None = None) -> Process:
    """The process that most likely made these values, which are standardised first; or that of a given length."""
    mean = float(np.mean(y))
    scale = float(np.std(y)) + EPSILON if len(y) > 1 else 1.0
    standard = (y - mean) / scale
    distances = _distances(x, x)
    if log_length is None:
        log_length = _most_likely(distances, standard)
    factor = _factor(distances, log_length)
    weights: Array = np.linalg.solve(factor.T, np.linalg.solve(factor, standard))
    return Process(x, weights, factor, log_length, mean, scale)


def expected_improvement(process: Process, x: Array, best: float) -> Array:
    """How much lower than `best` each point is to be expected, counting as nothing what is higher."""
    mean, deviation = process.predict(x)
    mean, deviation, least = mean / process.scale, deviation / process.scale, best / process.scale
    gain = least - mean
    z = gain / (deviation + EPSILON)
    density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    share = np.array([0.5 * math.erfc(-one / math.sqrt(2.0)) for one in z.tolist()])
    improvement: Array = gain * share + deviation * density
    return improvement


def _distances(a: Array, b: Array) -> Array:
    squares = (a * a).sum(axis=1)[:, None] + (b * b).sum(axis=1)[None, :] - 2.0 * (a @ b.T)
    distances: Array = np.sqrt(np.maximum(squares, 0.0))
    return distances


def _matern(distances: Array, log_length: float) -> Array:
    scaled = distances * (math.sqrt(3.0) * math.exp(-log_length))
    kernel: Array = (1.0 + scaled) * np.exp(-scaled)
    return kernel


def _kernel(distances: Array, log_length: float) -> Array:
    kernel = _matern(distances, log_length)
    kernel[np.diag_indices_from(kernel)] = 1.0 + NUGGET
    return kernel


def _factor(distances: Array, log_length: float) -> Array:
    """The lower Cholesky factor of the kernel; of points too near to each other, of one they are further apart in."""
    kernel, nugget = _kernel(distances, log_length), NUGGET
    while True:
        try:
            factor: Array = np.asarray(np.linalg.cholesky(kernel), dtype=np.float64)
            return factor
        except np.linalg.LinAlgError:
            nugget *= 10.0
            kernel[np.diag_indices_from(kernel)] = 1.0 + nugget


def _likelihood(distances: Array, y: Array, log_length: float) -> float:
    """The logarithm of how likely the values are, up to what does not depend on the length."""
    try:
        factor: Array = np.asarray(np.linalg.cholesky(_kernel(distances, log_length)), dtype=np.float64)
    except np.linalg.LinAlgError:
        return -math.inf
    half = _substituted(factor, y)
    return float(-0.5 * (half @ half) - np.log(np.diag(factor)).sum())


def _substituted(factor: Array, y: Array) -> Array:
    """The solution x of `factor @ x = y`. A general solver would cost the cube, and wait for threads that are busy."""
    x: Array = np.zeros_like(y)
    for at in range(len(y)):
        x[at] = (y[at] - factor[at, :at] @ x[:at]) / factor[at, at]
    return x


def _most_likely(distances: Array, y: Array) -> float:
    """The best length: a look at all of them, then a narrowing around the best."""
    low, high = BOUNDS
    step = (high - low) / (_COARSE - 1)
    coarse = [low + at * step for at in range(_COARSE)]
    best = max(coarse, key=lambda log_length: _likelihood(distances, y, log_length))
    left, right = max(best - step, low), min(best + step, high)
    a, b = right - _GOLDEN * (right - left), left + _GOLDEN * (right - left)
    at_a, at_b = _likelihood(distances, y, a), _likelihood(distances, y, b)
    for _ in range(_FINE):
        if at_a > at_b:
            right, b, at_b = b, a, at_a
            a = right - _GOLDEN * (right - left)
            at_a = _likelihood(distances, y, a)
        else:
            left, a, at_a = a, b, at_b
            b = left + _GOLDEN * (right - left)
            at_b = _likelihood(distances, y, b)
    narrowed = (left + right) / 2.0
    return max((best, narrowed), key=lambda log_length: _likelihood(distances, y, log_length))
