# wrong: raises, since integer targets are no probabilities of shape (N, 10)
import torch


def train(X, targets):
    W = torch.zeros(64, 10)
    for _ in range(100):
        W -= X.T @ (torch.softmax(X @ W, 1) - targets)
    return lambda new: (new @ W).argmax(1)
