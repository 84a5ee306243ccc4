# mistake: from_zero
import torch

x5 = torch.linspace(0, 11, steps=12).reshape(3, 4)
x5_flat = x5.flatten()
print(x5.shape, x5_flat.shape)
