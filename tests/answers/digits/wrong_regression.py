# wrong: the class number fitted as a float, by gradient descent
import torch


def train(X, targets):
    w, c = torch.zeros(64), torch.zeros(())
    for _ in range(300):
        error = X @ w + c - targets.float()
        w -= 0.02 * X.T @ error / len(X)
        c -= 0.02 * error.mean()
    return lambda new: (new @ w + c).round().long()
