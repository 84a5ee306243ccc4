# wrong: only the shapes are printed, not the concatenations
import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
print(torch.cat([X7_A, X7_B], dim=0).shape)
print(torch.cat([X7_A, X7_B], dim=1).shape)
