import torch


def cross_entropy_grad(z, y):
    return torch.log_softmax(z, -1).exp() - y


def numerical_grad(f, z):
    """Central differences with h and 2h, of which the leading errors cancel."""
    z, h = z.double(), 1e-3
    out = torch.zeros_like(z)
    for k in range(len(z)):
        e = torch.zeros_like(z)
        e[k] = h
        near = f(z + e) - f(z - e)
        far = f(z + 2 * e) - f(z - 2 * e)
        out[k] = (8 * near - far) / (12 * h)
    return out
