"""L-BFGS on functions with a known minimum, against SciPy's."""

from __future__ import annotations

from itertools import islice, pairwise

import numpy as np
import pytest
import scipy.optimize
import torch

from logitlab.models.lbfgs import Point, lbfgs


def rosenbrock(x):
    x_np = np.asarray(x, dtype=np.float64)
    gradient = scipy.optimize.rosen_der(x_np)
    if isinstance(x, torch.Tensor):
        gradient = torch.tensor(gradient)
    return Point(x, float(scipy.optimize.rosen(x_np)), gradient)


@pytest.mark.parametrize("make", [np.asarray, torch.tensor])
def test_it_finds_rosenbrocks_minimum(make):
    *_, last = lbfgs(rosenbrock, make([-1.2, 1.0, -1.2, 1.0]), tol=1e-8)
    assert np.allclose(np.asarray(last.parameters), 1.0, atol=1e-6)


def test_it_needs_about_as_many_evaluations_as_scipys():
    calls = 0

    def counted(x):
        nonlocal calls
        calls += 1
        return rosenbrock(x)

    start = np.array([-1.2, 1.0] * 5)
    list(lbfgs(counted, start, tol=1e-5))
    scipys = scipy.optimize.minimize(
        scipy.optimize.rosen, start, jac=scipy.optimize.rosen_der, method="L-BFGS-B"
    )
    assert calls <= 2 * scipys.nfev


def test_each_iterate_is_lower_than_the_one_before():
    values = [point.value for point in lbfgs(rosenbrock, np.array([-1.2, 1.0]), tol=1e-8)]
    assert values[0] == pytest.approx(24.2)
    assert all(after < before for before, after in pairwise(values))


def test_it_starts_at_the_start_and_stops_at_a_minimum():
    iterates = list(lbfgs(rosenbrock, np.ones(3), tol=1e-8))
    assert len(iterates) == 1
    assert np.array_equal(iterates[0].parameters, np.ones(3))


def test_an_infinite_value_makes_the_step_shorter():
    def barrier(x):  # −log(1 − x) + x²/2 · 9, infinite from x = 1 on
        with np.errstate(all="ignore"):
            value = -np.log(1.0 - x[0]) - 3.0 * x[0] if x[0] < 1.0 else np.nan
        return Point(x, float(value), np.array([1.0 / (1.0 - x[0]) - 3.0]))

    *_, last = islice(lbfgs(barrier, np.array([-5.0]), tol=1e-9), 100)
    assert last.parameters[0] == pytest.approx(2.0 / 3.0)


def test_rounding_ends_the_search_when_the_tolerance_is_out_of_reach():
    def steep(x):
        return Point(x, float(np.sum(x * x)) + 1e12, 2.0 * x + 1e-3)

    assert len(list(islice(lbfgs(steep, np.ones(2), tol=0.0), 1000))) < 1000
