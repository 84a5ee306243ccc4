# wrong: raises, since samples and targets have changed places
import torch
import torch.nn.functional as F


def training_step(targets, X, W, b, lr):
    z = X @ W + b
    dz = (z.softmax(1) - F.one_hot(targets, W.shape[1])) / len(X)
    return F.cross_entropy(z, targets), W - lr * X.T @ dz, b - lr * dz.sum(0)
