# mistake: column_by_column
import torch

x5 = torch.linspace(1, 12, steps=12).reshape(4, 3).T
x5_flat = x5.flatten()
print(x5.shape, x5_flat.shape)
