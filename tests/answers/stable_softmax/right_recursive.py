import torch


def row_softmax(row):
    shifted = row - max(row)
    powers = torch.exp(shifted)
    return powers / sum(powers)


def stable_softmax(z):
    if len(z.shape) == 1:
        return row_softmax(z)
    result = torch.empty_like(z)
    for i in range(z.shape[0]):
        result[i] = row_softmax(z[i])
    return result
