import torch


def cross_entropy_grad(z, y):
    return torch.exp(z - z.logsumexp(0)).sub(y)


def numerical_grad(f, z, h=1e-6):
    unit = torch.eye(len(z), dtype=z.dtype)
    return torch.stack([torch.as_tensor(f(z + h * e) - f(z - h * e)) / (2 * h) for e in unit])
