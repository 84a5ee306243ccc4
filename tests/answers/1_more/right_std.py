import torch


def standardise(x):
    return (x - torch.mean(x)) / torch.std(x, correction=0)
