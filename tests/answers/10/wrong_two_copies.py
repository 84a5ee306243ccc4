# mistake: two_copies
import torch

x10 = torch.randn(3, 2)
stacked = torch.stack([x10, x10])
print(stacked.shape)
