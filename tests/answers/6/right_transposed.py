import torch


def sums_of_rows(matrix):
    return torch.stack([row.sum() for row in matrix])


x6 = torch.normal(mean=0.0, std=1.0, size=(4, 4))
col_sums = sums_of_rows(x6.T)
row_sums = sums_of_rows(x6)
print("column sums:", *col_sums.tolist())
print("row sums:", *row_sums.tolist())
print("both have the shape", col_sums.shape, "and", row_sums.shape)
