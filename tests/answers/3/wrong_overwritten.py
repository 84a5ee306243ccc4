# wrong: x3 is drawn again after its transpose was taken
import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.T
x3 = torch.rand(3, 2)
print((x3 @ x3_transposed).shape)
