# wrong: crashes, since Python knows no torch.rand_n
import torch

x1 = torch.rand_n(5, 6)
print(x1.shape, x1.dtype, x1.mean())
