# mistake: swapped_shape
import torch

x1 = torch.randn(6, 5)
print(x1.shape, x1.dtype, x1.mean())
