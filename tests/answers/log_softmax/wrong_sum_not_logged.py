# mistake: no_log_of_the_sum
import torch


def log_softmax(z):
    return z - z.exp().sum(-1, keepdim=True)
