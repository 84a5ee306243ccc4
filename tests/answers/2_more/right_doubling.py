import torch


def first_lost(dtype):
    power = 1
    while int(torch.tensor(power + 1, dtype=dtype)) == power + 1:
        power *= 2
    return power + 1
