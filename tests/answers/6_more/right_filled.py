import torch


def table_with_sums(x):
    n, m = x.shape
    table = torch.zeros(n + 1, m + 1, dtype=x.dtype)
    table[:n, :m] = x
    for i in range(n):
        table[i, m] = x[i].sum()
    for j in range(m):
        table[n, j] = x[:, j].sum()
    table[n, m] = x.sum()
    return table
