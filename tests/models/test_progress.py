"""The progress bar: on a terminal, for long fits, and when asked."""

from __future__ import annotations

import contextlib
import sys

import pytest
from sklearn.datasets import load_iris

from logitlab.models import SoftmaxClassifier, progress

X, Y = load_iris(return_X_y=True)


@pytest.fixture
def long_fit(monkeypatch):
    """Make every fit count as a long one."""
    monkeypatch.setattr(progress, "QUIET_SECONDS", 0.0)


def shown(capsys, verbose) -> str:
    SoftmaxClassifier((), verbose=verbose, random_state=0).fit(X, Y)
    captured = capsys.readouterr()
    assert captured.out == ""
    return captured.err


def test_it_is_drawn_when_asked(capsys):
    text = shown(capsys, True)
    assert "epoch" in text
    assert "loss 0." in text
    assert "accuracy 9" in text


def test_it_is_not_drawn_when_refused(capsys, long_fit, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert shown(capsys, False) == ""


def test_auto_draws_nothing_in_a_pipe(capsys, long_fit):
    assert shown(capsys, "auto") == ""


def test_auto_draws_a_long_fit_on_a_terminal(capsys, long_fit, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert "epoch" in shown(capsys, "auto")


def test_auto_leaves_a_short_fit_alone(capsys, monkeypatch):
    monkeypatch.setattr(progress, "QUIET_SECONDS", 1e9)
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    assert shown(capsys, "auto") == ""


def test_an_error_in_a_fit_stops_the_bar(capsys):
    bar = progress.ProgressBar(True, 10)
    with bar, contextlib.suppress(KeyboardInterrupt):
        bar(SoftmaxClassifier((), random_state=0).fit(X, Y).history_[0])
        assert bar.bar.live.is_started
        raise KeyboardInterrupt
    assert not bar.bar.live.is_started


def test_a_fit_that_converges_fills_the_bar(capsys):
    fit = SoftmaxClassifier((), verbose=True, random_state=0).fit(X, Y)
    assert fit.n_iter_ < fit.max_iter
    assert f"{fit.n_iter_}/{fit.n_iter_}" in capsys.readouterr().err
