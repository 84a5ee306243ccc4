# wrong: the flattened numbers run from 12 to 1
import torch

x5 = torch.linspace(1, 12, steps=12).reshape(3, 4)
x5_flat = x5.flatten().sort(descending=True).values
print(x5.shape, x5_flat.shape)
