"""The values that SoftmaxClassifier's parameters may take, as one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import isfinite
from numbers import Integral, Real
from typing import Any, NamedTuple

from logitlab.errors import ParameterError
from logitlab.models.activations import ACTIVATIONS
from logitlab.models.network import Network
from logitlab.models.schedules import SCHEDULES

SOLVERS = ("lbfgs", "sgd", "adam", "adamw")


class Rule(NamedTuple):
    """Which values a parameter may take, in code and in words."""

    allows: Callable[[Any], bool]
    expected: str


def _integer(value: Any, least: int) -> bool:
    return isinstance(value, Integral) and not isinstance(value, bool) and int(value) >= least


def _number(value: Any) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and isfinite(value)


def _sizes(value: Any) -> bool:
    if isinstance(value, str):
        return False
    try:
        return all(_integer(size, 1) for size in hidden_sizes(value))
    except TypeError:
        return False


def _boolean(name: str) -> tuple[str, Rule]:
    return name, Rule(lambda value: str(value) in ("True", "False"), "True or False")


def _choice(names: Any) -> Rule:
    names = tuple(names)
    return Rule(
        lambda value: isinstance(value, str) and value in names, f"one of {', '.join(names)}"
    )


RULES: dict[str, Rule] = {
    "hidden_layer_sizes": Rule(_sizes, "integers ≥ 1, such as (100,), or () for none"),
    "activation": _choice(ACTIVATIONS),
    "solver": _choice(SOLVERS),
    "alpha": Rule(lambda v: _number(v) and v >= 0, "a number ≥ 0"),
    "batch_size": Rule(lambda v: _integer(v, 1) or str(v) == "auto", '"auto" or an integer ≥ 1'),
    "learning_rate": _choice(SCHEDULES),
    "learning_rate_init": Rule(
        lambda v: v > 0 if _number(v) else isinstance(v, str) and v == "auto",
        '"auto" or a number > 0',
    ),
    "momentum": Rule(lambda v: _number(v) and 0 <= v < 1, "a number in [0, 1)"),
    "max_iter": Rule(lambda v: _integer(v, 1), "an integer ≥ 1"),
    "tol": Rule(lambda v: _number(v) and v >= 0, "a number ≥ 0"),
    "validation_fraction": Rule(lambda v: _number(v) and 0 < v < 1, "a number in (0, 1)"),
    "patience": Rule(lambda v: _integer(v, 1), "an integer ≥ 1"),
    "class_weight": Rule(
        lambda v: v is None or isinstance(v, Mapping) or str(v) == "balanced",
        'None, "balanced" or a dict from class to weight',
    ),
    "label_smoothing": Rule(lambda v: _number(v) and 0 <= v <= 1, "a number in [0, 1]"),
    "verbose": Rule(lambda v: str(v) in ("True", "False", "auto"), 'True, False or "auto"'),
    "device": Rule(lambda v: v is None or isinstance(v, str), 'None or a name such as "cuda"'),
    **dict(map(_boolean, ("early_stopping", "standardize", "warm_start"))),
}


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Raise ParameterError for the first value that its rule does not allow.

    >>> check_parameters({"alpha": -1})
    Traceback (most recent call last):
        ...
    logitlab.errors.ParameterError: alpha: got -1, expected a number ≥ 0
      hint: see the parameters in help(SoftmaxClassifier)
    """
    for name, rule in RULES.items():
        if name in parameters and not rule.allows(parameters[name]):
            raise ParameterError(
                name,
                got=repr(parameters[name]),
                expected=rule.expected,
                hint="see the parameters in help(SoftmaxClassifier)",
            )


def hidden_sizes(value: Any) -> tuple[int, ...]:
    """Return hidden_layer_sizes as a tuple: MLPClassifier takes a single integer, too.

    >>> hidden_sizes(100), hidden_sizes([64, 32]), hidden_sizes(())
    ((100,), (64, 32), ())
    """
    return (int(value),) if isinstance(value, Integral) else tuple(value)


def check_same_network(network: Network, sizes: Any, activation: str) -> None:
    """Refuse a warm start of a network that the parameters no longer describe."""
    if network.layer_sizes[1:-1] != hidden_sizes(sizes) or network.activation.name != activation:
        raise ParameterError(
            "warm_start",
            got=f"hidden_layer_sizes={sizes} and activation={activation!r}",
            expected=f"those of the fit before, {network.layer_sizes[1:-1]} and "
            f"{network.activation.name!r}",
            hint="set warm_start=False to begin anew",
        )


def check_partial_fit(parameters: Mapping[str, Any], classes: Any, first: bool) -> None:
    """Refuse what a fit in parts cannot know."""
    if first and classes is None:
        raise ParameterError(
            "classes",
            got=None,
            expected="every label that may come",
            hint="the first call of partial_fit needs it",
        )
    balanced = isinstance(parameters["class_weight"], str)
    if parameters["early_stopping"] or balanced:
        raise ParameterError(
            "partial_fit",
            got='class_weight="balanced"' if balanced else "early_stopping=True",
            expected="neither",
            hint="it needs all samples at once: use `fit`, or weights in a dict",
        )
