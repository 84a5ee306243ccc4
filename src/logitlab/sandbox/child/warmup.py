"""The warm-up: what torch and NumPy load or compute on first use is done once, before any fork.

A fork inherits it. The first step of an optimiser alone imports torch._dynamo, which takes a
second; printing, linear algebra and the first backward pass take milliseconds each.
"""

from __future__ import annotations

import functools
import importlib
import inspect
import io
import os
import platform
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import torch
from torch.nn import functional as F

_CACHE: Final = "TORCHINDUCTOR_CACHE_DIR"


def warm() -> None:
    """Use once what learners use; leave one thread and the random state as they were.

    Threads of OpenMP and of BLAS must have been limited to one by the environment before.
    """
    torch.set_num_threads(1)
    with _no_cache():
        _import_if_there("numpy.random")
        state = torch.get_rng_state()
        for use in (_tensors, _algebra, _autograd, _network, _training, _files):
            use()
        torch.set_rng_state(state)
    _keep_one_thread()
    _load_in_process()


def versions() -> dict[str, str]:
    """The versions of what runs a submission, by name."""
    found = {"python": platform.python_version(), "torch": str(torch.__version__)}
    if "numpy" in sys.modules:
        found["numpy"] = sys.modules["numpy"].__version__
    return found


@contextmanager
def _no_cache() -> Iterator[None]:
    """Importing torch._dynamo makes a folder for a cache, unless it is told one that is there."""
    told = os.environ.get(_CACHE)
    os.environ[_CACHE] = os.path.dirname(torch.__file__)
    try:
        yield
    finally:
        del os.environ[_CACHE]
        if told is not None:
            os.environ[_CACHE] = told


def _import_if_there(module: str) -> None:
    try:
        importlib.import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise


def _tensors() -> None:
    """Part 1 of the deck: make, combine, reduce and show tensors."""
    x = torch.randn(3, 4)
    for tensor in (x, x.double(), x.half(), x.bfloat16(), x > 0, torch.randint(0, 9, (3,))):
        str(tensor)
    torch.stack([torch.linspace(0, 1, 5)] * 2).mean(dim=1).reshape(-1).sort()
    torch.unique(torch.arange(6))
    torch.cat([x, x]).T.sum(0).argmax().item()
    torch.einsum("ij,kj->ik", x, x)
    torch.randn(300, 400) @ torch.randn(400, 300)
    for wrong in (lambda: x @ x, lambda: torch.arange(3).mean()):
        _expect_refusal(wrong)


def _expect_refusal(wrong: Callable[[], object]) -> None:
    """The first error of torch takes 20 ms: no learner's should."""
    try:
        str(wrong())
    except RuntimeError as error:
        str(error)


def _algebra() -> None:
    square = torch.eye(3) + 1
    for operation in ("det", "inv", "qr", "svd", "eigh", "eig", "norm"):
        getattr(torch.linalg, operation)(square)
    torch.linalg.solve(square, square)


def _autograd() -> None:
    """Part 2 of the deck: the loss, its gradient, and the ways to ask for it."""
    logits = torch.randn(3, 4, requires_grad=True)
    targets = torch.tensor([0, 1, 2])
    _backward(F.cross_entropy(logits, targets))
    _backward(F.nll_loss(torch.log_softmax(logits, 1), targets))
    torch.autograd.grad((logits.softmax(1) * F.one_hot(targets, 4)).sum().log(), logits)
    _backward(torch.logsumexp(logits, 1))
    str(logits)
    torch.func.grad(_square_sum)(torch.ones(3))
    torch.func.vmap(torch.func.jacrev(_square_sum))(torch.ones(2, 3))
    torch.autograd.functional.jacobian(_square_sum, torch.ones(3))  # type: ignore[no-untyped-call]
    exact = torch.ones(3, dtype=torch.float64, requires_grad=True)
    torch.autograd.gradcheck(_square_sum, (exact,))


def _backward(output: torch.Tensor) -> None:
    output.sum().backward()  # type: ignore[no-untyped-call]


def _square_sum(z: torch.Tensor) -> torch.Tensor:
    return (z**2).sum()


def _network() -> None:
    """The layers that a first network is made of, forward and backward."""
    picture = torch.nn.Sequential(
        torch.nn.Conv2d(1, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.ReLU(), torch.nn.MaxPool2d(2)
    )
    _backward(picture(torch.randn(2, 1, 8, 8)))
    _backward(torch.nn.LSTM(3, 3)(torch.randn(2, 1, 3))[0])
    _backward(torch.nn.TransformerEncoderLayer(8, 2)(torch.randn(2, 3, 8)))
    str(picture)


def _training() -> None:
    """A few steps by each optimiser, on shuffled batches."""
    model = torch.nn.Sequential(torch.nn.Linear(64, 32), torch.nn.Dropout(), torch.nn.Linear(32, 4))
    for optimiser in _optimisers(list(model.parameters())):
        for inputs, targets in _batches():
            optimiser.zero_grad()
            _backward(F.cross_entropy(model(inputs), targets))
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()


def _optimisers(parameters: list[torch.nn.Parameter]) -> Iterator[Any]:
    yield torch.optim.SGD(parameters, lr=0.1, momentum=0.9)
    yield torch.optim.Adam(parameters)
    yield torch.optim.AdamW(parameters)


def _batches() -> Any:
    data = torch.utils.data.TensorDataset(torch.randn(9, 64), torch.arange(9) % 4)
    return torch.utils.data.DataLoader(data, batch_size=4, shuffle=True)


def _files() -> None:
    file = io.BytesIO()
    torch.save(torch.ones(3), file)
    file.seek(0)
    torch.load(file, weights_only=True)


def _keep_one_thread() -> None:
    """Make it harmless to ask for more: together with OMP_THREAD_LIMIT=1, it hangs a backward."""
    for module in (torch, torch._C):
        for name in ("set_num_threads", "set_num_interop_threads"):
            setattr(module, name, _ignore_threads)


def _ignore_threads(count: int) -> None:
    """A run has one thread, whatever is asked for."""


def _load_in_process() -> None:
    """Make it harmless to ask a DataLoader for workers: they need sockets, which are refused."""
    loader = torch.utils.data.DataLoader
    initialise = loader.__init__
    signature = inspect.signature(initialise)

    @functools.wraps(initialise)
    def without_workers(*args: Any, **kwargs: Any) -> None:
        asked = signature.bind(*args, **kwargs)
        if asked.arguments.get("num_workers"):
            for name in ("num_workers", "prefetch_factor", "persistent_workers", "timeout"):
                asked.arguments.pop(name, None)
        initialise(*asked.args, **asked.kwargs)

    loader.__init__ = without_workers  # type: ignore[method-assign]
