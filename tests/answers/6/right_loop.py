import torch

x6 = torch.rand(4, 4)
column_sums = torch.zeros(4)
row_sums = torch.zeros(4)
for i in range(4):
    for j in range(4):
        column_sums[j] += x6[i, j]
        row_sums[i] += x6[i, j]
print("column-wise", column_sums, tuple(column_sums.shape))
print("row-wise", row_sums, tuple(row_sums.shape))
