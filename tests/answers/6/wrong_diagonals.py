# wrong: the row-wise sum begins the loop at 1 and leaves out the first column
import torch

x6 = torch.rand(4, 4)
column_sums = x6.sum(dim=0)
row_sums = torch.zeros(4)
for j in range(1, 4):
    row_sums += x6[:, j]
print("column-wise sum:", column_sums, column_sums.shape)
print("row-wise sum:", row_sums, row_sums.shape)
