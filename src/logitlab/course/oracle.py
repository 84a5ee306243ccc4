"""What the oracles of the exercises are written with.

An oracle's function takes an `Answer` and returns what it compared; it raises `Unmet` where its
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

from logitlab.grading.answer import Answer, Shown
from logitlab.grading.check import Unmet

Array: TypeAlias = NDArray[np.float64]
Oracle: TypeAlias = Callable[[Answer], str]

#: float32 keeps 24 bits; sums and products of a few numbers lose a few of them
_TOLERANCE = 2.0**-18

#: numbers that tell a normal distribution from a uniform one, in spite of Massart's bound
_ENOUGH = 90

_NUMBER = re.compile(r"(?<![\w.])[-+]?\d+(?:\.\d*)?(?:e[-+]?\d+)?", re.IGNORECASE)


def review(oracle: Oracle) -> Oracle:
    """Mark an oracle that sees words only: a person is to read them."""
    oracle.review = True  # type: ignore[attr-defined]
    return oracle


def require(holds: bool, otherwise: str) -> None:
    """Raise `Unmet(otherwise)` unless it holds."""
    if not holds:
        raise Unmet(otherwise)


# What a run made


def tensor(answer: Answer, name: str) -> torch.Tensor:
    """The last tensor of that name."""
    return _tensors(answer, name)[0]


def _tensors(answer: Answer, name: str) -> list[torch.Tensor]:
    """All tensors that the name stood for, the last first."""
    values = answer.values(name)
    found = [value for value in values if isinstance(value, torch.Tensor)]
    if not found:
        kind = type(values[0]).__name__ if values else "not there"
        raise Unmet(f"{name} is not a tensor: {kind}" if values else f"{name} is {kind}")
    return found


def floats(answer: Answer, name: str, shape: tuple[int, ...]) -> Array:
    """The values in float64 of a tensor of floating dtype and that shape."""
    return _values(answer, name, shape, is_floating=True)


def integers(answer: Answer, name: str, shape: tuple[int, ...]) -> Array:
    """The values in float64 (exact up to 2^53) of a tensor of integer dtype and that shape."""
    return _values(answer, name, shape, is_floating=False)


def _values(answer: Answer, name: str, shape: tuple[int, ...], *, is_floating: bool) -> Array:
    """Of the name's last tensor that fits: one that is bound again later has met it."""
    unmet = []
    for value in _tensors(answer, name):
        try:
            return _fitting(value, name, shape, is_floating=is_floating)
        except Unmet as error:
            unmet.append(error)
    raise unmet[0]


def _fitting(value: torch.Tensor, name: str, shape: tuple[int, ...], *, is_floating: bool) -> Array:
    require(tuple(value.shape) == shape, f"{name} has the shape {tuple(value.shape)}, not {shape}")
    kind = "floating" if is_floating else "integer"
    right = value.dtype.is_floating_point == is_floating and value.dtype != torch.bool
    require(right, f"{name} is {value.dtype}, not of {kind} dtype")
    return np.asarray(value.detach().tolist(), dtype=np.float64).reshape(shape)


# Random numbers: told from typed ones by running again with other seeds


def draws(answer: Answer, *names: str) -> Array:
    """All the numbers that the names held, in every run, one row a run."""
    runs = (answer, *answer.others)
    rows = [np.concatenate([np.ravel(tensor(r, name).tolist()) for name in names]) for r in runs]
    return np.asarray(rows, dtype=np.float64)


def vary(answer: Answer, *names: str) -> str:
    """Other seeds give other numbers."""
    for name in names:
        rows = draws(answer, name)
        require(bool((rows != rows[0]).any()), f"{name} is the same for every seed")
    return f"{1 + len(answer.others)} seeds give different numbers"


