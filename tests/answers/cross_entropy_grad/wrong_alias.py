# mistake: same_tensor_twice
import torch


def cross_entropy_grad(z, y):
    return torch.softmax(z, 0) - y


def numerical_grad(f, z):
    start = z.clone()
    gradient = torch.zeros_like(z)
    for k in range(len(z)):
        z_plus = start
        z_minus = start
        z_plus[k] = z_plus[k] + 1e-5
        z_minus[k] = z_minus[k] - 1e-5
        gradient[k] = (f(z_plus) - f(z_minus)) / 2e-5
    return gradient
