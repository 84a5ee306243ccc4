"""A run is repeatable, captured, and leaves torch's generator alone."""

from __future__ import annotations

import pytest
import torch

from logitlab.course.run import run_source


def test_the_same_seed_gives_the_same_run() -> None:
    source = "import torch; x = torch.randn(3); print(x)"
    first, second, other = (run_source(source, seed) for seed in (3, 3, 4))
    assert first.stdout == second.stdout != other.stdout
    assert all(run.stdout != first.stdout for run in first.others)


def test_the_generator_of_torch_is_left_as_it_was() -> None:
    before = torch.random.get_rng_state()
    run_source("import torch; torch.randn(3)", seed=0)
    assert torch.equal(torch.random.get_rng_state(), before)


def test_each_run_has_its_own_names(capsys: pytest.CaptureFixture[str]) -> None:
    run = run_source("assert 'x' not in globals(); x = 1; print('seen')", seed=0)
    assert dict(run.names) == {"x": 1}
    assert run.stdout == "seen\n"
    assert capsys.readouterr().out == ""


def test_an_error_names_the_file_and_the_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run_source("x = 1\nx / 0", seed=0, filename="mine.py")
    last = caught.traceback[-1]
    assert (str(last.path).rpartition("/")[2], last.lineno) == ("mine.py", 1)
