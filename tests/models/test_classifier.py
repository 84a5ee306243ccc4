"""What a user of SoftmaxClassifier relies on."""

from __future__ import annotations

import importlib
import pickle
import subprocess
import sys
import warnings

import numpy as np
import pytest
import torch
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.exceptions import ConvergenceWarning, DataConversionWarning, NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, train_test_split
from sklearn.preprocessing import StandardScaler

from logitlab.errors import DataError, ParameterError, ShapeError
from logitlab.models import SoftmaxClassifier

SOLVERS = ["lbfgs", "sgd", "adam", "adamw"]
IRIS = load_iris(return_X_y=True)


def quick(solver: str = "lbfgs", **parameters) -> SoftmaxClassifier:
    """A classifier whose fit takes a few milliseconds."""
    epochs = 2000 if solver == "lbfgs" else 10
    parameters = {"hidden_layer_sizes": (8,), "max_iter": epochs, "random_state": 0, **parameters}
    return SoftmaxClassifier(solver=solver, **parameters)


def regression(**parameters) -> SoftmaxClassifier:
    """Softmax regression to a tight optimum: its result does not depend on the way there."""
    return SoftmaxClassifier((), tol=1e-9, max_iter=2000, **parameters)


def soft(y: np.ndarray, share: float, random: int = 0) -> np.ndarray:
    """Distributions with `share` on the class y and the rest on a random one."""
    other = np.random.default_rng(random).integers(3, size=len(y))
    return share * np.eye(3)[y] + (1 - share) * np.eye(3)[other]


class TestTheOptimum:
    def test_softmax_regression_is_scikit_learns_logistic_regression(self):
        X, y = IRIS
        theirs = LogisticRegression(C=1 / (0.1 * 4), tol=1e-10, max_iter=10_000)
        theirs.fit(StandardScaler().fit_transform(X), y)
        ours = regression(alpha=0.1).fit(X, y)
        assert np.allclose(ours.coefs_[0], theirs.coef_.T, atol=1e-5)
        wanted = theirs.predict_proba(StandardScaler().fit_transform(X))
        assert np.allclose(ours.predict_proba(X), wanted, atol=1e-6)

    def test_a_two_class_regression_has_half_the_penalty_of_the_sigmoids(self):
        X, y = load_breast_cancer(return_X_y=True)
        theirs = LogisticRegression(C=2 / (0.1 * 30), tol=1e-10, max_iter=10_000)
        theirs.fit(StandardScaler().fit_transform(X), y)
        ours = regression(alpha=0.1).fit(X, y)
        assert np.allclose(
            ours.decision_function(X),
            theirs.decision_function(StandardScaler().fit_transform(X)),
            atol=1e-4,
        )

    @pytest.mark.parametrize(("solver", "rate"), [("sgd", 0.3), ("adam", 0.03)])
    def test_minibatches_come_to_the_same_optimum(self, solver, rate):
        X, y = IRIS
        exact = regression(alpha=1.0).fit(X, y)
        near = SoftmaxClassifier(
            (),
            solver=solver,
            alpha=1.0,
            max_iter=500,
            learning_rate_init=rate,
            batch_size=50,
            random_state=0,
        ).fit(X, y)
        assert np.allclose(near.predict_proba(X), exact.predict_proba(X), atol=5e-3)

    @pytest.mark.parametrize("activation", ["tanh", "elu", "relu", "logistic"])
    def test_a_hidden_layer_learns_what_no_line_can(self, activation):
        X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float)
        y = np.array(["same", "other", "other", "same"])
        classifier = SoftmaxClassifier((8,), activation, alpha=1e-4, random_state=0).fit(X, y)
        assert classifier.predict(X).tolist() == y.tolist()

    def test_hard_fits_that_are_cut_short_warn(self):
        with pytest.warns(ConvergenceWarning, match="max_iter=2 iterations"):
            SoftmaxClassifier(max_iter=2, random_state=0).fit(*IRIS)


