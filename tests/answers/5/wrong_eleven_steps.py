# mistake: eleven_steps
import torch

x5 = torch.linspace(1, 12, steps=11).reshape(3, 4)
x5_flat = x5.flatten()
print(x5.shape, x5_flat.shape)
