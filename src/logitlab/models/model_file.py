"""A fitted classifier in one safetensors file: arrays and JSON, no pickle, nothing that runs.

layers.0.weight, layers.0.bias, …    the network's parameters
scaler.mean, scaler.scale, …         the standardisation, where there is one
history                              the Steps, (S, 6)
metadata "format", "version"         what the file is
metadata "model"                     classes, configuration, feature names, versions: JSON
metadata "sha256"                    of all of the above: a flipped bit is found
"""

from __future__ import annotations

import hashlib
import json
import platform
from pathlib import Path
from typing import Any

import numpy as np
import sklearn
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save as serialise
from sklearn.preprocessing import StandardScaler
from sklearn.utils.validation import check_is_fitted

import logitlab
from logitlab.errors import LogitlabError, ModelFileError
from logitlab.models.activations import ACTIVATIONS
from logitlab.models.classifier import SoftmaxClassifier
from logitlab.models.network import Network
from logitlab.models.parameters import check_parameters
from logitlab.models.train import Step

FORMAT = "logitlab.SoftmaxClassifier"
VERSION = 1
SCALER = ("mean_", "scale_", "var_", "n_samples_seen_")
STEP = ("epoch", "step", "loss", "accuracy", "gradient_norm", "validation_loss")


def save(classifier: SoftmaxClassifier, path: str | Path) -> None:
    """Write a fitted classifier to `path`.

    Raises:
        sklearn.exceptions.NotFittedError: there is nothing to save yet.
        ModelFileError: the classes are not all strings, integers, booleans or floats.
    """
    check_is_fitted(classifier)
    tensors = _tensors(classifier)
    model = json.dumps(_model(classifier), ensure_ascii=False, sort_keys=True)
    metadata = {
        "format": FORMAT,
        "version": str(VERSION),
        "model": model,
        "sha256": _digest(tensors, model),
    }
    unfinished = Path(path).with_name(Path(path).name + ".part")
    unfinished.write_bytes(serialise(tensors, metadata))
    unfinished.replace(path)  # so that an interrupted save leaves the file before it whole


def load(path: str | Path) -> SoftmaxClassifier:
    """Read a classifier that `save` wrote: it predicts, bit for bit, what the saved one did.

    Raises:
        FileNotFoundError: there is no such file.
        ModelFileError: the file is damaged, truncated, foreign, or from a newer logitlab.
    """
    path = Path(path)
    if not path.is_file():
        raise FileNotFoundError(f"no model file at {path}")
    try:
        with safe_open(path, framework="numpy") as file:
            metadata = file.metadata() or {}
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    except (SafetensorError, OSError, ValueError, TypeError) as error:
        raise _not_a_model(path, f"no readable safetensors file ({error})") from error
    _check_origin(path, metadata, tensors)
    try:
        return _classifier(json.loads(metadata["model"]), tensors)
    except (LogitlabError, KeyError, TypeError, ValueError) as error:
        raise _not_a_model(path, f"contents that do not fit together ({error})") from error


def _tensors(classifier: SoftmaxClassifier) -> dict[str, np.ndarray]:
    tensors = {}
    for index, layer in enumerate(classifier.network_.layers()):
        tensors[f"layers.{index}.weight"] = np.ascontiguousarray(layer.weight)
        tensors[f"layers.{index}.bias"] = np.ascontiguousarray(layer.bias)
    if classifier.scaler_ is not None:
        for name in SCALER:
            value = np.asarray(getattr(classifier.scaler_, name), dtype=np.float64)
            tensors["scaler." + name.rstrip("_")] = value
    history = [[_number(getattr(step, name)) for name in STEP] for step in classifier.history_]
    tensors["history"] = np.array(history, dtype=np.float64).reshape(-1, len(STEP))
    return tensors


