# wrong: the sums are those of another random matrix
import torch

x6 = torch.rand(4, 4)
y = torch.rand(4, 4)
column_sums = y.sum(dim=0)
row_sums = y.sum(dim=1)
print("column-wise sum:", column_sums, column_sums.shape)
print("row-wise sum:", row_sums, row_sums.shape)
