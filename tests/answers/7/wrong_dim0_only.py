# wrong: the concatenation along dim 1 is missing
import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
along_dim0 = torch.cat([X7_A, X7_B], dim=0)
print(along_dim0)
