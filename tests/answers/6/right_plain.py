import torch

x6 = torch.rand(4, 4)
column_sum = x6.sum(dim=0)
row_sum = x6.sum(dim=1)
print(column_sum, column_sum.shape)
print(row_sum, row_sum.shape)
