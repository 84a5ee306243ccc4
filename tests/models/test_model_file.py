"""Saving and loading: the same predictions, or a clear error."""

from __future__ import annotations

import json
import struct

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import save as serialise
from sklearn.datasets import load_iris

from logitlab.errors import ModelFileError
from logitlab.models import SoftmaxClassifier, load, save

X, Y = load_iris(return_X_y=True)


def fitted(y: np.ndarray = Y, **parameters) -> SoftmaxClassifier:
    parameters = {"hidden_layer_sizes": (4,), "max_iter": 2000, "random_state": 0, **parameters}
    return SoftmaxClassifier(**parameters).fit(X, y)


@pytest.fixture
def path(tmp_path):
    target = tmp_path / "iris.safetensors"
    save(fitted(), target)
    return target


@pytest.mark.parametrize(
    "labels",
    [
        np.array(["setosa", "Zürich", "ŷ"]),
        np.array(["a", "b", "c"], dtype=object),
        np.array([-7, 0, 2**40]),
        np.array([1, 2, 3], dtype=np.uint8),
        np.array([0.5, 1.0, 2.0], dtype=np.float32).astype(float) * 2,
        np.array([False, True, True]),
    ],
    ids=["strings", "objects", "integers", "uint8", "floats", "booleans"],
)
@pytest.mark.parametrize("parameters", [{}, {"hidden_layer_sizes": ()}, {"standardize": False}])
def test_a_loaded_classifier_is_the_saved_one(tmp_path, labels, parameters):
    classifier = fitted(labels[Y], **parameters)
    save(classifier, tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert np.array_equal(loaded.logits(X), classifier.logits(X))
    assert loaded.predict(X).tolist() == classifier.predict(X).tolist()
    assert loaded.classes_.dtype == classifier.classes_.dtype
    assert loaded.history_ == classifier.history_
    assert loaded.n_iter_ == classifier.n_iter_
    assert loaded.get_params() == classifier.get_params()


def test_every_parameter_comes_back(tmp_path):
    parameters = {
        "hidden_layer_sizes": (5, 4),
        "activation": "relu",
        "solver": "adam",
        "alpha": 0.25,
        "class_weight": {0: 2.0, 1: 0.5},
        "early_stopping": True,
        "label_smoothing": 0.1,
        "batch_size": 32,
        "max_iter": 5,
        "device": "cpu",
    }
    save(fitted(**parameters), tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert {name: loaded.get_params()[name] for name in parameters} == parameters
    assert [s.validation_loss is None for s in loaded.history_][:2] == [False, True]


def test_a_loaded_classifier_trains_on(path):
    loaded = load(path)
    before = loaded.history_[-1]
    loaded.partial_fit(X, Y)
    assert loaded.history_[-1].step > before.step
    assert load(path).set_params(warm_start=True).fit(X, Y).score(X, Y) > 0.95


def test_feature_names_are_kept(tmp_path):
    import pandas

    frame = pandas.DataFrame(X, columns=list("abcd"))
    save(SoftmaxClassifier((), random_state=0).fit(frame, Y), tmp_path / "model")
    loaded = load(tmp_path / "model")
    assert loaded.feature_names_in_.tolist() == list("abcd")
    with pytest.raises(ValueError, match="feature names"):
        loaded.predict(frame[["b", "a", "c", "d"]])


def test_the_file_is_plain_safetensors_and_names_its_versions(path):
    with safe_open(path, framework="numpy") as file:
        model = json.loads(file.metadata()["model"])
        assert set(file.keys()) >= {"layers.0.weight", "layers.1.bias", "scaler.mean", "history"}
    assert set(model["versions"]) == {"logitlab", "numpy", "python", "scikit-learn"}
    assert model["classes"] == [0, 1, 2]


def test_a_random_state_that_is_no_seed_is_left_out(tmp_path):
    save(fitted(random_state=np.random.RandomState(0)), tmp_path / "model")
    assert load(tmp_path / "model").random_state is None


def test_a_flipped_bit_anywhere_is_found(path):
    whole = path.read_bytes()
    for position in np.linspace(0, len(whole) - 1, 400).astype(int):
        damaged = bytearray(whole)
        damaged[position] ^= 0x10
        path.write_bytes(damaged)
        with pytest.raises(ModelFileError, match="hint:"):
            load(path)
    path.write_bytes(whole)
    load(path)


def test_a_file_cut_anywhere_is_found(path):
    whole = path.read_bytes()
    for length in [0, 1, 7, 8, 9, *np.linspace(10, len(whole) - 1, 60).astype(int).tolist()]:
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match="no readable safetensors file"):
            load(path)


@pytest.mark.parametrize(
    "contents",
    [
        b"PK\x03\x04 a zip file, as torch.save writes",
        b"\x80\x04\x95 a pickle",
        struct.pack("<Q", 2**62) + b"{}",
        struct.pack("<Q", 2) + b"{}",
        serialise({"weight": np.ones(3)}),
        serialise({"weight": np.ones(3)}, {"format": "pt"}),
    ],
    ids=["zip", "pickle", "endless header", "empty", "no metadata", "torch's"],
)
def test_a_foreign_file_is_a_clear_error(path, contents):
    path.write_bytes(contents)
    with pytest.raises(ModelFileError, match=r"expected a file that logitlab\.save wrote"):
        load(path)


def test_a_newer_version_is_a_clear_error(path):
    with safe_open(path, framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
        metadata = {**file.metadata(), "version": "2"}
    path.write_bytes(serialise(tensors, metadata))
    with pytest.raises(ModelFileError, match="got format version 2, expected version 1 or older"):
        load(path)


def test_a_missing_file_and_a_folder_are_clear_errors(tmp_path):
    for path in (tmp_path / "nothing", tmp_path):
        with pytest.raises(FileNotFoundError, match="no model file at"):
            load(path)


def test_labels_that_json_cannot_hold_are_refused(tmp_path):
    classifier = fitted(np.array(["2020-01-01", "2020-01-02", "2020-01-03"], dtype="M8[D]")[Y])
    with pytest.raises(ModelFileError, match="labels of dtype datetime64"):
        save(classifier, tmp_path / "model")
