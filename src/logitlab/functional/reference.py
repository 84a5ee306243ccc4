"""The deck's Part 2, line by line, in float64: slow, obvious, and what all else is tested against.

Every function works on rows, z and y of shape (N, K), until `cross_entropy_with_grad`, which
takes the shapes and arguments of `torch.nn.functional.cross_entropy`. Arguments are taken to be
valid: the checks, the errors and the speed are those of `logitlab.functional.cross_entropy`.

The one thing added to the deck's formulas is its careful reader's note that exp overflows: the
largest logit of a row is subtracted first, which changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor


def logsumexp(z: Tensor) -> Tensor:
    """log Σ_j exp(z_j) of each row, (N, K) -> (N,), as m + log Σ_j exp(z_j − m), m = max_j z_j.

    >>> logsumexp(torch.tensor([[0.0, 0.0], [100.0, 100.0]]))
    tensor([  0.6931, 100.6931], dtype=torch.float64)
    """
    z = z.double()
    m = z.amax(-1, keepdim=True)
    return (m + (z - m).exp().sum(-1, keepdim=True).log()).squeeze(-1)


def softmax(z: Tensor) -> Tensor:
    """Deck, definition 2: ŷ_i = exp(z_i) / Σ_j exp(z_j), (N, K) -> (N, K).

    >>> softmax(torch.tensor([[0.0, 0.0, float("-inf")]]))
    tensor([[0.5000, 0.5000, 0.0000]], dtype=torch.float64)
    """
    z = z.double()
    e = (z - z.amax(-1, keepdim=True)).exp()
    return e / e.sum(-1, keepdim=True)


def log_softmax(z: Tensor) -> Tensor:
    """Deck, step 1: log ŷ_i = z_i − log Σ_j exp(z_j), (N, K) -> (N, K).

    >>> log_softmax(torch.tensor([[0.0, 0.0, 0.0, 0.0]]))  # equal logits: −log K
    tensor([[-1.3863, -1.3863, -1.3863, -1.3863]], dtype=torch.float64)
    """
    z = z.double()
    z = z - z.amax(-1, keepdim=True)
    return z - z.exp().sum(-1, keepdim=True).log()


def one_hot(classes: Tensor, num_classes: int) -> Tensor:
    """Deck, definition 3: y is 1 at the true class and 0 elsewhere, (N,) -> (N, K).

    >>> one_hot(torch.tensor([1]), 3)
    tensor([[0., 1., 0.]], dtype=torch.float64)
    """
    return (classes.long().unsqueeze(-1) == torch.arange(num_classes)).double()


def smoothed(y: Tensor, label_smoothing: float) -> Tensor:
    """The mixture (1 − ε) y + ε/K of the targets with the uniform distribution.

    Source: Szegedy et al., Rethinking the Inception Architecture, arXiv 1512.00567, section 7.

    >>> smoothed(torch.tensor([[0.0, 1.0]]), 0.1)
    tensor([[0.0500, 0.9500]], dtype=torch.float64)
    """
    return (1 - label_smoothing) * y.double() + label_smoothing / y.shape[-1]


def row_loss(z: Tensor, t: Tensor) -> Tensor:
    """Deck, definition 4: L = − Σ_i t_i log ŷ_i of each row, (N, K), (N, K) -> (N,).

    A class of target 0 and probability 0 adds nothing: 0 · log 0 is the limit 0.

    >>> row_loss(torch.tensor([[0.0, 0.0, float("-inf")]]), torch.tensor([[1.0, 0.0, 0.0]]))
    tensor([0.6931], dtype=torch.float64)
    """
    t, log_probabilities = t.double(), log_softmax(z)
    nothing = (t == 0) & (log_probabilities == -torch.inf)
    return -(t * log_probabilities.masked_fill(nothing, 0.0)).sum(-1)


def row_gradient(z: Tensor, t: Tensor) -> Tensor:
    """Deck, steps 6 and 7: ∇_z L = (Σ_i t_i) ŷ − t, which is ŷ − y where Σ_i y_i = 1, (N, K).

    >>> row_gradient(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    tensor([[ 0.5000, -0.5000]], dtype=torch.float64)
    >>> row_gradient(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 3.0]]))
    tensor([[ 1.5000, -1.5000]], dtype=torch.float64)
    """
    t = t.double()
    return t.sum(-1, keepdim=True) * softmax(z) - t


def row_hessian(z: Tensor, t: Tensor) -> Tensor:
    """The careful reader's Hessian, (Σ_i t_i) (diag(ŷ) − ŷ ŷᵀ) of each row, (N, K) -> (N, K, K).

    >>> row_hessian(torch.tensor([[0.0, 0.0]]), torch.tensor([[0.0, 1.0]]))
    tensor([[[ 0.2500, -0.2500],
             [-0.2500,  0.2500]]], dtype=torch.float64)
    """
    p, total = softmax(z), t.double().sum(-1)
    curvature = torch.diag_embed(p) - p.unsqueeze(-1) * p.unsqueeze(-2)
    return total[:, None, None] * curvature


def softcapped(z: Tensor, softcap: float | None) -> Tensor:
    """The logits held within ± c: c · tanh(z / c); as they are without a cap.

    Source: Gemma 2, arXiv 2408.00118, section 2.

    >>> softcapped(torch.tensor([0.1, 1e4]), 30.0)
    tensor([ 0.1000, 30.0000], dtype=torch.float64)
    """
    z = z.double()
    return z if softcap is None else softcap * torch.tanh(z / softcap)


@dataclass(frozen=True)
class Rows:
    """A batch as rows: what the reductions need to know of each."""

    logits: Tensor  # (N, K)
    targets: Tensor  # (N, K)  t_j = w_j ((1 − ε) y_j + ε/K); 0 in an ignored row
    row_weight: Tensor  # (N,)  w_y for an index target, 1 for a distribution, 0 if ignored


def rows(
    logits: Tensor,
    target: Tensor,
    weight: Tensor | None,
    ignore_index: int,
    label_smoothing: float,
) -> Rows:
    """Bring logits of shape (K), (N, K) or (N, K, d1, …) and their targets to rows."""
    class_dim = 0 if logits.dim() == 1 else 1
    K = logits.shape[class_dim]
    z = logits.movedim(class_dim, -1).reshape(-1, K).double()
    w = torch.ones(K, dtype=torch.float64) if weight is None else weight.double()
    if target.is_floating_point():
        y = target.movedim(class_dim, -1).reshape(-1, K)
        kept = row_weight = torch.ones(len(z), dtype=torch.float64)
    else:
        classes = target.reshape(-1).long()
        y = one_hot(classes, K)
        kept = (classes != ignore_index).double()
        row_weight = (y * w).sum(-1) * kept
    t = w * smoothed(y, label_smoothing) * kept.unsqueeze(-1)
    return Rows(z, t, row_weight)


def cross_entropy_with_grad(
    logits: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    z_loss: float = 0.0,
    softcap: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The loss, and the gradient of its sum with respect to the logits, both float64.

    A row's loss is − Σ_j t_j log ŷ_j + z_loss · w_y (log Σ_j exp(z_j))², of the capped logits z.
    "mean" divides by the sum of the row weights (Σ w_y for index targets, N for distributions)
    and is 0 where that is 0. A row that is ignored, or whose terms all have weight 0, has loss
    and gradient 0, whatever it holds.

    >>> loss, gradient = cross_entropy_with_grad(torch.zeros(1, 2), torch.tensor([1]))
    >>> loss
    tensor(0.6931, dtype=torch.float64)
    >>> gradient
    tensor([[ 0.5000, -0.5000]], dtype=torch.float64)
    """
    batch = rows(logits, target, weight, ignore_index, label_smoothing)
    z, t, w = softcapped(batch.logits, softcap), batch.targets, batch.row_weight
    loss = row_loss(z, t)
    gradient = row_gradient(z, t)
    if z_loss:
        lse = logsumexp(z)
        loss = loss + z_loss * w * lse**2
        gradient = gradient + (z_loss * w * 2 * lse).unsqueeze(-1) * softmax(z)
    if softcap is not None:
        gradient = gradient * torch.cosh(batch.logits / softcap) ** -2  # tanh′ = 1 / cosh²
    silent = (t == 0).all(-1) & (z_loss * w == 0)
    loss = torch.where(silent & loss.isnan(), 0.0, loss)  # 0 · NaN; otherwise 0 already
    gradient = gradient.masked_fill(silent.unsqueeze(-1), 0.0)

    class_dim = 0 if logits.dim() == 1 else 1
    by_class_last = logits.movedim(class_dim, -1)
    loss = loss.reshape(by_class_last.shape[:-1])
    gradient = gradient.reshape(by_class_last.shape).movedim(-1, class_dim)
    if reduction == "none":
        return loss, gradient
    if reduction == "sum":
        return loss.sum(), gradient
    total = w.sum()
    if total == 0:
        return torch.zeros_like(total), torch.zeros_like(gradient)
    return loss.sum() / total, gradient / total