def normal(answer: Answer, name: str) -> str:
    """The numbers of all runs look standard normal.

    sup |F_n − Φ| is within Massart's bound, which one run in 10^9 of true draws exceeds.
    """
    ordered = np.sort(draws(answer, name).ravel())
    require(len(ordered) >= _ENOUGH, f"{len(ordered)} numbers of {name} are too few to tell")
    expected = np.array([NormalDist().cdf(value) for value in ordered])
    steps = np.arange(len(ordered) + 1) / len(ordered)
    distance = max(np.abs(expected - steps[1:]).max(), np.abs(expected - steps[:-1]).max())
    bound = math.sqrt(math.log(2 / 1e-9) / (2 * len(ordered)))
    require(distance <= bound, f"{name} is not standard normal: sup |Fₙ − Φ| = {distance:.2f}")
    return (
        f"sup |Fₙ − Φ| = {distance:.2f} over {len(ordered)} numbers, where {bound:.2f} is allowed"
    )


def every_integer(answer: Answer, *names: str, low: int, high: int) -> str:
    """The numbers are in low … high, both ends included, and over the runs each is drawn."""
    numbers = draws(answer, *names)
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
    return _within(error)


def equal(what: str, got: Array, expected: ArrayLike) -> str:
    """Each number is exactly the expected one."""
    wanted = np.asarray(expected, dtype=np.float64)
    require(got.shape == wanted.shape, f"{what} has the shape {got.shape}, not {wanted.shape}")
    wrong = int((got != wanted).sum())
    require(wrong == 0, f"{wrong} of {wanted.size} numbers of {what} are wrong")
    return f"all {wanted.size} numbers exact" if wanted.size > 1 else "exact"


# What was shown: results that the deck leaves unnamed are found by it, under any name or none


def shown(
    answer: Answer,
    what: str,
    values: ArrayLike,
    scale: float = 1.0,
    *,
    label: str = "",
    unlike: str = "",
) -> str:
    """An object of these numbers was printed or displayed, or its text has them in their digits.

    What is called otherwise is not it: by its name, or else by the words printed beside it, which
    say `unlike` and not `label` (regular expressions).
    """
    called_otherwise = False
    for one in answer.shown:
        for value in one.values:
            found = _agreement(value, values, scale)
            if found and unlike and _is_called_otherwise(answer, one, value, label, unlike):
                called_otherwise = True
            elif found:
                return found
    require(not called_otherwise, f"{what} is shown as something else")
    printed(answer, what, values, scale)
    return "right in its printed digits"


def _is_called_otherwise(
    answer: Answer, one: Shown, value: object, label: str, unlike: str
) -> bool:
    """By the names that stand for the value, or else by the words printed beside it."""
    names = [name for name in answer.names if any(_same(v, value) for v in answer.values(name))]
    words = [text for text in one.values if isinstance(text, str)]
    for texts in (names, words):
        said = " ".join(texts).lower()
        if re.search(label, said) or re.search(unlike, said):
            return re.search(label, said) is None
    return False


def _same(left: object, right: object) -> bool:
    both = isinstance(left, torch.Tensor) and isinstance(right, torch.Tensor)
    return both and left.shape == right.shape and torch.equal(left, right)  # type: ignore


def computed(answer: Answer, what: str, values: ArrayLike, scale: float = 1.0) -> str:
    """A name stands for these numbers, or they were shown."""
    for name in answer.names:
        for value in answer.values(name):
            if found := _agreement(value, values, scale):
                return found
    return shown(answer, what, values, scale)


def arrays(answer: Answer, shape: tuple[int, ...]) -> list[Array]:
    """All numbers of that shape that a name stands for, or that were shown."""
    bound = [value for name in answer.names for value in answer.values(name)]
    every = [*bound, *(value for one in answer.shown for value in one.values)]
    return [
        np.asarray(value.detach().to(torch.float64))
        for value in every
        if isinstance(value, torch.Tensor) and tuple(value.shape) == shape
    ]


def _agreement(value: object, expected: ArrayLike, scale: float) -> str | None:
    """How near a number, array or tensor is to the expected one, if near enough."""
    wanted = np.asarray(expected, dtype=np.float64)
    error = _distance(value, wanted)
    if error is None or error > _TOLERANCE * max(scale, float(np.abs(wanted).max())):
        return None
    return _within(error)


