import math
from collections.abc import Callable

import torch
from torch import Tensor

HIDDEN, EPOCHS, BATCH = 128, 40, 32
RATE, MOMENTUM, NOISE = 0.1, 0.9, 0.2


def train(X: Tensor, targets: Tensor) -> Callable[[Tensor], Tensor]:
    N, D = X.shape
    K = int(targets.max()) + 1
    y = (targets[:, None] == torch.arange(K)).to(X.dtype)  # one-hot, (N, K)
    W1, b1 = torch.randn(D, HIDDEN) * math.sqrt(2 / D), torch.zeros(HIDDEN)
    W2, b2 = torch.zeros(HIDDEN, K), torch.zeros(K)
    parameters = (W1, b1, W2, b2)
    velocities = [torch.zeros_like(parameter) for parameter in parameters]

    for epoch in range(EPOCHS):
        rate = RATE * (1 - epoch / EPOCHS)
        for rows in torch.split(torch.randperm(N), BATCH):
            x = X[rows] + NOISE * torch.randn(len(rows), D)  # never twice the same image
            h = (x @ W1 + b1).relu()
            y_hat = torch.softmax(h @ W2 + b2, dim=1)
            dz = (y_hat - y[rows]) / len(rows)  # the gradient of the mean loss
            dh = dz @ W2.T * (h > 0)  # back through the hidden layer
            gradients = (x.T @ dh, dh.sum(dim=0), h.T @ dz, dz.sum(dim=0))
            for parameter, velocity, gradient in zip(
                parameters, velocities, gradients, strict=True
            ):
                velocity.mul_(MOMENTUM).sub_(rate * gradient)
                parameter.add_(velocity)

    def predict(X: Tensor) -> Tensor:
        return ((X @ W1 + b1).relu() @ W2 + b2).argmax(dim=1)

    return predict
