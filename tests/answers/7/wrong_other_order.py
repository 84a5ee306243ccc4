# mistake: dim0_other_order
import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
along_dim0 = torch.cat([X7_B, X7_A], dim=0)
along_dim1 = torch.cat([X7_A, X7_B], dim=1)
print(along_dim0)
print(along_dim1)
