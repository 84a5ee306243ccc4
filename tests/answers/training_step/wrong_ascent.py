# mistake: uphill
import torch


def training_step(X, targets, W, b, lr):
    y = torch.eye(W.shape[1])[targets]
    log_p = torch.log_softmax(X @ W + b, 1)
    error = (y - log_p.exp()) / len(X)
    return -(y * log_p).sum(1).mean(), W - lr * X.T @ error, b - lr * error.sum(0)
