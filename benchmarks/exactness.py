"""How far the loss and its gradient are from the exact ones, ours beside torch's.

    python benchmarks/exactness.py               # 10^5 float32 rows, a minute
    python benchmarks/exactness.py --rows 10000

Every row is also computed in ball arithmetic (python-flint), which returns an interval that is
proved to hold the exact value; at 300 bits its width is far below float64. An error is given in
ulps: units in the last place of float32 at the exact value, 2⁻¹⁴⁹ at the least.

The bounds that ours has to keep (and a test holds on a sample of the same rows):
- the loss within 4 ulps where it is above 0.01, and within 64 ulps below, at any confidence;
- each entry of the gradient within 4 ulps of the row's largest, and within 64 of itself.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import torch
import torch.nn.functional as F
from flint import arb, ctx
from numpy.typing import NDArray
from torch import Tensor

from logitlab.functional import cross_entropy, cross_entropy_with_grad

BITS = 300
ORDINARY = 0.01  # losses above are "ordinary", below "confident"
Floats = NDArray[np.float64]
LossAndGradient = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]


@dataclass(frozen=True)
class Batch:
    """Rows of one family and one number of classes."""

    family: str
    logits: Tensor  # (N, K) float32
    target: Tensor  # (N,) class indices or (N, K) float32 weights


@dataclass(frozen=True)
class Errors:
    """The errors of one implementation on one batch, in ulps of float32."""

    ordinary_loss: Floats  # (≤ N,)   rows with a loss above 0.01
    confident_loss: Floats  # (≤ N,)   rows with a smaller one
    of_largest: Floats  # (N,)   the row's worst entry, in ulps of its largest
    of_itself: Floats  # (N,)   the row's worst entry, in ulps of itself

    def worst(self) -> list[float]:
        """The largest of each kind; 0 where no row is of that kind."""
        kinds = (self.ordinary_loss, self.confident_loss, self.of_largest, self.of_itself)
        return [float(kind.max(initial=0.0)) for kind in kinds]


# The rows


def randn(g: torch.Generator, *shape: int) -> Tensor:
    """Standard normal numbers."""
    return torch.randn(shape, generator=g)


def uniform(g: torch.Generator, low: float, high: float, *shape: int) -> Tensor:
    """Numbers spread evenly over [low, high)."""
    return low + (high - low) * torch.rand(shape, generator=g)


def some_class(g: torch.Generator, z: Tensor) -> Tensor:
    """Class indices, any with the same chance."""
    return torch.randint(0, z.shape[1], (len(z),), generator=g)


def ordinary(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Logits as networks give them."""
    z = randn(g, n, k) * uniform(g, 0.1, 8.0, n, 1)
    return z, some_class(g, z)


