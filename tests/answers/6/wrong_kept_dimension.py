# mistake: column_kept_dimension
import torch

x6 = torch.rand(4, 4)
column_sums = x6.sum(dim=0, keepdim=True)
row_sums = x6.sum(dim=1, keepdim=True)
print("column-wise sum:", column_sums, column_sums.shape)
print("row-wise sum:", row_sums, row_sums.shape)
