"""The watch list: what the learner called, and where; and all that was watched goes on working."""

import textwrap
from typing import Any

import pytest

from logitlab.sandbox.child.watching import MOST_USES
from tests.sandbox.loaded import run

START = """
import copy, functools, io, pickle, sys
import torch
import torch.nn.functional as F
from logitlab.sandbox.child import watching
uses = []
z = torch.tensor([0.0, 1.0, 2.0], requires_grad=True)
watching.install({names}, lambda *use: uses.append(use), lambda name: name == "learner.py")

def learner(code):
    namespace = dict(torch=torch, F=F, z=z)
    exec(compile(code, "learner.py", "exec"), namespace)
    return namespace
"""


def watch(names: list[str], code: str) -> Any:
    return run(START.format(names=names) + textwrap.dedent(code))


def uses_of(names: list[str], learners: str) -> Any:
    return watch(names, f"learner({textwrap.dedent(learners).strip()!r}); result = uses")


# What is watched, what the learner writes, and what is reported.
USES = {
    "function": (["torch.softmax"], "torch.softmax(z, 0)", [["torch.softmax", 1]]),
    "by keyword": (["torch.softmax"], "torch.softmax(input=z, dim=0)", [["torch.softmax", 1]]),
    "second line": (["torch.softmax"], "x = z\ntorch.softmax(x, 0)", [["torch.softmax", 2]]),
    "method": (["torch.Tensor.softmax"], "z.softmax(0)", [["torch.Tensor.softmax", 1]]),
    "unbound": (["torch.Tensor.exp"], "torch.Tensor.exp(z)", [["torch.Tensor.exp", 1]]),
    "of a parameter": (
        ["torch.Tensor.softmax"],
        "torch.nn.Parameter(torch.ones(3)).softmax(0)",
        [["torch.Tensor.softmax", 1]],
    ),
    "Python function": (
        ["torch.nn.functional.softmax"],
        "F.softmax(z, dim=0)",
        [["torch.nn.functional.softmax", 1]],
    ),
    "special": (["torch.special.softmax"], "torch.special.softmax(z, 0)", None),
    "linalg": (["torch.linalg.det"], "torch.linalg.det(torch.eye(2))", None),
    "autograd": (["torch.autograd.grad"], "torch.autograd.grad(z.sum(), z)", None),
    "backward": (["torch.Tensor.backward"], "z.sum().backward()", None),
    "func": (["torch.func.grad"], "torch.func.grad(torch.sum)(z)", None),
    "class": (["torch.nn.Softmax"], "torch.nn.Softmax(dim=0)(z)", None),
    "class without own init": (["torch.nn.Identity"], "torch.nn.Identity()(z)", None),
    "derived class": (
        ["torch.nn.Softmax"],
        """
        class Own(torch.nn.Softmax):
            def __init__(self):
                super().__init__(0)
        Own()
        """,
        [["torch.nn.Softmax", 3]],
    ),
    "class method": (
        ["torch.autograd.Function.apply"],
        """
        class Exp(torch.autograd.Function):
            @staticmethod
            def forward(ctx, x):
                return x.exp()
        Exp.apply(z)
        """,
        [["torch.autograd.Function.apply", 5]],
    ),
    "from import": (["torch.softmax"], "from torch import softmax as s\ns(z, 0)", None),
    "mapped": (["torch.exp"], "list(map(torch.exp, z))", None),
    "partial": (
        ["torch.softmax"],
        "import functools\nfunctools.partial(torch.softmax, dim=0)(z)",
        [["torch.softmax", 2]],
    ),
    "by attribute": (["torch.softmax"], "getattr(torch, 'soft' + 'max')(z, 0)", None),
    "evaluated": (["torch.softmax"], "eval('torch.softmax(z, 0)')", None),
    "in a function": (
        ["torch.softmax"],
        """
        def own(z):
            return torch.softmax(z, 0)
        own(z)
        """,
        [["torch.softmax", 2]],
    ),
    "by torch for the learner": (
        ["torch.Tensor.softmax"],
        "torch.nn.Softmax(0)(z)",
        [["torch.Tensor.softmax", 1]],
    ),
    "not inside a watched one": (
        ["torch.nn.functional.softmax", "torch.Tensor.softmax"],
        "F.softmax(z, dim=0)",
        [["torch.nn.functional.softmax", 1]],
    ),
    "the learner's own inside a watched one": (
        ["torch.autograd.functional.jacobian", "torch.Tensor.softmax"],
        """
        def own(z):
            return z.softmax(0)
        torch.autograd.functional.jacobian(own, z)
        """,
        [["torch.autograd.functional.jacobian", 3], ["torch.Tensor.softmax", 2]],
    ),
    "same object elsewhere": (
        ["torch.nn.functional.softplus"],
        "torch._C._nn.softplus(z); F.softplus(z)",
        [["torch.nn.functional.softplus", 1]],
    ),
    "alias": (["torch.nn.functional.logsigmoid"], "F.logsigmoid(z)", None),
    "unused": (["torch.softmax", "torch.nn.Softmax"], "torch.log_softmax(z, 0)", []),
    "in a thread": (
        ["torch.softmax"],
        """
        import threading
        thread = threading.Thread(target=torch.softmax, args=(z, 0))
        thread.start()
        thread.join()
        """,
        [["torch.softmax", None]],
    ),
}


