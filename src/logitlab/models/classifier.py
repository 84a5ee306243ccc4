"""SoftmaxClassifier: softmax regression or a multilayer perceptron, as a scikit-learn estimator.

    X, y -> Dataset -> (standardised) -> Network -> Step… -> network_, history_

The estimator holds scikit-learn's conventions; what it computes is in the modules beside it.
"""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any, Self

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.exceptions import ConvergenceWarning
from sklearn.preprocessing import StandardScaler
from sklearn.utils import check_random_state
from sklearn.utils.validation import check_is_fitted

from logitlab.data import Dataset, split
from logitlab.data.arrays import NUMPY, home, move, to_numpy
from logitlab.kernels import log_softmax, softmax
from logitlab.models.callbacks import FitCallbacks
from logitlab.models.initialisation import initialise
from logitlab.models.network import Network
from logitlab.models.objective import Objective
from logitlab.models.optimisers import move_state, optimiser
from logitlab.models.parameters import (
    check_parameters,
    check_partial_fit,
    check_same_network,
    hidden_sizes,
)
from logitlab.models.progress import ProgressBar
from logitlab.models.reading import read, read_features, read_validation
from logitlab.models.stopping import EarlyStopping
from logitlab.models.train import FullBatch, Minibatches, Step, train
from logitlab.models.weights import class_weights


