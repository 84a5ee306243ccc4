"""What the oracles of the exercises are written with.

An oracle's function takes a `Run` and returns what it compared; it raises `Unmet` where its
requirement does not hold. It recomputes what the solution should have got from the tensors that
the solution made, in NumPy float64, fractions or plain Python: never with the torch call that it
judges.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from statistics import NormalDist
from typing import TypeAlias

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from logitlab.course.run import Run

Array: TypeAlias = NDArray[np.float64]
Oracle: TypeAlias = Callable[[Run], str]

#: float32 keeps 24 bits; sums and products of a few numbers lose a few of them
_TOLERANCE = 2.0**-18

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)


class Unmet(Exception):
    """A requirement does not hold; the message says what was found instead."""


def require(holds: bool, otherwise: str) -> None:
    """Raise `Unmet(otherwise)` unless it holds."""
    if not holds:
        raise Unmet(otherwise)


# What a run made


def tensor(run: Run, name: str) -> torch.Tensor:
    """The tensor of that name."""
    value = run.names.get(name)
    if not isinstance(value, torch.Tensor):
        raise Unmet(f"{name} is not a tensor: {type(value).__name__}")
    return value


def floats(run: Run, name: str, shape: tuple[int, ...]) -> Array:
    """The values in float64 of a tensor of floating dtype and that shape."""
    return _values(run, name, shape, is_floating=True)


def integers(run: Run, name: str, shape: tuple[int, ...]) -> Array:
    """The values in float64 (exact up to 2^53) of a tensor of integer dtype and that shape."""
    return _values(run, name, shape, is_floating=False)


def _values(run: Run, name: str, shape: tuple[int, ...], *, is_floating: bool) -> Array:
    value = tensor(run, name)
    require(tuple(value.shape) == shape, f"{name} has the shape {tuple(value.shape)}, not {shape}")
    kind = "floating" if is_floating else "integer"
    right = value.dtype.is_floating_point == is_floating and value.dtype != torch.bool
    require(right, f"{name} is {value.dtype}, not of {kind} dtype")
    return np.asarray(value.detach().tolist(), dtype=np.float64).reshape(shape)


# Random numbers: told from typed ones by running again with other seeds


def draws(run: Run, *names: str) -> Array:
    """All the numbers that the names held, in every run, one row a run."""
    runs = (run, *run.others)
    rows = [np.concatenate([np.ravel(tensor(r, name).tolist()) for name in names]) for r in runs]
    return np.asarray(rows, dtype=np.float64)


def vary(run: Run, *names: str) -> str:
    """Other seeds give other numbers."""
    for name in names:
        rows = draws(run, name)
        require(bool((rows != rows[0]).any()), f"{name} is the same for every seed")
    return f"{1 + len(run.others)} seeds give different numbers"


def normal(run: Run, name: str) -> str:
    """The numbers of all runs look standard normal.

    sup |F_n − Φ| is within Massart's bound, which one run in 10^9 of true draws exceeds.
    """
    ordered = np.sort(draws(run, name).ravel())
    expected = np.array([NormalDist().cdf(value) for value in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    distance = max(np.abs(expected - steps[1:]).max(), np.abs(expected - steps[:-1]).max())
    bound = math.sqrt(math.log(2 / 1e-9) / (2 * len(ordered)))
    require(distance <= bound, f"{name} is not standard normal: sup |Fₙ − Φ| = {distance:.2f}")
    return (
        f"sup |Fₙ − Φ| = {distance:.2f} over {len(ordered)} numbers, where {bound:.2f} is allowed"
    )


def every_integer(run: Run, *names: str, low: int, high: int) -> str:
    """The numbers are in low … high, both ends included, and over the runs each is drawn."""
    numbers = draws(run, *names)
    drawn, wanted = {int(value) for value in np.unique(numbers)}, set(range(low, high + 1))
    require(drawn <= wanted, f"{min(drawn)} … {max(drawn)} drawn, not only {low} … {high}")
    require(drawn == wanted, f"never drawn: {', '.join(map(str, sorted(wanted - drawn)))}")
    return f"{numbers.size} drawn: each of {low} … {high}, and nothing else"


# Comparisons


def close(what: str, got: Array, expected: ArrayLike, scale: float = 1.0) -> str:
    """Each number is within 2^-18 of the largest expected one, or of the scale of its terms."""
    wanted = np.asarray(expected, dtype=np.float64)
    require(got.shape == wanted.shape, f"{what} has the shape {got.shape}, not {wanted.shape}")
    error = float(np.abs(got - wanted).max())
    limit = _TOLERANCE * max(scale, float(np.abs(wanted).max()))
    require(error <= limit, f"{what} is off by up to {error:.3g}")
    return f"within {error:.1e} of float64" if error else "equal in float64"


def equal(what: str, got: Array, expected: ArrayLike) -> str:
    """Each number is exactly the expected one."""
    wanted = np.asarray(expected, dtype=np.float64)
    require(got.shape == wanted.shape, f"{what} has the shape {got.shape}, not {wanted.shape}")
    wrong = int((got != wanted).sum())
    require(wrong == 0, f"{wrong} of {wanted.size} numbers of {what} are wrong")
    return f"all {wanted.size} numbers exact" if wanted.size > 1 else "exact"


# What was printed


def printed(run: Run, what: str, values: ArrayLike, scale: float = 1.0) -> None:
    """The numbers stand in the output, one after another, each right in its printed digits."""
    wanted = np.asarray(values, dtype=np.float64).ravel()
    tolerance = _TOLERANCE * max(scale, float(np.abs(wanted).max()))
    texts = _NUMBER.findall(_without_shapes(run.stdout))
    windows = (texts[i : i + len(wanted)] for i in range(len(texts) - len(wanted) + 1))
    shown = any(_reads(window, wanted, tolerance) for window in windows)
    require(shown, f"{what} is not in the output")


def printed_shape(run: Run, shape: Sequence[int], times: int = 1) -> str:
    """The shape stands in the output as torch writes it, so many times."""
    text = f"torch.Size({list(shape)})"
    found = run.stdout.count(text)
    require(found >= times, f"{text} is in the output {found} times, not {times}")
    return text if times == 1 else f"{text}, {times} times"


def printed_text(run: Run, text: str) -> str:
    """The text stands in the output."""
    require(text in run.stdout, f"{text!r} is not in the output")
    return text


def _without_shapes(stdout: str) -> str:
    return re.sub(r"torch\.Size\(\[.*?\]\)", "", stdout)


def _reads(texts: list[str], values: Array, tolerance: float) -> bool:
    pairs = zip(texts, values.tolist(), strict=True)
    return all(abs(float(text) - value) <= _half_a_digit(text) + tolerance for text, value in pairs)


def _half_a_digit(text: str) -> float:
    """Half a unit of the last digit of a printed number: '1.25' -> 0.005, '3e-5' -> 5e-6."""
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(0.5 * 10.0 ** (int(exponent or 0) - decimals))
