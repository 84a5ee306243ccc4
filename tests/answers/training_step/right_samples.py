import torch


def training_step(X, targets, W, b, lr):
    """Sample by sample, with outer products."""
    N = len(X)
    loss, dW, db = 0.0, torch.zeros_like(W), torch.zeros_like(b)
    for x, t in zip(X, targets):
        z = x @ W + b
        error = torch.softmax(z, 0)
        error[t] -= 1
        loss = loss + torch.logsumexp(z, 0) - z[t]
        dW += torch.outer(x, error) / N
        db += error / N
    return loss / N, W - lr * dW, b - lr * db
