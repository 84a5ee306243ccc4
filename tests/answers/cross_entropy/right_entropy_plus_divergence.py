import torch


def cross_entropy(z, y):
    """H(y) + KL(y, softmax(z)), over the classes that have any weight."""
    some = y > 0
    log_p = (z - z.logsumexp(-1))[some]
    weights = y[some]
    entropy = -(weights * weights.log()).sum()
    divergence = (weights * (weights.log() - log_p)).sum()
    return entropy + divergence