class TestTheHistory:
    @pytest.mark.parametrize("solver", SOLVERS)
    @pytest.mark.parametrize("load", [load_iris, load_breast_cancer, load_digits])
    def test_the_loss_starts_at_log_k(self, solver, load):
        X, y = load(return_X_y=True)
        classifier = quick(solver, max_iter=1)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            classifier.fit(X, y)
        first = classifier.history_[0]
        assert (first.epoch, first.step) == (0, 0)
        assert first.loss == pytest.approx(np.log(len(np.unique(y))), rel=1e-12)

    def test_it_starts_at_log_k_with_weights_and_soft_labels_too(self):
        X, y = IRIS
        weights = np.random.default_rng(0).uniform(0.1, 5.0, len(y))
        for target in (y, soft(y, 0.7)):
            classifier = quick(class_weight={0: 3.0}).fit(X, target, sample_weight=weights)
            assert classifier.history_[0].loss == pytest.approx(np.log(3), rel=1e-12)

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_the_last_record_is_the_fitted_networks(self, solver):
        X, y = IRIS
        classifier = quick(solver).fit(X, y)
        last = classifier.history_[-1]
        log_probabilities = classifier.predict_log_proba(X)[np.arange(len(y)), y]
        assert last.loss == pytest.approx(-log_probabilities.mean(), rel=1e-9)
        assert last.accuracy == pytest.approx(classifier.score(X, y))
        assert classifier.n_iter_ == last.epoch

    def test_lbfgs_ends_where_the_gradient_vanishes(self):
        assert quick().fit(*IRIS).history_[-1].gradient_norm < 1e-3


class TestTheBackEnds:
    def test_neither_autograd_nor_backward_takes_part(self, monkeypatch):
        def forbidden(*args, **kwargs):
            raise AssertionError("autograd was used")

        monkeypatch.setattr(torch.autograd, "backward", forbidden)
        monkeypatch.setattr(torch.autograd, "grad", forbidden)
        X, y = IRIS
        for solver in SOLVERS:
            for data in (X, torch.tensor(X)):
                assert quick(solver, max_iter=300).fit(data, y).score(X, y) > 0.9

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_numpy_and_torch_fit_the_same_network(self, solver):
        X, y = IRIS
        X = X.astype(np.float64)
        numpy = quick(solver).fit(X, y)
        tensors = quick(solver).fit(torch.tensor(X), torch.tensor(y))
        device = quick(solver, device="cpu").fit(X, y)
        for ours, theirs in zip(numpy.history_[:20], tensors.history_[:20], strict=True):
            assert ours.loss == pytest.approx(theirs.loss, rel=1e-9)
            assert ours.gradient_norm == pytest.approx(theirs.gradient_norm, rel=1e-6)
        assert np.allclose(numpy.predict_proba(X), tensors.predict_proba(X), atol=0.02)
        assert np.array_equal(tensors.logits(torch.tensor(X)), device.logits(X))
        assert isinstance(tensors.coefs_[0], np.ndarray)

    def test_a_fit_on_arrays_imports_no_torch(self):
        code = (
            "import sys; from sklearn.datasets import load_digits\n"
            "from logitlab.models import SoftmaxClassifier, evaluate\n"
            "X, y = load_digits(return_X_y=True)\n"
            "for solver in ('lbfgs', 'adam'):\n"
            "    classifier = SoftmaxClassifier(solver=solver, max_iter=100).fit(X, y)\n"
            "    assert evaluate(classifier, X, y).accuracy > 0.99\n"
            "assert 'torch' not in sys.modules\n"
        )
        subprocess.run([sys.executable, "-c", code], check=True)

    @pytest.mark.parametrize("back_end", [np.asarray, torch.tensor])
    @pytest.mark.parametrize("dtype", [np.float32, np.float64])
    def test_the_computation_has_the_dtype_of_x(self, dtype, back_end):
        X, y = IRIS
        classifier = quick().fit(back_end(X.astype(dtype)), y)
        assert {array.dtype for array in classifier.coefs_} == {np.dtype(dtype)}
        assert classifier.logits(X.astype(dtype)).dtype == dtype
        assert classifier.score(X, y) > 0.95

    def test_float32_and_float64_agree_to_float32(self):
        X, y = IRIS
        wide, narrow = regression(alpha=1.0), SoftmaxClassifier((), alpha=1.0, tol=1e-5)
        wanted = wide.fit(X, y).predict_proba(X)
        assert np.allclose(narrow.fit(X.astype(np.float32), y).predict_proba(X), wanted, atol=1e-3)

    def test_integers_and_half_precision_tensors_are_taken(self):
        X, y = load_digits(return_X_y=True)
        assert quick().fit(X.astype(int)[:300], y[:300]).coefs_[0].dtype == np.float64
        half = torch.tensor(X[:300], dtype=torch.bfloat16)
        assert quick().fit(half, y[:300]).coefs_[0].dtype == np.float32

    def test_an_unknown_device_is_a_clear_error(self):
        with pytest.raises(ParameterError, match="device: got 'abacus'"):
            quick(device="abacus").fit(*IRIS)

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_the_same_seed_gives_the_same_network_bit_for_bit(self, solver):
        one, two = quick(solver).fit(*IRIS), quick(solver).fit(*IRIS)
        other = quick(solver, random_state=1).fit(*IRIS)
        assert np.array_equal(one.network_.parameters, two.network_.parameters)
        assert one.history_ == two.history_
        assert not np.array_equal(one.network_.parameters, other.network_.parameters)


