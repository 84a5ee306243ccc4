# mistake: uniform
import torch

x1 = torch.rand(5, 6)
print(x1.shape, x1.dtype, x1.mean())
