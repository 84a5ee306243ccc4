"""Both routes keep the bounds of docs/reference/exactness.md against ball arithmetic.

The rows, the exact values and the measure are those of benchmarks/exactness.py, which runs 10^5
rows; here is a sample with every family and every width in it.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
import torch
from flint import arb
from torch import Tensor

from logitlab import kernels


def load(path: Path) -> ModuleType:
    """The benchmark, which is a script and no package, as a module."""
    spec = importlib.util.spec_from_file_location("exactness_benchmark", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


exactness = load(Path(__file__).parents[2] / "benchmarks" / "exactness.py")
BATCHES = list(exactness.adversarial_batches(rows=15_000, seed=1))
FAMILIES = sorted({batch.family for batch in BATCHES})


@pytest.fixture(scope="module", params=FAMILIES)
def measured(request: pytest.FixtureRequest) -> list[tuple[object, tuple[object, object]]]:
    """The batches of one family with their exact losses and gradients."""
    batches = [batch for batch in BATCHES if batch.family == request.param]
    return [(batch, exactness.exact(batch)) for batch in batches]


def tensors(z: Tensor, target: Tensor) -> tuple[Tensor, Tensor]:
    """The array code on torch tensors, as it runs where NumPy cannot: an accelerator, bfloat16."""
    gradient = torch.empty_like(z)
    losses = kernels.cross_entropy(z, target, out=gradient)
    return losses.to(z.dtype), gradient


ROUTES = {"fused": exactness.fused, "plain": exactness.plain, "tensors": tensors}


@pytest.mark.parametrize("route", ROUTES)
def test_losses_and_gradients_keep_the_bounds(
    measured: list[tuple[object, ...]], route: str
) -> None:
    implementation = ROUTES[route]
    for batch, truth in measured:
        found = exactness.errors(batch, implementation, truth)
        assert found.ordinary_loss.max(initial=0.0) <= 4
        assert found.confident_loss.max(initial=0.0) <= 64
        assert found.of_largest.max() <= 4
        assert found.of_itself.max() <= 64


def test_the_sample_holds_what_it_claims() -> None:
    rows = sum(len(batch.logits) for batch in BATCHES)
    assert rows > 14_000
    classes = {batch.logits.shape[1] for batch in BATCHES}
    assert {1, 50, 5000} <= classes
    losses = np.concatenate([exactness.exact(b)[0] for b in BATCHES if b.family == "confident"])
    smallest_normal = torch.finfo(torch.float32).smallest_normal
    positive = losses[losses > 0]
    assert positive.min() < 1e4 * smallest_normal
    assert (positive < 1e-8).mean() > 0.5  # where torch returns exactly 0


def test_torch_fails_the_bounds_that_ours_keeps() -> None:
    batch = next(b for b in BATCHES if b.family == "confident" and b.logits.shape[1] == 2)
    found = exactness.errors(batch, exactness.torch_eager, exactness.exact(batch))
    assert found.confident_loss.max() > 1e6


def test_an_ulp_is_the_gap_between_neighbouring_floats() -> None:
    for x in (1.0, 0.01, 3e38, 1.5e-38, 1e-40, 1e-45):
        x32 = np.float32(x)
        gap = float(np.nextafter(x32, np.float32(np.inf))) - float(x32) if x < 3e38 else 2.0**104
        assert exactness.ulps(np.array([gap]), np.array([float(x32)]))[0] == 1.0


def test_the_exact_row_is_the_definition_in_many_bits() -> None:
    z, t = [0.5, -1.25, 3.0], [0.25, 0.0, 1.5]
    exps = [arb(x).exp() for x in z]
    total = sum(exps, arb(0))
    loss = -sum((arb(w) * (e / total).log() for w, e in zip(t, exps, strict=True)), arb(0))
    gradient = [arb(1.75) * e / total - arb(w) for w, e in zip(t, exps, strict=True)]
    found_loss, found_gradient = exactness.exact_row(z, t)
    assert found_loss == pytest.approx(float(loss), rel=1e-14)
    assert found_gradient == pytest.approx([float(g) for g in gradient], rel=1e-13)


def test_the_page_shows_every_family_within_the_bounds() -> None:
    page = Path(__file__).parents[2] / "docs" / "reference" / "exactness.md"
    lines = page.read_text(encoding="utf-8").splitlines()
    table = [[c.strip() for c in line.strip("|").split("|")] for line in lines if line[:1] == "|"]
    families = {cells[0]: cells[2:] for cells in table if len(cells) == 6 and cells[1].isdigit()}
    assert sorted(families) == FAMILIES
    for figures in families.values():
        for cell, bound in zip(figures, (4, 64, 4, 64), strict=True):
            in_place, plain, _ = (float(figure) for figure in cell.split("/"))
            assert max(in_place, plain) <= bound
