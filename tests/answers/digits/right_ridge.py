import torch


def train(X, targets):
    """Ridge regression on one-hot targets, with a Gaussian kernel, in closed form."""

    def kernel(A, B):
        return torch.exp(-torch.cdist(A.double(), B.double()) ** 2 / 4)

    y = torch.nn.functional.one_hot(targets, 10).double()
    weights = torch.linalg.solve(kernel(X, X) + 1e-2 * torch.eye(len(X)), y)
    return lambda new: (kernel(new, X) @ weights).max(dim=1).indices
