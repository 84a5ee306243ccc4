# wrong: whether the prediction is right, not how sure it is
import torch


def cross_entropy(z, y):
    return (z.argmax() != y.argmax()).float()
