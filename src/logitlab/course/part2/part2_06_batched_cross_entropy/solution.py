import torch
from torch import Tensor


def batched_cross_entropy(logits: Tensor, targets: Tensor) -> tuple[Tensor, Tensor]:
    shifted = logits - logits.amax(dim=1, keepdim=True)  # (N, K)
    log_y_hat = shifted - shifted.exp().sum(dim=1, keepdim=True).log()
    rows = torch.arange(len(targets))
    loss = -log_y_hat[rows, targets].mean()
    gradient = log_y_hat.exp()
    gradient[rows, targets] -= 1
    return loss, gradient / len(targets)
