import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
print(torch.cat([X7_A, X7_B], dim=0))
print(torch.cat([X7_A, X7_B], dim=1))
