import torch

x5 = torch.linspace(1, 12, steps=12).reshape(3, 4)
x5_flat = x5.flatten()

print("original shape:", x5.shape)
print("flattened shape:", x5_flat.shape)
