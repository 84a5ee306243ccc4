import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.T
print((x3 @ x3_transposed).shape)