class TestWeightsAndTargets:
    @pytest.mark.parametrize("solver", ["lbfgs", "adam"])
    def test_a_weight_counts_as_so_many_samples(self, solver):
        X, y = IRIS
        weights = np.random.default_rng(0).integers(0, 4, len(y))
        weighted = quick(solver, batch_size=1000).fit(X, y, sample_weight=weights)
        repeated = quick(solver, batch_size=1000).fit(X.repeat(weights, 0), y.repeat(weights))
        for ours, theirs in zip(weighted.history_[:10], repeated.history_[:10], strict=True):
            assert ours.loss == pytest.approx(theirs.loss, rel=1e-9)
            assert ours.accuracy == pytest.approx(theirs.accuracy)
        assert np.allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=0.02)

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_a_weight_of_zero_leaves_a_sample_out(self, solver):
        X, y = IRIS
        kept = y < 2
        zeros = quick(solver, batch_size=30).fit(X, y, sample_weight=kept.astype(float))
        without = quick(solver, batch_size=30).fit(X[kept], y[kept], sample_weight=np.ones(100))
        assert zeros.classes_.tolist() == [0, 1]
        assert np.array_equal(zeros.network_.parameters, without.network_.parameters)

    def test_class_weights_are_sample_weights(self):
        X, y = IRIS
        by_class = regression(class_weight={0: 3.0, 2: 0.5}).fit(X, y)
        by_sample = regression(standardize=False).fit(
            by_class.scaler_.transform(X), y, sample_weight=np.array([3.0, 1.0, 0.5])[y]
        )
        assert np.allclose(by_class.coefs_[0], by_sample.coefs_[0], atol=1e-6)

    def test_balanced_is_scikit_learns_balanced(self):
        X, y = IRIS[0][:120], IRIS[1][:120]
        ours = regression(class_weight="balanced", alpha=0.25).fit(X, y)
        theirs = LogisticRegression(class_weight="balanced", tol=1e-10, max_iter=10_000)
        theirs.fit(StandardScaler().fit_transform(X), y)
        assert np.allclose(ours.coefs_[0], theirs.coef_.T, atol=1e-5)
        by_soft = regression(class_weight="balanced", alpha=0.25).fit(X, np.eye(3)[y])
        assert np.allclose(ours.coefs_[0], by_soft.coefs_[0], atol=1e-6)

    def test_one_hot_rows_are_labels(self):
        X, y = IRIS
        hard, one_hot = regression().fit(X, y), regression().fit(X, np.eye(3)[y])
        assert np.allclose(hard.coefs_[0], one_hot.coefs_[0], atol=1e-7)
        assert one_hot.classes_.tolist() == [0, 1, 2]

    def test_a_soft_label_is_a_sample_of_each_class_by_its_probability(self):
        X, y = IRIS
        targets = soft(y, 0.8)
        by_label = regression().fit(X, targets)
        rows, labels = np.repeat(np.arange(len(y)), 3), np.tile(np.arange(3), len(y))
        by_weight = regression().fit(X[rows], labels, sample_weight=targets.ravel())
        assert np.allclose(by_label.coefs_[0], by_weight.coefs_[0], atol=1e-6)

    def test_label_smoothing_is_a_soft_label(self):
        X, y = IRIS
        smoothed = regression(label_smoothing=0.2).fit(X, y)
        by_hand = regression().fit(X, 0.8 * np.eye(3)[y] + 0.2 / 3)
        assert np.allclose(smoothed.coefs_[0], by_hand.coefs_[0], atol=1e-7)

    def test_soft_labels_both_weights_and_partial_fit_go_together(self):
        X, y = IRIS
        classifier = quick("adam", class_weight={"b": 2.0})
        for _ in range(200):
            classifier.partial_fit(
                X, soft(y, 0.9), classes=["a", "b", "c"], sample_weight=np.full(len(y), 0.5)
            )
        assert np.mean(classifier.predict(X) == np.array(["a", "b", "c"])[y]) > 0.9

    def test_a_column_is_ravelled_with_a_warning(self):
        X, y = IRIS
        with pytest.warns(DataConversionWarning, match="column-vector"):
            column = quick().fit(X, y[:, None])
        assert np.array_equal(column.network_.parameters, quick().fit(X, y).network_.parameters)

    @pytest.mark.parametrize(
        "targets",
        [
            np.array([[1, 1, 0], [0, 0, 1], [1, 0, 0]]),
            np.array([[0.5, 0.6, 0.2], [0, 0, 1], [1, 0, 0]]),
            np.array([[1.5, -0.5, 0], [0, 0, 1], [1, 0, 0]]),
            np.array([["a", "b"], ["b", "a"], ["a", "a"]]),
        ],
        ids=["multilabel", "sum above one", "negative", "two columns of labels"],
    )
    def test_rows_that_are_no_distribution_are_refused(self, targets):
        with pytest.raises(DataError, match="rows that are ≥ 0 and sum to one"):
            quick().fit(np.eye(3), targets)

    @pytest.mark.parametrize(
        ("weights", "error"),
        [([1.0, -1.0, 1.0], DataError), ([0, 0, 0], DataError), ([1.0, 1.0], ShapeError)],
    )
    def test_impossible_sample_weights_are_refused(self, weights, error):
        with pytest.raises(error, match=r"sample_weight|zero"):
            quick().fit(np.eye(3), [0, 1, 1], sample_weight=weights)

    def test_a_weight_for_no_class_is_refused(self):
        with pytest.raises(ParameterError, match="class_weight: got weights for"):
            quick(class_weight={"setosa": 2.0}).fit(*IRIS)

    @pytest.mark.parametrize("weight", [{0: -1.0}, {0: np.inf}, {0: 0.0, 1: 0.0, 2: 0.0}])
    def test_impossible_class_weights_are_refused(self, weight):
        with pytest.raises(ParameterError, match="expected finite weights ≥ 0, not all of them 0"):
            quick(class_weight=weight).fit(*IRIS)

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_a_class_of_weight_zero_is_left_out(self, solver):
        X, y = IRIS
        classifier = quick(solver, class_weight={2: 0.0}, max_iter=500).fit(X, y)
        assert classifier.predict_proba(X)[y < 2, 2].max() < 0.5
        assert classifier.score(X[y < 2], y[y < 2]) > 0.95
        part = quick(solver, class_weight={0: 0.0})
        part.partial_fit(X[y == 0], y[y == 0], classes=[0, 1, 2])  # nothing to learn from
        assert np.allclose(part.predict_proba(X), 1 / 3, atol=1e-3)

    @pytest.mark.parametrize(
        "labels",
        [["no", "yes", "maybe"], [-5, 0, 7], [False, True, True], [0.0, 1.0, 2.0]],
        ids=["strings", "integers", "booleans", "floats"],
    )
    def test_predictions_are_labels_as_they_came(self, labels):
        X, y = IRIS
        labels = np.array(labels)
        classifier = quick().fit(X, labels[y])
        assert classifier.classes_.tolist() == sorted(set(labels.tolist()))
        assert classifier.predict(X).dtype == labels.dtype
        assert classifier.score(X, labels[y]) > 0.95


