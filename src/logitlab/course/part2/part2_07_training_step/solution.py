import torch
from torch import Tensor


def training_step(
    X: Tensor, targets: Tensor, W: Tensor, b: Tensor, lr: float
) -> tuple[Tensor, Tensor, Tensor]:
    rows = torch.arange(len(targets))
    log_y_hat = torch.log_softmax(X @ W + b, dim=1)  # (N, K)
    loss = -log_y_hat[rows, targets].mean()
    dz = log_y_hat.exp()
    dz[rows, targets] -= 1
    dz /= len(targets)
    return loss, W - lr * X.T @ dz, b - lr * dz.sum(dim=0)
