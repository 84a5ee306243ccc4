"""scikit-learn's own checks, its routing, its callbacks and its HTML."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
import sklearn
from sklearn.base import clone
from sklearn.callback import ProgressBar, ScoringMonitor
from sklearn.datasets import load_iris
from sklearn.metrics import accuracy_score, make_scorer
from sklearn.model_selection import GridSearchCV, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from logitlab.models import SoftmaxClassifier

X, Y = load_iris(return_X_y=True)

#: runs every estimator check of the installed version on one classifier, in a process of its own:
#: SciPy reads SCIPY_ARRAY_API when it is first imported, and one check needs it
CHECKS = """
import json, sys, warnings
from sklearn.utils.estimator_checks import check_estimator
from logitlab.models import SoftmaxClassifier

results = []
for parameters in json.loads(sys.argv[1]):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        checks = check_estimator(SoftmaxClassifier(**parameters), on_fail=None, on_skip=None)
    results += [
        [str(parameters), check["check_name"], check["status"], str(check["exception"])]
        for check in checks
    ]
print(json.dumps(results))
"""
CONFIGURATIONS = [
    {},
    {"hidden_layer_sizes": []},
    {"solver": "sgd", "max_iter": 50},
    {"solver": "adam", "max_iter": 50},
    {"solver": "adamw", "max_iter": 50, "activation": "relu", "standardize": False},
    {"device": "cpu", "hidden_layer_sizes": []},
]


def test_every_estimator_check_passes_and_none_is_skipped():
    done = subprocess.run(
        [sys.executable, "-c", CHECKS, json.dumps(CONFIGURATIONS)],
        env={**os.environ, "SCIPY_ARRAY_API": "1"},
        capture_output=True,
        text=True,
        check=True,
    )
    results = json.loads(done.stdout.splitlines()[-1])
    assert len(results) >= 60 * len(CONFIGURATIONS)
    assert [result for result in results if result[2] != "passed"] == []


def test_sample_weights_are_routed_through_pipelines_and_searches():
    weights = np.where(Y == 0, 5.0, 1.0)
    direct = SoftmaxClassifier((), random_state=0).fit(X, Y, sample_weight=weights)
    with sklearn.config_context(enable_metadata_routing=True):
        classifier = SoftmaxClassifier((), random_state=0).set_fit_request(sample_weight=True)
        classifier.set_score_request(sample_weight=True)
        pipeline = make_pipeline(
            StandardScaler().set_fit_request(sample_weight=True), classifier
        ).fit(X, Y, sample_weight=weights)
        assert np.allclose(pipeline.predict_proba(X), direct.predict_proba(X), atol=1e-3)
        search = GridSearchCV(classifier, {"alpha": [0.07]}).fit(X, Y, sample_weight=weights)
        assert np.array_equal(search.predict_proba(X), direct.predict_proba(X))
        scores = cross_validate(classifier, X, Y, params={"sample_weight": weights})
        assert scores["test_score"].mean() > 0.9


def test_a_validation_set_is_routed_too():
    with sklearn.config_context(enable_metadata_routing=True):
        classifier = SoftmaxClassifier((), random_state=0).set_fit_request(validation_data=True)
        pipeline = make_pipeline(classifier).fit(X, Y, validation_data=(X, Y))
    assert pipeline[-1].history_[0].validation_loss == pytest.approx(np.log(3))


@pytest.mark.parametrize("solver", ["lbfgs", "adam"])
def test_a_scoring_monitor_scores_every_epoch(solver):
    monitor = ScoringMonitor(scoring=["accuracy", "neg_log_loss"])
    classifier = SoftmaxClassifier((), solver=solver, max_iter=60, random_state=0)
    classifier.set_callbacks(monitor).fit(X, Y)
    rows = [row for row in monitor.get_logs().data if row["task_name"] == "epoch"]
    assert len(rows) == classifier.n_iter_
    assert rows[-1]["accuracy"] == classifier.score(X, Y)
    losses = [step.loss for step in classifier.history_]
    assert -rows[-1]["neg_log_loss"] == pytest.approx(losses[-1])
    if solver == "lbfgs":
        assert [-row["neg_log_loss"] for row in rows] == pytest.approx(losses[1:])


def test_a_scoring_monitor_gets_the_sample_weights():
    weights = np.where(Y == 0, 1.0, 1e-6)
    with sklearn.config_context(enable_metadata_routing=True):
        scorer = make_scorer(accuracy_score).set_score_request(sample_weight=True)
        monitor = ScoringMonitor(scoring=scorer)
        classifier = SoftmaxClassifier((), max_iter=200, random_state=0).set_callbacks(monitor)
        classifier.fit(X, Y, sample_weight=weights)
    final = monitor.get_logs().data[-1]["score"]
    assert final == pytest.approx(classifier.score(X, Y, sample_weight=weights))


class Recorder:
    """A callback that writes down what it is told, and asks to stop after some epochs."""

    def __init__(self, stop_after: int = 10**9) -> None:
        self.stop_after = stop_after
        self.calls: list[tuple[str, str]] = []
        self.seen: list[float] = []

    def setup(self, estimator, context):
        self.calls.append(("setup", context.task_name))

    def teardown(self, estimator, context):
        self.calls.append(("teardown", context.task_name))

    def on_fit_task_begin(self, estimator, context):
        self.calls.append(("begin", context.task_name))

    def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
        self.calls.append(("end", context.task_name))
        if fitted_estimator is not None:
            self.seen.append(float(fitted_estimator.predict_proba(X).max()))
        return self.calls.count(("end", "epoch")) >= self.stop_after


def test_callbacks_hear_of_each_epoch_in_order_and_can_stop_the_fit():
    recorder = Recorder(stop_after=3)
    classifier = SoftmaxClassifier((), solver="adam", random_state=0).set_callbacks(recorder)
    classifier.fit(X, Y)
    epochs = [("begin", "epoch"), ("end", "epoch")] * 3
    assert recorder.calls == [
        ("setup", "fit"),
        ("begin", "fit"),
        *epochs,
        ("end", "fit"),
        ("teardown", "fit"),
    ]
    assert classifier.n_iter_ == 3
    assert len(set(recorder.seen[:3])) == 3  # each saw the network of its own epoch


def test_callbacks_are_torn_down_when_a_fit_fails():
    recorder = Recorder()
    with pytest.raises(ValueError, match="inconsistent numbers of samples"):
        SoftmaxClassifier().set_callbacks(recorder).fit(X, Y[:-1])
    assert recorder.calls.count(("setup", "fit")) == recorder.calls.count(("teardown", "fit"))


def test_scikit_learns_progress_bar_shows_the_fit(capsys):
    classifier = SoftmaxClassifier((), random_state=0).set_callbacks(ProgressBar())
    classifier.fit(X, Y)
    assert "SoftmaxClassifier" in capsys.readouterr().out


def test_the_html_is_scikit_learns():
    html = SoftmaxClassifier(alpha=0.25)._repr_html_()
    assert "sk-estimator" in html or "sk-top-container" in html
    assert "SoftmaxClassifier" in html
    assert "alpha" in html
    assert "0.25" in html


def test_the_plain_representation_names_what_was_changed():
    assert repr(clone(SoftmaxClassifier(alpha=0.25))) == "SoftmaxClassifier(alpha=0.25)"
