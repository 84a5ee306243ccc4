# wrong: along dim 1 the columns of the two come in turn
import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
along_dim0 = torch.cat([X7_A, X7_B], dim=0)
along_dim1 = torch.stack([X7_A, X7_B], dim=2).reshape(2, 4)
print(along_dim0)
print(along_dim1)
