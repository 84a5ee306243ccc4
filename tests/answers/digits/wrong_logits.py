# wrong: logits of another training than the known mistake's
import torch


def fitted(X, targets, steps=300):
    W, b = torch.zeros(64, 10), torch.zeros(10)
    y = torch.eye(10)[targets]
    for _ in range(steps):
        dz = (torch.softmax(X @ W + b, dim=1) - y) / len(X)
        W -= X.T @ dz
        b -= dz.sum(dim=0)
    return W, b


def train(X, targets):
    W, b = fitted(X, targets)
    return lambda new: new @ W + b
