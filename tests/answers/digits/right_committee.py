import torch


def member(X, y):
    """Least squares on random features of the images, in closed form."""
    P, c = torch.randn(64, 600), 2 * torch.randn(600)
    H = torch.relu(X @ P + c)
    W = torch.linalg.solve(H.T @ H + 20 * torch.eye(600), H.T @ y)
    return lambda new: torch.relu(new @ P + c) @ W


def train(X, targets):
    y = torch.nn.functional.one_hot(targets).float()
    members = [member(X, y) for _ in range(7)]
    return lambda new: sum(scores(new) for scores in members).argmax(1)