def _model(classifier: SoftmaxClassifier) -> dict[str, Any]:
    configuration = classifier.get_params(deep=False)
    if not isinstance(configuration["random_state"], int | None):
        configuration["random_state"] = None  # a generator's state is not part of the model
    weights = configuration["class_weight"]
    if isinstance(weights, dict):
        configuration["class_weight"] = [[_plain(key), float(w)] for key, w in weights.items()]
    names = getattr(classifier, "feature_names_in_", None)
    return {
        "classes": [_plain(label) for label in classifier.classes_.tolist()],
        "classes_dtype": _dtype_name(classifier.classes_),
        "configuration": {name: _plain(value) for name, value in configuration.items()},
        "feature_names": None if names is None else list(names),
        "layer_sizes": list(classifier.network_.layer_sizes),
        "activation": classifier.network_.activation.name,
        "versions": {
            "logitlab": logitlab.__version__,
            "scikit-learn": sklearn.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    }


def _classifier(model: dict[str, Any], tensors: dict[str, np.ndarray]) -> SoftmaxClassifier:
    configuration = model["configuration"]
    configuration["hidden_layer_sizes"] = _tuple(configuration["hidden_layer_sizes"])
    if isinstance(configuration["class_weight"], list):
        configuration["class_weight"] = dict(configuration["class_weight"])
    check_parameters(configuration)
    classifier = SoftmaxClassifier(**configuration)
    classifier.classes_ = np.array(model["classes"], dtype=model["classes_dtype"])
    classifier.network_ = _network(model, tensors)
    classifier.scaler_ = _scaler(tensors)
    classifier.n_features_in_ = classifier.network_.layer_sizes[0]
    if model["feature_names"] is not None:
        classifier.feature_names_in_ = np.array(model["feature_names"], dtype=object)
    classifier.history_ = [_step(row) for row in tensors["history"].tolist()]
    classifier.n_iter_ = classifier.history_[-1].epoch
    return classifier


def _network(model: dict[str, Any], tensors: dict[str, np.ndarray]) -> Network:
    parts = [
        tensors[f"layers.{index}.{part}"].ravel()
        for index in range(len(model["layer_sizes"]) - 1)
        for part in ("weight", "bias")
    ]
    sizes = tuple(model["layer_sizes"])
    return Network(sizes, ACTIVATIONS[model["activation"]], np.concatenate(parts))


def _scaler(tensors: dict[str, np.ndarray]) -> StandardScaler | None:
    if "scaler.mean" not in tensors:
        return None
    scaler = StandardScaler()
    for name in SCALER:
        setattr(scaler, name, tensors["scaler." + name.rstrip("_")])
    scaler.n_features_in_ = len(scaler.mean_)
    return scaler


def _step(row: list[float]) -> Step:
    epoch, step, loss, accuracy, norm, validation = row
    return Step(
        int(epoch), int(step), loss, accuracy, norm, None if np.isnan(validation) else validation
    )


def _check_origin(path: Path, metadata: dict[str, str], tensors: dict[str, np.ndarray]) -> None:
    """Refuse what another program, a newer logitlab, or an accident wrote."""
    if metadata.get("format") != FORMAT or not {"version", "model", "sha256"} <= set(metadata):
        raise _not_a_model(path, "a safetensors file of another program")
    if not metadata["version"].isdigit() or int(metadata["version"]) > VERSION:
        raise ModelFileError(
            str(path),
            got=f"format version {metadata['version']}",
            expected=f"version {VERSION} or older",
            hint="upgrade logitlab: pip install --upgrade logitlab",
        )
    if metadata["sha256"] != _digest(tensors, metadata["model"]):
        raise _not_a_model(path, "contents that differ from what was saved")


def _digest(tensors: dict[str, np.ndarray], model: str) -> str:
    digest = hashlib.sha256(model.encode())
    for name, array in sorted(tensors.items()):
        digest.update(f"{name} {array.dtype} {array.shape} ".encode())
        digest.update(array.tobytes())
    return digest.hexdigest()


def _not_a_model(path: Path, got: str) -> ModelFileError:
    return ModelFileError(
        str(path),
        got=got,
        expected="a file that logitlab.save wrote",
        hint="copy the file again, or fit and save the classifier anew",
    )


def _dtype_name(classes: np.ndarray) -> str:
    """The dtype that the classes have in the file."""
    if classes.dtype.kind in "OT" and all(isinstance(label, str) for label in classes):
        return "object"
    if classes.dtype.kind in "Uiubf":
        return classes.dtype.str
    raise ModelFileError(
        "classes",
        got=f"labels of dtype {classes.dtype}",
        expected="strings, integers, booleans or floats",
        hint="fit with such labels, and keep the mapping to yours beside the file",
    )


def _plain(value: Any) -> Any:
    """A NumPy scalar or a tuple as what JSON writes."""
    if isinstance(value, np.generic):
        return value.item()
    return [_plain(part) for part in value] if isinstance(value, tuple | list) else value


def _tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _number(value: float | None) -> float:
    return float("nan") if value is None else float(value)