def _within(error: float) -> str:
    return f"within {error:.1e} of float64" if error else "equal in float64"


def _distance(value: object, wanted: Array) -> float | None:
    """The largest difference between a shown number, array or tensor and the wanted one."""
    if isinstance(value, torch.Tensor) and value.dtype != torch.bool:
        value = value.detach().to(torch.float64).numpy()
    if isinstance(value, bool) or not isinstance(value, int | float | np.ndarray):
        return None
    array = np.asarray(value, dtype=np.float64)
    if array.shape != wanted.shape:
        return None
    error = float(np.abs(array - wanted).max()) if array.size else 0.0
    return error if math.isfinite(error) else None


def printed(answer: Answer, what: str, values: ArrayLike, scale: float = 1.0) -> None:
    """The numbers stand in the output, one after another, each right in its printed digits."""
    wanted = np.asarray(values, dtype=np.float64).ravel()
    tolerance = _TOLERANCE * max(scale, float(np.abs(wanted).max()))
    texts = _NUMBER.findall(_without_shapes(_words(answer)))
    windows = (texts[i : i + len(wanted)] for i in range(len(texts) - len(wanted) + 1))
    found = any(_reads(window, wanted, tolerance) for window in windows)
    require(found, f"{what} is not in the output")


def _words(answer: Answer) -> str:
    """The output, less the text of tensors: those are judged as what they are."""
    if not answer.shown:
        return answer.stdout
    return "\n".join(
        " ".join(str(value) for value in one.values if not isinstance(value, torch.Tensor))
        for one in answer.shown
    )


def printed_shape(answer: Answer, shape: Sequence[int], times: int = 1) -> str:
    """The shape is shown or asserted so many times: as torch writes it, as a tuple or a list."""
    sizes = ", ".join(map(str, shape))
    tuple_form = f"({sizes},)" if len(shape) == 1 else f"({sizes})"
    forms = (re.escape(tuple_form), re.escape(f"[{sizes}]"))
    pattern = "|".join(rf"(?<!\w){form}" for form in forms)
    found = sum(len(re.findall(pattern, text)) for text in (answer.stdout, *answer.asserted))
    require(found >= times, f"torch.Size([{sizes}]) is in the output {found} times, not {times}")
    text = f"torch.Size([{sizes}])"
    return text if times == 1 else f"{text}, {times} times"


def words(answer: Answer) -> str:
    """There are words of the learner's own: what they say is for a person to read."""
    texts = [*answer.words, *answer.stdout.splitlines()]
    longest = max((len(re.findall(r"[^\W\d_]{2,}", text)) for text in texts), default=0)
    require(longest >= 4, "there is no explanation: a comment, a printed sentence, a Markdown cell")
    return f"a text of {longest} words"


def printed_text(answer: Answer, text: str) -> str:
    """The text stands in the output."""
    require(text in answer.stdout, f"{text!r} is not in the output")
    return text


def _without_shapes(stdout: str) -> str:
    """Less what reads as a shape: `torch.Size([4])`, `(4,)`, `(4, 4)`."""
    return re.sub(r"torch\.Size\(\[.*?\]\)|\((?:\d+,\s*)+\d*\)", "", stdout)


def _reads(texts: list[str], values: Array, tolerance: float) -> bool:
    pairs = zip(texts, values.tolist(), strict=True)
    return all(abs(float(text) - value) <= _half_a_digit(text) + tolerance for text, value in pairs)


def _half_a_digit(text: str) -> float:
    """Half a unit of the last digit of a printed number: '1.25' -> 0.005, '3e-5' -> 5e-6."""
    mantissa, _, exponent = text.lower().partition("e")
    decimals = len(mantissa.partition(".")[2])
    return float(0.5 * 10.0 ** (int(exponent or 0) - decimals))
