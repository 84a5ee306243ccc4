import torch


def log_softmax(z):
    return z.sub(z.logsumexp(-1).unsqueeze(-1))