def cross_entropy(
    logits: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
    *,
    z_loss: float = 0.0,
    softcap: float | None = None,
) -> Tensor:
    """The loss of `cross_entropy_with_grad`, float64, differentiable by autograd.

    >>> cross_entropy(torch.zeros(10), torch.tensor(3))  # an untrained classifier: log K
    tensor(2.3026, dtype=torch.float64)
    """
    return cross_entropy_with_grad(
        logits,
        target,
        weight,
        ignore_index,
        reduction,
        label_smoothing,
        z_loss=z_loss,
        softcap=softcap,
    )[0]


def linear_cross_entropy(
    input: Tensor,
    linear_weight: Tensor,
    target: Tensor,
    *,
    linear_bias: Tensor | None = None,
    weight: Tensor | None = None,
    reduction: str = "mean",
    ignore_index: int | None = None,
    label_smoothing: float = 0.0,
    z_loss: float = 0.0,
    softcap: float | None = None,
) -> Tensor:
    """Cross-entropy of the logits x Wᵀ + b, all of them held: (N, D), (K, d1, …, D) -> loss.

    >>> linear_cross_entropy(torch.zeros(2, 3), torch.ones(5, 3), torch.tensor([0, 4]))
    tensor(1.6094, dtype=torch.float64)
    """
    logits = torch.tensordot(input.double(), linear_weight.double(), dims=([-1], [-1]))
    if linear_bias is not None:
        logits = logits + linear_bias.double()
    return cross_entropy(
        logits,
        target,
        weight,
        -100 if ignore_index is None else ignore_index,
        reduction,
        label_smoothing,
        z_loss=z_loss,
        softcap=softcap,
    )