class SoftmaxClassifier(CallbackSupportMixin, ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A neural network whose logits z are trained on ∂L/∂z = ŷ − y.

    ŷ = softmax(z(x)), trained to the least mean cross-entropy −Σ_k y_k log ŷ_k plus
    (α / 2N) Σ_l D_l ‖W_l‖² by hand-written derivatives, with D_l the number of inputs of layer l.
    `hidden_layer_sizes=()` is softmax regression.

    Args:
        hidden_layer_sizes: the width of each hidden layer.
        activation: "elu", "relu", "tanh", "logistic" or "identity"; with the kink of "relu" L-BFGS
            seldom comes to rest.
        solver: "lbfgs" (all samples at once; the best on small data), or minibatches with
            "sgd", "adam" or "adamw". `partial_fit` under "lbfgs" uses Adam.
        alpha: L2 strength α on the weights, times each layer's number of inputs, divided by the
            samples' total weight; decoupled from the gradient in "adamw".
        batch_size: samples in a minibatch; "auto" is 200, or all if they are fewer.
        learning_rate: "constant" or "cosine" (down to 0 at the last update of a fit).
        learning_rate_init: the learning rate of the first update; "auto" is 0.1 for "sgd", else
            0.01.
        momentum: Nesterov's momentum of "sgd".
        max_iter: the most L-BFGS iterations, or the number of epochs.
        tol: L-BFGS stops where max |∂J/∂θ| is no more than this.
        early_stopping: hold out a part of the samples, or use `validation_data`; stop when
            its log-loss stays above its minimum, and restore the best parameters.
        validation_fraction: the share held out by early stopping.
        patience: the number of updates that early stopping waits for a new minimum.
        class_weight: None, "balanced", or a dict from class to weight.
        label_smoothing: ε; targets become (1 − ε) y + ε/K.
        standardize: scale each feature to mean 0 and variance 1 inside the estimator.
        warm_start: begin `fit` with the network of the fit before.
        verbose: a progress bar: True, False, or "auto": on a terminal, after one second.
        device: None computes where X is (NumPy arrays in NumPy, torch tensors in torch);
            "cpu", "cuda" … computes in torch there.
        random_state: a seed, or a NumPy RandomState; the same seed gives the same parameters.

    Attributes:
        classes_: (K,) labels.  network_: the Network, in NumPy.  scaler_: StandardScaler or None.
        history_: the Steps of the training; the first has loss log K.
        n_iter_: iterations or epochs.  coefs_, intercepts_: each layer's W (D, H) and b (H,).

    >>> from sklearn.datasets import load_iris
    >>> X, y = load_iris(return_X_y=True)
    >>> classifier = SoftmaxClassifier(random_state=0).fit(X, y)
    >>> bool(classifier.score(X, y) > 0.95)
    True
    >>> round(classifier.history_[0].loss, 4)  # log 3
    1.0986
    """

    classes_: np.ndarray
    network_: Network
    scaler_: StandardScaler | None
    history_: list[Step]
    n_iter_: int

    def __init__(
        self,
        hidden_layer_sizes: Any = (50,),
        activation: str = "elu",
        *,
        solver: str = "lbfgs",
        alpha: float = 0.07,
        batch_size: int | str = "auto",
        learning_rate: str = "cosine",
        learning_rate_init: float | str = "auto",
        momentum: float = 0.9,
        max_iter: int = 500,
        tol: float = 1e-4,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 50,
        class_weight: Any = None,
        label_smoothing: float = 0.0,
        standardize: bool = True,
        warm_start: bool = False,
        verbose: bool | str = "auto",
        device: str | None = None,
        random_state: Any = None,
    ) -> None:
        self.hidden_layer_sizes = hidden_layer_sizes
        self.activation = activation
        self.solver = solver
        self.alpha = alpha
        self.batch_size = batch_size
        self.learning_rate = learning_rate
        self.learning_rate_init = learning_rate_init
        self.momentum = momentum
        self.max_iter = max_iter
        self.tol = tol
        self.early_stopping = early_stopping
        self.validation_fraction = validation_fraction
        self.patience = patience
        self.class_weight = class_weight
        self.label_smoothing = label_smoothing
        self.standardize = standardize
        self.warm_start = warm_start
        self.verbose = verbose
        self.device = device
        self.random_state = random_state

    @with_callbacks  # type: ignore[untyped-decorator]
    def fit(
        self,
        X: Any,
        y: Any,
        sample_weight: Any = None,
        *,
        validation_data: tuple[Any, Any] | None = None,
    ) -> Self:
        """Train on (N, D) features and (N,) labels, or (N, K) soft labels whose rows sum to one.

        Args:
            X: a NumPy array, list, pandas or Polars frame, or torch tensor; float32 is computed
                in float32, everything else in float64.
            y: labels of any sortable kind; soft labels are of the classes 0 … K − 1.
            sample_weight: (N,) weights ≥ 0: a weight of 2 counts as two samples, 0 as none.
            validation_data: (X, y) whose log-loss each epoch's Step is to hold, and which early
                stopping watches in place of a part held out.
        """
        check_parameters(self.get_params(deep=False))
        again = self.warm_start and hasattr(self, "network_")
        classes = self.classes_ if again else None
        data = read(self, X, y, sample_weight, classes, reset=not again)
        self._random = check_random_state(self.random_state)
        held_out = None
        if validation_data is not None:
            held_out = read_validation(self, validation_data, data.classes)
        elif self.early_stopping:
            parts = split(data, self.validation_fraction, random_state=self._random)
            data, held_out = parts.train, parts.held_out
        if again:
            check_same_network(self.network_, self.hidden_layer_sizes, self.activation)
        else:
            self._begin(data)
        self._optimiser = optimiser(self.solver, self.momentum)
        method: FullBatch | Minibatches = FullBatch(self.max_iter, self.tol)
        if self.solver != "lbfgs":
            method = self._minibatches(len(data), self.max_iter, self.learning_rate)
        metadata = {} if sample_weight is None else {"sample_weight": sample_weight}
        callbacks = FitCallbacks(self, self.max_iter, X=X, y=y, metadata=metadata)
        epochs = self._train(X, data, method, held_out, callbacks)
        callbacks.finish()
        if self.solver == "lbfgs" and epochs >= self.max_iter:
            self._warn_unconverged()
        return self

    def partial_fit(self, X: Any, y: Any, classes: Any = None, sample_weight: Any = None) -> Self:
        """Take one pass over some samples, in minibatches, on top of all passes before.

        Args:
            X, y, sample_weight: as in `fit`.
            classes: every label that may ever come; needed at the first call.
        """
        first = not hasattr(self, "network_")
        check_parameters(self.get_params(deep=False))
        check_partial_fit(self.get_params(deep=False), classes, first)
        data = read(self, X, y, sample_weight, classes if first else self.classes_, reset=first)
        if not hasattr(self, "_optimiser"):  # the first call, or the first after `load`
            self._random = check_random_state(self.random_state)
            self._optimiser = optimiser(self.solver, self.momentum)
        if first:
            self._begin(data)
        elif self.scaler_ is not None:
            self.scaler_.partial_fit(data.features, sample_weight=data.weights)
        self._train(X, data, self._minibatches(len(data), epochs=1, schedule="constant"))
        return self

    def logits(self, X: Any) -> np.ndarray:
        """Return z (N, K)."""
        check_is_fitted(self)
        features = self._prepare(read_features(self, X))
        like = home(X, self.device)
        return np.asarray(to_numpy(self.network_.to(like).logits(move(features, like))))

    def decision_function(self, X: Any) -> np.ndarray:
        """Return z (N, K); for two classes z_1 − z_0 (N,), the log of the odds."""
        z = self.logits(X)
        return z[:, 1] - z[:, 0] if z.shape[1] == 2 else z

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return ŷ = softmax(z), (N, K)."""
        return np.asarray(softmax(self.logits(X)))

    def predict_log_proba(self, X: Any) -> np.ndarray:
        """Return log ŷ (N, K), exact where ŷ itself rounds to 0 or 1."""
        return np.asarray(log_softmax(self.logits(X)))

    def predict(self, X: Any) -> np.ndarray:
        """Return the label of the largest logit, (N,)."""
        largest = np.argmax(self.logits(X), axis=1)
        return np.asarray(self.classes_[largest])

    @property
    def coefs_(self) -> list[np.ndarray]:
        """Each layer's weight, (D, H)."""
        return [layer.weight for layer in self.network_.layers()]

    @property
    def intercepts_(self) -> list[np.ndarray]:
        """Each layer's bias, (H,)."""
        return [layer.bias for layer in self.network_.layers()]

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "network_")

    def _begin(self, data: Dataset) -> None:
        """Forget any fit before: new classes, scaler, network and history."""
        self.classes_ = data.classes
        self.scaler_ = None
        if self.standardize:
            self.scaler_ = StandardScaler().fit(data.features, sample_weight=data.weights)
        features = data.features.shape[1]
        sizes = (features, *hidden_sizes(self.hidden_layer_sizes), len(self.classes_))
        self.network_ = initialise(sizes, self.activation, self._random, data.features.dtype)
        self.history_ = []

    def _prepare(self, features: np.ndarray) -> np.ndarray:
        """Standardise features (N, D), in the dtype of the network."""
        features = features.astype(self.network_.parameters.dtype, copy=False)
        return features if self.scaler_ is None else self.scaler_.transform(features)

    def _minibatches(self, samples: int, epochs: int, schedule: str) -> Minibatches:
        size = min(200, samples) if self.batch_size == "auto" else int(self.batch_size)
        rate = 0.1 if self.solver == "sgd" else 0.01
        if self.learning_rate_init != "auto":
            rate = float(self.learning_rate_init)
        return Minibatches(self._optimiser, size, epochs, rate, schedule)

    def _train(
        self,
        X: Any,
        data: Dataset,
        method: FullBatch | Minibatches,
        held_out: Dataset | None = None,
        callbacks: FitCallbacks | None = None,
    ) -> int:
        """Train on X's back end, hand each Step to all who watch; return the epochs it took."""
        like = home(X, self.device)
        weights = class_weights(self.class_weight, self.classes_, data.targets, data.weights)
        weights = None if weights is None else move(weights, like)
        objective = Objective(self.alpha, self.label_smoothing, weights)
        data = self._prepared(data).to(like)
        held_out = None if held_out is None else self._prepared(held_out).to(like)
        self.network_ = network = self.network_.to(like)
        move_state(self._optimiser, like)
        past = self.history_[-1] if self.history_ else None
        steps = train(network, data, objective, method, random=self._random, validation=held_out)
        stopping = EarlyStopping(network, self.patience) if self.early_stopping else None
        try:
            with ProgressBar(self.verbose, method.epochs) as bar:
                watchers = [watch for watch in (bar, stopping, callbacks) if watch is not None]
                for step in steps:
                    self.history_.append(step.after(past))
                    stops = [watch(step) for watch in watchers]  # each of them sees each Step
                    if any(stops):
                        break
        finally:
            if stopping is not None:
                stopping.restore()
            self.network_ = network.to(NUMPY)
            move_state(self._optimiser, NUMPY)
        self.n_iter_ = self.history_[-1].epoch
        return step.epoch

    def _prepared(self, data: Dataset) -> Dataset:
        return replace(data, features=self._prepare(data.features))

    def _warn_unconverged(self) -> None:
        warnings.warn(
            f"L-BFGS stopped after max_iter={self.max_iter} iterations, before "
            f"max |∂J/∂θ| ≤ tol={self.tol}. Raise max_iter or tol, or scale the features.",
            ConvergenceWarning,
            stacklevel=4,
        )
