import torch


def train(X, targets):
    """Softmax regression by ŷ - y on the products of pairs of pixels, full batch."""
    mean = X.mean(0)
    pairs = torch.triu_indices(64, 64)

    def features(X):
        Z = X - mean
        return torch.cat([Z, Z[:, pairs[0]] * Z[:, pairs[1]]], dim=1)

    F, y = features(X), torch.eye(10)[targets]
    W, b, speed = torch.zeros(F.shape[1], 10), torch.zeros(10), 0.0
    for _ in range(60):
        dz = (torch.softmax(F @ W + b, 1) - y) / len(y)
        speed = 0.9 * speed - 0.3 * F.T @ dz
        W += speed
        b -= 0.3 * dz.sum(0)
    return lambda new: torch.argmax(features(new) @ W + b, dim=1)