class TestFeatures:
    def test_the_scale_of_a_feature_does_not_matter(self):
        X, y = load_wine(return_X_y=True)
        stretched = X * np.logspace(-6, 6, X.shape[1]) + 1e3
        plain = regression(alpha=1.0).fit(X, y).predict_proba(X)
        assert np.allclose(
            regression(alpha=1.0).fit(stretched, y).predict_proba(stretched), plain, atol=1e-5
        )

    def test_it_can_be_left_out(self):
        X, y = IRIS
        raw = regression(standardize=False).fit(X, y)
        assert raw.scaler_ is None
        assert not np.allclose(raw.predict_proba(X), regression().fit(X, y).predict_proba(X))

    @pytest.mark.parametrize("library", ["pandas", "polars"])
    def test_frames_and_their_names(self, library):
        frames = importlib.import_module(library)
        X, y = IRIS
        frame = frames.DataFrame({name: X[:, i] for i, name in enumerate("abcd")})
        labels = frames.Series(np.array(["x", "y", "z"])[y])
        classifier = quick().fit(frame, labels)
        assert classifier.feature_names_in_.tolist() == list("abcd")
        assert np.array_equal(classifier.logits(frame), quick().fit(X, y).logits(X))
        with pytest.raises(ValueError, match="feature names"):
            classifier.predict(frame[["b", "a", "c", "d"]])

    @pytest.mark.parametrize("method", ["predict", "logits", "predict_proba", "decision_function"])
    def test_nothing_predicts_before_a_fit(self, method):
        with pytest.raises(NotFittedError):
            getattr(SoftmaxClassifier(), method)(IRIS[0])


