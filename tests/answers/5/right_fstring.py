import torch

x5 = torch.reshape(torch.linspace(1, 12, steps=12), (3, -1))
flat = torch.flatten(x5)
print(f"original shape {tuple(x5.shape)}, flattened shape {tuple(flat.shape)}")
