import torch

x5 = torch.linspace(1, 12, steps=12)
x5 = x5.reshape(3, 4)
print("original:", x5.shape)
x5 = x5.flatten()
print("flattened:", x5.shape)