class TestPredictions:
    def test_they_agree_with_each_other(self):
        X, y = IRIS
        classifier = quick().fit(X, y)
        z, probabilities = classifier.logits(X), classifier.predict_proba(X)
        assert np.array_equal(classifier.decision_function(X), z)
        assert np.allclose(probabilities, np.exp(z) / np.exp(z).sum(1, keepdims=True))
        assert np.allclose(np.log(probabilities), classifier.predict_log_proba(X))
        assert np.array_equal(classifier.predict(X), probabilities.argmax(1))

    def test_two_classes_have_one_decision_the_log_of_the_odds(self):
        X, y = load_breast_cancer(return_X_y=True)
        classifier = quick().fit(X, y)
        odds = classifier.predict_log_proba(X)
        assert classifier.decision_function(X).shape == (len(y),)
        assert np.allclose(classifier.decision_function(X), odds[:, 1] - odds[:, 0])

    def test_log_probabilities_stay_exact_where_probabilities_are_zero(self):
        X, y = IRIS
        far = regression().fit(X, y).predict_log_proba(X * 1e5)
        assert far.min() < -1000
        assert np.isfinite(far).all()

    def test_one_class_is_always_predicted(self):
        classifier = quick().fit(IRIS[0], np.full(150, "only"))
        assert set(classifier.predict(IRIS[0])) == {"only"}
        assert classifier.predict_proba(IRIS[0]).tolist() == [[1.0]] * 150


