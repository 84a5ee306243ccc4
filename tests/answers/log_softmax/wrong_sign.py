# mistake: wrong_sign
import torch


def log_softmax(z):
    return -(z - z.logsumexp(-1, keepdim=True))
