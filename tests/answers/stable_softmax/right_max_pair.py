import torch


def stable_softmax(z):
    maxima, _ = torch.max(z, -1)
    e = (z - maxima[..., None]).exp()
    return e.div(e.sum(-1)[..., None])