class TestEarlyStopping:
    @pytest.mark.parametrize("solver", SOLVERS)
    def test_it_keeps_the_network_of_the_lowest_validation_loss(self, solver):
        X, y = load_digits(return_X_y=True)
        X, held_X, y, held_y = train_test_split(X[:600], y[:600], random_state=0)
        classifier = SoftmaxClassifier(
            (32,), solver=solver, alpha=0.0, early_stopping=True, patience=15, random_state=0
        ).fit(X, y, validation_data=(held_X, held_y))
        losses = [s.validation_loss for s in classifier.history_ if s.validation_loss is not None]
        log_loss = -classifier.predict_log_proba(held_X)[np.arange(len(held_y)), held_y].mean()
        assert log_loss == pytest.approx(min(losses), rel=1e-9)
        assert len(losses) > 2

    def test_patience_counts_updates(self):
        X, y = load_digits(return_X_y=True)
        classifier = SoftmaxClassifier(
            (32,), solver="adam", learning_rate_init=0.05, alpha=0.0, batch_size=50,
            early_stopping=True, patience=30, max_iter=500, random_state=0,
        ).fit(X[:300], np.random.default_rng(0).permutation(y[:300]))  # fmt: skip
        measured = [s for s in classifier.history_ if s.validation_loss is not None]
        best = min(measured, key=lambda s: s.validation_loss)
        stop = classifier.history_[-1]
        assert stop.step - best.step >= 30
        assert measured[-2].step - best.step < 30
        assert stop.epoch < 500

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_it_does_not_cost_iris_its_accuracy(self, solver):
        X, y = IRIS
        train, test, y_train, y_test = train_test_split(X, y, random_state=0, stratify=y)
        classifier = SoftmaxClassifier(solver=solver, early_stopping=True, random_state=0)
        assert classifier.fit(train, y_train).score(test, y_test) > 0.9

    def test_it_is_off_by_default(self):
        assert all(step.validation_loss is None for step in quick().fit(*IRIS).history_)

    def test_a_validation_set_alone_is_measured_and_stops_nothing(self):
        X, y = IRIS
        classifier = quick("adam", max_iter=20).fit(X, y, validation_data=(X, y))
        losses = [s.validation_loss for s in classifier.history_ if s.validation_loss is not None]
        assert len(losses) == 21
        assert classifier.n_iter_ == 20

    def test_a_validation_label_that_no_sample_has_is_refused(self):
        X, y = IRIS
        with pytest.raises(DataError, match=r"the labels \[2\]"):
            quick().fit(X[:100], y[:100], validation_data=(X, y))

    @pytest.mark.parametrize("wrong", [IRIS[0], (IRIS[0],), "holdout"])
    def test_a_validation_set_is_a_pair(self, wrong):
        with pytest.raises(DataError, match=r"validation_data: got a .*, expected the pair"):
            quick().fit(*IRIS, validation_data=wrong)


