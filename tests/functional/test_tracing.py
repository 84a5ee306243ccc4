"""The plain route: torch.compile, torch.export, torch.func and forward mode all go through."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import torch
from torch import Tensor
from torch.autograd import forward_ad
from torch.func import functional_call, grad, hessian, jacfwd, jacrev, jvp, vjp, vmap

from logitlab import functional
from logitlab.functional import cross_entropy, linear_cross_entropy, reference
from tests.functional.properties import backward, near, random

pytestmark = pytest.mark.filterwarnings(
    "ignore:`torch.jit.script` is deprecated:DeprecationWarning"  # torch's own, in forward mode
)

Z, INDICES = random(3, 4), torch.tensor([1, 0, 3])
IGNORED = torch.tensor([1, -100, 3])
SOFT = random(3, 4, seed=1).softmax(-1) * 2
OPTIONS: list[dict[str, Any]] = [
    {},
    {"reduction": "sum", "label_smoothing": 0.1, "z_loss": 0.1},
    {"weight": torch.tensor([0.5, 0.0, 2.0, 1.0], dtype=torch.float64), "softcap": 3.0},
    {"weight": torch.tensor([0.5, 1.0, 2.0, 1.0], dtype=torch.float64), "label_smoothing": 0.3},
]
every_target = pytest.mark.parametrize(
    "target", [INDICES, IGNORED, SOFT], ids=["indices", "ignored", "soft"]
)
every_option = pytest.mark.parametrize("options", OPTIONS, ids=lambda o: ",".join(o) or "plain")


def expected_gradient(target: Tensor, options: dict[str, Any]) -> Tensor:
    """The closed form."""
    return reference.cross_entropy_with_grad(Z, target, **options)[1]


@every_target
@every_option
def test_grad_and_jacobians(target: Tensor, options: dict[str, Any]) -> None:
    loss = partial(cross_entropy, target=target, **options)
    expected = expected_gradient(target, options)
    near(grad(loss)(Z), expected)
    near(jacrev(loss)(Z), expected)
    near(jacfwd(loss)(Z), expected)
    direction = random(3, 4, seed=2)
    value, tangent = jvp(loss, (Z,), (direction,))
    near(value, reference.cross_entropy(Z, target, **options))
    near(tangent, (expected * direction).sum())
    _, pull = vjp(loss, Z)
    near(pull(torch.tensor(2.0, dtype=torch.float64))[0], 2 * expected)


@every_target
@every_option
def test_hessian_of_all_rows(target: Tensor, options: dict[str, Any]) -> None:
    loss = partial(cross_entropy, target=target, **options)
    expected = hessian(partial(reference.cross_entropy, target=target, **options))(Z)
    near(hessian(loss)(Z), expected)
    near(jacfwd(grad(loss))(Z), expected)
    near(jacrev(jacrev(loss))(Z), expected)


def test_the_hessian_of_a_row_is_the_deck_s() -> None:
    expected = reference.row_hessian(Z[:1], torch.ones(1, 1))[0]
    near(hessian(cross_entropy)(Z[0], INDICES[0]), expected)


def test_unreduced_jacobian_is_block_diagonal() -> None:
    jacobian = jacrev(partial(cross_entropy, target=INDICES, reduction="none"))(Z)
    gradient = reference.cross_entropy_with_grad(Z, INDICES, reduction="none")[1]
    near(jacobian, torch.diag_embed(gradient.T).permute(1, 2, 0))


@every_option
def test_vmap_over_samples(options: dict[str, Any]) -> None:
    options = {**options, "reduction": "sum"}
    losses = vmap(partial(cross_entropy, **options))(Z, INDICES)
    near(losses, reference.cross_entropy(Z, INDICES, **{**options, "reduction": "none"}))
    gradients = vmap(grad(partial(cross_entropy, **options)))(Z, SOFT)
    near(gradients, reference.cross_entropy_with_grad(Z, SOFT, **options)[1])


def test_vmap_over_batches_over_targets_and_over_weights() -> None:
    z = random(2, 3, 4)
    losses = vmap(cross_entropy, in_dims=(0, None))(z, INDICES)
    near(losses, torch.stack([reference.cross_entropy(one, INDICES) for one in z]))
    targets = torch.tensor([[1, 0, 3], [2, -100, 2]])
    losses = vmap(cross_entropy, in_dims=(None, 0))(Z, targets)
    near(losses, torch.stack([reference.cross_entropy(Z, one) for one in targets]))
    weights = torch.rand(2, 4, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    losses = vmap(cross_entropy, in_dims=(None, None, 0))(Z, INDICES, weights)
    near(losses, torch.stack([reference.cross_entropy(Z, INDICES, one) for one in weights]))
    losses = vmap(cross_entropy, in_dims=(2, 1))(torch.stack([Z, Z], 2), targets.T)
    near(losses, torch.stack([reference.cross_entropy(Z, one) for one in targets]))


def test_per_sample_gradients_of_a_model() -> None:
    model = torch.nn.Linear(2, 4, dtype=torch.float64)
    parameters = {name: p.detach() for name, p in model.named_parameters()}

    def loss(parameters: dict[str, Tensor], x: Tensor, y: Tensor) -> Tensor:
        return cross_entropy(functional_call(model, parameters, (x,)), y)

    x = random(3, 2)
    gradients = vmap(grad(loss), in_dims=(None, 0, 0))(parameters, x, INDICES)
    of_logits = reference.cross_entropy_with_grad(model(x).detach(), INDICES, reduction="sum")[1]
    near(gradients["weight"], of_logits.unsqueeze(-1) * x.unsqueeze(1))
    near(gradients["bias"], of_logits)


@every_target
@every_option
def test_forward_mode(target: Tensor, options: dict[str, Any]) -> None:
    direction = random(3, 4, seed=2)
    with forward_ad.dual_level():
        loss = cross_entropy(forward_ad.make_dual(Z, direction), target, **options)
        tangent = forward_ad.unpack_dual(loss).tangent
    near(tangent, (expected_gradient(target, options) * direction).sum())


def test_forward_mode_over_the_targets_and_weights() -> None:
    weight, direction = torch.rand(4, dtype=torch.float64), random(4, seed=3)
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(weight, direction)
        loss = cross_entropy(Z, SOFT, dual, reduction="sum")
        tangent = forward_ad.unpack_dual(loss).tangent
    near(tangent, -(SOFT * Z.log_softmax(-1) * direction).sum())
    with forward_ad.dual_level():
        dual = forward_ad.make_dual(SOFT, SOFT)
        tangent = forward_ad.unpack_dual(cross_entropy(Z, dual, reduction="sum")).tangent
    near(tangent, reference.cross_entropy(Z, SOFT, reduction="sum"))  # linear in the targets


def test_forward_over_reverse_is_a_hessian_vector_product() -> None:
    direction = random(3, 4, seed=2)
    loss = partial(cross_entropy, target=INDICES, reduction="sum")
    _, product = jvp(grad(loss), (Z,), (direction,))
    blocks = reference.row_hessian(Z, torch.ones(3, 1))
    near(product, torch.einsum("nij,nj->ni", blocks, direction))


# torch.compile and torch.export; no backend that needs a C++ compiler


@pytest.fixture(autouse=True)
def _fresh_compiler() -> None:
    torch.compiler.reset()


@every_target
@every_option
def test_compiled_without_a_graph_break(target: Tensor, options: dict[str, Any]) -> None:
    compiled = torch.compile(cross_entropy, backend="aot_eager", fullgraph=True)
    loss, gradient = backward(compiled, Z, target, **options)
    near(loss, reference.cross_entropy(Z, target, **options))
    near(gradient, expected_gradient(target, options))


@pytest.mark.parametrize("reduction", ["none", "sum", "mean"])
def test_compiled_spatial_and_unbatched_logits(reduction: str) -> None:
    compiled = torch.compile(cross_entropy, backend="aot_eager", fullgraph=True)
    z, target = random(2, 4, 3), torch.tensor([[1, 0, 3], [2, 2, -100]])
    loss, gradient = backward(compiled, z, target, reduction=reduction)
    expected = reference.cross_entropy_with_grad(z, target, reduction=reduction)
    near(loss, expected[0])
    near(gradient, expected[1])
    near(compiled(Z[0], INDICES[0]), reference.cross_entropy(Z[0], INDICES[0]))


def test_compiled_with_dynamic_shapes() -> None:
    compiled = torch.compile(cross_entropy, backend="aot_eager", fullgraph=True, dynamic=True)
    for rows, classes in ((3, 4), (7, 5), (2, 9)):
        z, target = random(rows, classes), torch.arange(rows) % classes
        near(compiled(z, target), reference.cross_entropy(z, target))


def test_compiled_softmax_and_its_companions() -> None:
    for function, expected in (
        (functional.softmax, torch.softmax),
        (functional.log_softmax, torch.log_softmax),
        (functional.logsumexp, torch.logsumexp),
    ):
        compiled = torch.compile(function, backend="aot_eager", fullgraph=True)
        near(compiled(Z, 0), expected(Z, 0))


def test_a_compiled_training_step_equals_the_eager_one() -> None:
    def step(loss: Callable[..., Tensor]) -> list[Tensor]:
        torch.manual_seed(0)
        model = torch.nn.Linear(2, 4, dtype=torch.float64)

        def run(x: Tensor) -> Tensor:
            return loss(model(x), INDICES)

        compiled = torch.compile(run, backend="aot_eager", fullgraph=True)
        (compiled if loss is cross_entropy else run)(random(3, 2)).backward()
        return [p.grad for p in model.parameters() if p.grad is not None]

    for ours, expected in zip(step(cross_entropy), step(reference.cross_entropy), strict=True):
        near(ours, expected)


def test_the_compiled_last_layer() -> None:
    compiled = torch.compile(linear_cross_entropy, backend="aot_eager", fullgraph=True)
    x, w = random(3, 2).requires_grad_(), random(4, 2, seed=1).requires_grad_()
    gradients = torch.autograd.grad(compiled(x, w, INDICES), (x, w))
    expected = torch.autograd.grad(reference.linear_cross_entropy(x, w, INDICES), (x, w))
    for ours, theirs in zip(gradients, expected, strict=True):
        near(ours, theirs)


def test_export() -> None:
    class Loss(torch.nn.Module):
        def forward(self, z: Tensor, target: Tensor) -> Tensor:
            return cross_entropy(z, target)

    program = torch.export.export(Loss(), (Z, INDICES))
    near(program.module()(2 * Z, INDICES), reference.cross_entropy(2 * Z, INDICES))


def test_meta_tensors_give_the_shape() -> None:
    z, target = torch.empty(3, 4, 2, device="meta"), torch.empty(3, 2, device="meta").long()
    assert cross_entropy(z, target, reduction="none").shape == (3, 2)
    assert cross_entropy(z, target).shape == ()


def test_a_traced_index_out_of_range_is_not_a_finite_loss() -> None:
    outside = torch.tensor([1, 0, 4])
    assert vmap(cross_entropy)(Z, outside).isnan().tolist() == [False, False, True]
    compiled = torch.compile(cross_entropy, backend="eager", fullgraph=True)
    assert compiled(Z, outside).isnan()


# The last layer


def test_transforms_of_the_last_layer() -> None:
    x, w = random(3, 2), random(4, 2, seed=1)
    expected = [jacrev(reference.linear_cross_entropy, i)(x, w, INDICES) for i in (0, 1)]
    for i in (0, 1):
        near(grad(linear_cross_entropy, i)(x, w, INDICES), expected[i])
        near(jacfwd(linear_cross_entropy, i)(x, w, INDICES), expected[i])
    per_sample = vmap(grad(linear_cross_entropy), in_dims=(0, None, 0))(x, w, INDICES)
    near(per_sample, 3 * expected[0])
    near(
        hessian(linear_cross_entropy, 1)(x, w, INDICES),
        hessian(reference.linear_cross_entropy, 1)(x, w, INDICES),
    )
