# wrong: where the last row is full already, a row of zeros is added
import torch


def in_rows(x, columns):
    missing = columns - len(x) % columns
    return torch.cat([x, torch.zeros(missing, dtype=x.dtype)]).reshape(-1, columns)
