import torch
import torch.nn.functional as F


def training_step(X, targets, W, b, lr):
    z = X @ W + b
    loss = F.cross_entropy(z, targets)
    error = (torch.softmax(z, dim=1) - F.one_hot(targets, z.shape[1])) / len(X)
    return loss, W - lr * (X.T @ error), b - lr * error.sum(0)
