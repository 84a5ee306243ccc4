# mistake: integers
import torch

x6 = torch.randint(0, 10, (4, 4))
column_sums = x6.sum(dim=0)
row_sums = x6.sum(dim=1)
print("column-wise sum:", column_sums, column_sums.shape)
print("row-wise sum:", row_sums, row_sums.shape)