@pytest.mark.parametrize("name", USES)
def test_a_use_is_reported_with_its_line(name: str) -> None:
    names, learners, expected = USES[name]
    if expected is None:
        expected = [[names[0], textwrap.dedent(learners).strip().count("\n") + 1]]
    assert uses_of(names, learners) == expected


def test_names_that_do_not_exist_or_cannot_be_called_are_passed_over() -> None:
    names = ["torch.nope", "nope.softmax", "nope", "torch", "", "torch.pi", "torch.Tensor.grad"]
    names += ["torch.Generator", "torch.float32", "torch.nope.softmax", "torch.softmax"]
    learners = "torch.pi, torch.float32, torch.Generator(), z.grad, torch.softmax(z, 0)"
    assert uses_of(names, learners) == [["torch.softmax", 1]]


def test_each_place_is_reported_once_however_often_it_is_used() -> None:
    learners = "for _ in range(50):\n    torch.exp(z)\n    z.exp()\ntorch.exp(z)"
    assert uses_of(["torch.exp", "torch.Tensor.exp"], learners) == [
        ["torch.exp", 2],
        ["torch.Tensor.exp", 3],
        ["torch.exp", 4],
    ]


def test_a_place_is_reported_again_after_forgetting() -> None:
    code = """
        forget = watching.install(["torch.log"], lambda *use: uses.append(use), "learner.py".__eq__)
        for _ in range(2):
            learner("torch.log(z); torch.log(z)")
            forget()
        result = uses
    """
    assert watch([], code) == [["torch.log", 1], ["torch.log", 1]]


def test_a_flood_of_places_is_bounded() -> None:
    learners = "torch.exp(z)\\n" * (MOST_USES + 50)
    result = watch(["torch.exp"], f'learner("{learners}"); result = len(uses)')
    assert result == MOST_USES


def test_the_object_is_replaced_wherever_torch_shows_it() -> None:
    code = """
        result = [
            torch.nn.functional.one_hot is torch._C._nn.one_hot,
            torch.autograd.grad is torch.autograd.__dict__["grad"],
            torch.functional.einsum is torch.einsum,
        ]
    """
    assert watch(["torch.einsum"], code)[2] is True
    assert uses_of(["torch.einsum"], "torch.functional.einsum('i,i', z, z)") == [
        ["torch.einsum", 1]
    ]
    assert uses_of(["torch.functional.einsum"], "torch.einsum('i,i', z, z)") == [
        ["torch.functional.einsum", 1]
    ]


def test_results_and_errors_are_the_functions_own() -> None:
    code = """
        expected = [0.09003057, 0.24472847, 0.66524096]
        near = lambda value: torch.allclose(value, torch.tensor(expected))
        (gradient,) = torch.autograd.grad(torch.softmax(z, 0)[0], z)
        errors = []
        for wrong in (lambda: torch.softmax(z, 5), lambda: torch.softmax(), lambda: z.softmax("a")):
            try:
                wrong()
            except (IndexError, TypeError, RuntimeError) as error:
                errors.append([type(error).__name__, str(error)])
        result = [near(torch.softmax(z, 0)), near(z.softmax(0)), near(torch.nn.Softmax(0)(z))]
        result += [gradient.tolist(), errors]
    """
    names = ["torch.softmax", "torch.Tensor.softmax", "torch.nn.Softmax", "torch.autograd.grad"]
    watched, free = watch(names, code), watch([], code)
    assert watched[:3] == [True] * 3
    assert watched == free


def test_what_is_watched_keeps_its_name_and_can_be_pickled() -> None:
    names = ["torch.softmax", "torch.Tensor.softmax", "torch.nn.functional.softmax"]
    names += ["torch.nn.Softmax", "torch.nn.Module.forward"]
    assert watch(
        names,
        """
        objects = [torch.softmax, torch.Tensor.softmax, F.softmax, torch.nn.Softmax]
        result = [item.__name__ for item in objects]
        result += [pickle.loads(pickle.dumps(item)) is item for item in objects]
        result += [copy.deepcopy(item) is item for item in objects]
        layer = pickle.loads(pickle.dumps(torch.nn.Softmax(dim=1)))
        file = io.BytesIO()
        torch.save(z.detach(), file)
        result += [layer.dim, isinstance(layer, torch.nn.Softmax)]
        """,
    ) == ["softmax", "softmax", "softmax", "Softmax", *[True] * 8, 1, True]


def test_scripted_and_compiled_functions_still_work() -> None:
    names = ["torch.softmax", "torch.Tensor.softmax", "torch.nn.functional.softmax"]
    names += ["torch.nn.Softmax"]
    assert (
        watch(
            names,
            """
        import linecache, warnings
        warnings.simplefilter("ignore")
        text = "def three(z):\\n    return torch.softmax(z, 0) + F.softmax(z, dim=0) + z.softmax(0)"
        linecache.cache["learner.py"] = (len(text), None, text.splitlines(True), "learner.py")
        three = learner(text)["three"]
        three.__module__ = __name__
        expected = three(z)
        scripted = torch.jit.script(three)
        layer = torch.jit.script(torch.nn.Softmax(0))
        compiled = torch.compile(three, backend="eager")
        result = [torch.allclose(made(z), expected) for made in (scripted, compiled)]
        result.append(torch.allclose(3 * layer(z), expected))
        """,
        )
        == [True] * 3
    )
