# mistake: concatenated
import torch

x10 = torch.randn(3, 2)
stacked = torch.cat([x10, x10, x10])
print(stacked.shape)
