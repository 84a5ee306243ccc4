import math

import torch


def in_rows(x, columns):
    rows = math.ceil(x.numel() / columns)
    table = torch.zeros(rows * columns, dtype=x.dtype)
    table[: x.numel()] = x
    return table.view(rows, columns)
