# wrong: the rows of the last copy are in reverse order
import torch

x10 = torch.randn(3, 2)
stacked = torch.stack([x10, x10, x10.flip(0)])
print(stacked.shape)
