# mistake: wrong_sign
import torch


def cross_entropy_grad(z, y):
    return y - torch.exp(torch.log_softmax(z, 0))


def numerical_grad(f, z):
    z = z.double()
    result = torch.zeros_like(z)
    for k in range(len(z)):
        up, down = z.clone(), z.clone()
        up[k] += 1e-5
        down[k] -= 1e-5
        result[k] = (f(up) - f(down)) / 2e-5
    return result
