# wrong: flattens in place under the same name, so the original shape is never shown
import torch

x5 = torch.linspace(1, 12, steps=12).reshape(3, 4)
x5_flat = x5.resize_(12)
print(x5.shape, x5_flat.shape)
