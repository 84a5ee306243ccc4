import torch


def cross_entropy_grad(z, y):
    # for targets of any sum; a distribution's is 1
    e = torch.exp(z - torch.max(z))
    return y.sum() * e / e.sum() - y


def numerical_grad(f, z):
    h = torch.finfo(torch.float64).eps ** (1 / 3)
    differences = []
    for k, value in enumerate(z.tolist()):
        points = []
        for moved in (value + h, value - h):
            point = z.detach().to(torch.float64).clone()
            point[k] = moved
            points.append(float(f(point)))
        differences.append((points[0] - points[1]) / (2 * h))
    return torch.tensor(differences, dtype=torch.float64)
