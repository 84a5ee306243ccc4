# mistake: column_order
import torch

x5 = torch.linspace(1, 12, steps=12).reshape(3, 4)
x5_flat = x5.T.flatten()
print(x5.shape, x5_flat.shape)
