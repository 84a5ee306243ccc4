# wrong: the largest probability instead of its index
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
    W, b = fitted(X, targets, steps=50)
    return lambda new: torch.softmax(new @ W + b, 1).max(1).values
