# mistake: reshaped
import torch

x3 = torch.rand(3, 2)
x3_transposed = x3.reshape(2, 3)
print((x3 @ x3_transposed).shape)