def offset(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """A common offset, from ± 80 to ± 1e6, which softmax does not see."""
    z = randn(g, n, k) * 3 + uniform(g, -1, 1, n, 1).sign() * 10 ** uniform(g, 1.9, 6.0, n, 1)
    return z, some_class(g, z)


def at_1e38(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """± 1e38 in every class, a few of them one or two floats apart (1e31 each)."""
    z = torch.full((n, k), 1e38) * uniform(g, -1, 1, n, 1).sign()
    for _ in range(2):
        moved = torch.rand((n, k), generator=g) < 0.2
        z = torch.where(moved, torch.nextafter(z, torch.zeros(())), z)
    return z, some_class(g, z)


def confident(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """The target leads by 3 to 87: losses down to the smallest normal number."""
    z = uniform(g, -50, 50, n, k)
    target = some_class(g, z)
    rest = z.scatter(1, target[:, None], -torch.inf).amax(1)
    lead = uniform(g, 3.0, 87.0, n)
    top = torch.where(rest.isinf(), 0.0, rest + lead)
    return z.scatter(1, target[:, None], top[:, None]), target


def beyond_normal(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """The target leads by 86 to 110: subnormal losses, and losses that round to 0."""
    z = -uniform(g, 86.0, 110.0, n, k)
    target = some_class(g, z)
    return z.scatter(1, target[:, None], 0.0), target


def mistaken(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Another class leads the target by 17 to 300."""
    z = randn(g, n, k)
    z[:, 0] += uniform(g, 17.0, 300.0, n)
    return z, torch.randint(min(1, k - 1), k, (n,), generator=g)


def ties(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Small whole logits: several classes share the maximum."""
    z = torch.randint(-3, 2, (n, k), generator=g).float()
    return z, some_class(g, z)


def near_ties(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Classes one float apart."""
    z = uniform(g, -40, 40, n, 1).expand(n, k).clone()
    for _ in range(3):
        moved = torch.rand((n, k), generator=g) < 0.3
        z = torch.where(moved, torch.nextafter(z, torch.tensor(torch.inf)), z)
    return z, some_class(g, z)


def all_magnitudes(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Magnitudes from 1e-40 (subnormal) to 1e3: z_j − m is rounded."""
    z = randn(g, n, k).sign() * 10 ** uniform(g, -40.0, 3.0, n, k)
    small = torch.rand((n, 1), generator=g) < 0.5
    return torch.where(small, z.clamp(-20, 20), z), some_class(g, z)


def extremes(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """± 3e38 beside ordinary logits: differences that float32 cannot hold."""
    z = randn(g, n, k)
    huge = torch.rand((n, k), generator=g) < 0.3
    return torch.where(huge, z.sign() * 3e38, z), some_class(g, z)


def soft(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Distributions."""
    z = randn(g, n, k) * 4
    return z, (randn(g, n, k) * 2).softmax(1)


def soft_confident(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """A one-hot distribution on a class that leads by 17 to 87."""
    z, target = confident(g, n, k)
    return z, F.one_hot(target, k).float()


def unnormalised(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Targets that sum to anything, a third of them 0."""
    y = uniform(g, 0.0, 3.0, n, k)
    return randn(g, n, k) * 4, torch.where(y < 1.0, 0.0, y)


def learned(g: torch.Generator, n: int, k: int) -> tuple[Tensor, Tensor]:
    """Distributions that the logits nearly match: ŷ − y cancels."""
    y = (randn(g, n, k) * 2).softmax(1)
    noise = 10 ** uniform(g, -6.0, -1.0, n, 1) * randn(g, n, k)
    return y.log() + noise + uniform(g, -5, 5, n, 1), y


FAMILIES = (
    ordinary, offset, at_1e38, confident, beyond_normal, mistaken, ties, near_ties,
    all_magnitudes, extremes, soft, soft_confident, unnormalised, learned,
)  # fmt: skip
CLASSES = (1, 2, 3, 5, 10, 17, 50)
LONG = (1000, 5000)  # one or a few rows of each family


def adversarial_batches(rows: int, seed: int = 0) -> Iterator[Batch]:
    """About `rows` rows: every family in every width, and a few long rows of each."""
    g = torch.Generator().manual_seed(seed)
    each = max(1, rows // (len(FAMILIES) * len(CLASSES)))
    long = max(1, rows // 50_000)
    for family in FAMILIES:
        for classes in CLASSES + LONG:
            count = each if classes in CLASSES else long
            yield Batch(family.__name__.replace("_", " "), *family(g, count, classes))


# The exact values


def exact(batch: Batch) -> tuple[Floats, Floats]:
    """Loss (N,) and gradient (N, K) from ball arithmetic, rounded once, to float64."""
    n, k = batch.logits.shape
    loss, gradient = np.empty(n), np.empty((n, k))
    targets = batch.target.tolist()
    previous, ctx.prec = ctx.prec, BITS
    try:
        for i, row in enumerate(batch.logits.tolist()):
            soft = targets[i] if isinstance(targets[i], list) else None
            t = [float(j == targets[i]) for j in range(k)] if soft is None else soft
            loss[i], gradient[i] = exact_row(row, t)
    finally:
        ctx.prec = previous
    return loss, gradient


def exact_row(z: list[float], t: list[float]) -> tuple[float, list[float]]:
    """L = Σ_j t_j (m − z_j) + T log Σ_i exp(z_i − m) and ∂L/∂z_j = T ŷ_j − t_j, T = Σ_j t_j.

    The largest class a has ŷ_a = 1 / (1 + others), so that confident rows cancel nothing.
    """
    a = max(range(len(z)), key=z.__getitem__)
    m = arb(z[a])
    gaps = [m - arb(x) for x in z]
    e = [(-gap).exp() for gap in gaps]
    others = sum((x for j, x in enumerate(e) if j != a), arb(0))
    weights = [arb(x) for x in t]
    total = sum(weights, arb(0))
    loss = sum((w * gap for w, gap in zip(weights, gaps, strict=True) if w != 0), arb(0))
    loss += total * others.log1p()
    norm = 1 + others
    gradient = [total * x / norm - w for x, w in zip(e, weights, strict=True)]
    gradient[a] = ((total - weights[a]) - weights[a] * others) / norm
    return float(loss), [float(x) for x in gradient]


# The errors


def ulps(error: Floats, at: Floats) -> Floats:
    """|error| in units in the last place of float32 at `at`."""
    _, exponent = np.frexp(np.abs(at))
    last_place = np.ldexp(1.0, np.maximum(exponent, -125) - 24)
    return np.asarray(np.abs(error) / last_place, np.float64)


def difference(actual: Tensor, expected: Floats) -> Floats:
    """Actual − expected, where an expected number beyond float32 is infinity."""
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = expected.astype(np.float32)
        found = actual.double().numpy()
        beyond = np.isinf(rounded) & (found == rounded)
        return np.asarray(np.where(beyond, 0.0, found - expected), np.float64)


def errors(batch: Batch, implementation: LossAndGradient, truth: tuple[Floats, Floats]) -> Errors:
    """How far an implementation is from the exact loss and gradient of each row."""
    loss, gradient = implementation(batch.logits, batch.target)
    of_loss = np.nan_to_num(ulps(difference(loss, truth[0]), truth[0]), nan=np.inf, posinf=np.inf)
    wrong = np.nan_to_num(difference(gradient, truth[1]), nan=np.inf, posinf=np.inf)
    largest = np.abs(truth[1]).max(axis=1, keepdims=True)
    is_ordinary = truth[0] > ORDINARY
    return Errors(
        of_loss[is_ordinary],
        of_loss[~is_ordinary],
        ulps(wrong, largest).max(axis=1),
        ulps(wrong, truth[1]).max(axis=1),
    )


def fused(z: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Our in-place route."""
    return cross_entropy_with_grad(z, target, reduction="none")


def plain(z: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """Our plain torch operations, as torch.func sees them."""

    def loss(z: Tensor) -> tuple[Tensor, Tensor]:
        rows = cross_entropy(z, target, reduction="none")
        return rows.sum(), rows

    gradient, rows = torch.func.grad(loss, has_aux=True)(z)
    return rows, gradient


def torch_eager(z: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """torch.nn.functional.cross_entropy."""
    z = z.clone().requires_grad_()
    loss = F.cross_entropy(z, target, reduction="none")
    (gradient,) = torch.autograd.grad(loss.sum(), z)
    return loss.detach(), gradient


IMPLEMENTATIONS = {"fused": fused, "plain": plain, "torch": torch_eager}


# The table


def worst_by_family(rows: int) -> Iterator[tuple[str, int, dict[str, list[float]]]]:
    """(family, rows, implementation -> its worst errors), one family after the other."""
    for family, group in groupby(adversarial_batches(rows), key=lambda batch: batch.family):
        count, worst = 0, {name: [0.0] * 4 for name in IMPLEMENTATIONS}
        for batch in group:
            count += len(batch.logits)
            truth = exact(batch)
            for name, implementation in IMPLEMENTATIONS.items():
                found = errors(batch, implementation, truth).worst()
                worst[name] = [max(pair) for pair in zip(worst[name], found, strict=True)]
        yield family, count, worst


def figure(error: float) -> str:
    """Two decimals while they matter, powers of ten for the large."""
    return f"{error:.2f}" if error < 100 else f"{error:.0f}" if error < 1e4 else f"{error:.0e}"


def table_row(cells: Iterable[str], widths: Iterable[int] = (16, 6, 23, 23, 23, 23)) -> str:
    """One line of a Markdown table, its columns aligned."""
    return "| " + " | ".join(c.ljust(w) for c, w in zip(cells, widths, strict=True)) + " |"


def main() -> None:
    """Print the largest error of each family, in ulps, as a Markdown table."""
    parser = argparse.ArgumentParser(description="Errors against ball arithmetic, in ulps.")
    parser.add_argument("--rows", type=int, default=100_000, help="about how many (default 10^5)")
    kinds = ("loss above 0.01", "smaller losses", "gradient, of largest", "gradient, of itself")
    print(f"Largest error in ulps of float32: {' / '.join(IMPLEMENTATIONS)}\n")
    print(table_row(("family", "rows", *kinds)))
    print(table_row(("---",) * 6))
    total = 0
    for family, count, worst in worst_by_family(parser.parse_args().rows):
        total += count
        cells = (" / ".join(figure(worst[name][i]) for name in IMPLEMENTATIONS) for i in range(4))
        print(table_row((family, str(count), *cells)), flush=True)
    print(f"\n{total} rows; torch {torch.__version__}, {torch.get_num_threads()} threads")


if __name__ == "__main__":
    main()
