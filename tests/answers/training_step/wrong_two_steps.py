# wrong: two steps instead of one
import torch
import torch.nn.functional as F


def training_step(X, targets, W, b, lr):
    losses = []
    y = F.one_hot(targets, W.shape[1])
    for _ in range(2):
        z = X @ W + b
        losses.append(F.cross_entropy(z, targets))
        dz = (z.softmax(1) - y) / len(X)
        W, b = W - lr * X.T @ dz, b - lr * dz.sum(0)
    return losses[0], W, b
