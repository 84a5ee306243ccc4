# wrong: crashes, since a matrix has no dim 2
import torch

x6 = torch.rand(4, 4)
column_sums = x6.sum(dim=1)
row_sums = x6.sum(dim=2)
print(column_sums, column_sums.shape)
print(row_sums, row_sums.shape)