class TestFitsInParts:
    def test_a_part_is_an_epoch(self):
        X, y = IRIS
        fit = quick("adam", learning_rate="constant", max_iter=1, batch_size=20).fit(X, y)
        part = quick("adam", batch_size=20).partial_fit(X, y, classes=[0, 1, 2])
        assert np.array_equal(fit.network_.parameters, part.network_.parameters)

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_a_stream_of_parts_learns(self, solver):
        X, y = IRIS
        order = np.random.default_rng(0).permutation(len(y))
        classifier = quick(solver, hidden_layer_sizes=(), batch_size=10, alpha=0.01)
        for _ in range(30):
            for rows in np.array_split(order, 5):
                classifier.partial_fit(X[rows], y[rows], classes=[0, 1, 2])
        assert classifier.score(X, y) > 0.93
        assert np.allclose(classifier.scaler_.mean_, X.mean(axis=0))
        assert classifier.n_iter_ == 150
        assert classifier.history_[-1].epoch == 150

    def test_classes_that_have_not_come_yet_are_known(self):
        X, y = IRIS
        classifier = quick("adam").partial_fit(X[:50], y[:50], classes=[2, 1, 0])
        assert classifier.predict_proba(X).shape == (150, 3)

    def test_it_goes_on_from_a_fit_on_either_back_end(self):
        X, y = IRIS
        classifier = quick("adam").fit(torch.tensor(X), y)
        before = classifier.history_[-1]
        classifier.partial_fit(X, y).partial_fit(torch.tensor(X), y)
        assert classifier.history_[-1].epoch == before.epoch + 2
        assert classifier.history_[-1].loss < before.loss

    @pytest.mark.parametrize(
        ("parameters", "classes", "message"),
        [
            ({}, None, "classes: got None"),
            ({"early_stopping": True}, [0, 1, 2], "partial_fit: got early_stopping=True"),
            ({"class_weight": "balanced"}, [0, 1, 2], "partial_fit: got class_weight"),
            ({}, [0, 1], r"y: got the labels \[2\]"),
        ],
    )
    def test_what_it_cannot_know_is_refused(self, parameters, classes, message):
        with pytest.raises(ValueError, match=message):
            quick("adam", **parameters).partial_fit(*IRIS, classes=classes)

    @pytest.mark.parametrize("solver", SOLVERS)
    def test_a_warm_start_goes_on(self, solver):
        X, y = IRIS
        classifier = quick(solver, warm_start=True).fit(X, y)
        before = classifier.history_[-1]
        classifier.fit(X, y)
        again = next(s for s in classifier.history_ if s.step == before.step)
        assert again.loss == before.loss
        assert classifier.history_[-1].loss <= before.loss + 1e-9
        cold = classifier.set_params(warm_start=False).fit(X, y)
        assert cold.history_[0].loss == pytest.approx(np.log(3))

    def test_a_warm_start_of_another_network_is_refused(self):
        classifier = quick(warm_start=True).fit(*IRIS)
        with pytest.raises(ParameterError, match="warm_start: got hidden_layer_sizes"):
            classifier.set_params(hidden_layer_sizes=(9,)).fit(*IRIS)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hidden_layer_sizes", (0,)), ("hidden_layer_sizes", "ab"), ("hidden_layer_sizes", 1.5),
        ("activation", "gelu"), ("solver", "newton"), ("alpha", -1.0), ("alpha", float("nan")),
        ("batch_size", 0), ("batch_size", "all"), ("learning_rate", "fast"),
        ("learning_rate_init", 0), ("momentum", 1.0), ("max_iter", 0), ("max_iter", True),
        ("tol", -1), ("validation_fraction", 1.0), ("patience", 0), ("class_weight", "even"),
        ("label_smoothing", 1.1), ("verbose", "loud"), ("device", 0), ("early_stopping", "yes"),
        ("standardize", None), ("warm_start", 2),
    ],
)  # fmt: skip
def test_each_parameter_is_checked_with_what_it_may_be(name, value):
    with pytest.raises(ParameterError, match=rf"^{name}: got .*, expected .*\n  hint: "):
        SoftmaxClassifier(**{name: value}).fit(*IRIS)


@pytest.mark.parametrize("size", [8, np.int64(8), [8], np.array([8])])
def test_hidden_layer_sizes_are_taken_as_mlp_classifier_takes_them(size):
    assert quick(hidden_layer_sizes=size).fit(*IRIS).coefs_[0].shape == (4, 8)


def test_it_survives_pickle_clone_and_grid_search():
    X, y = IRIS
    classifier = quick().fit(X, y)
    assert np.array_equal(pickle.loads(pickle.dumps(classifier)).logits(X), classifier.logits(X))
    assert np.array_equal(clone(classifier).fit(X, y).logits(X), classifier.logits(X))
    search = GridSearchCV(quick(), {"alpha": [0.1, 1e4]}, scoring="neg_log_loss", cv=3).fit(X, y)
    assert search.best_params_ == {"alpha": 0.1}
