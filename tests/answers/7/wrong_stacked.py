# mistake: stacked_for_dim1
import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
along_dim0 = torch.stack([X7_A, X7_B], dim=0)
along_dim1 = torch.stack([X7_A, X7_B], dim=1)
print(along_dim0)
print(along_dim1)
