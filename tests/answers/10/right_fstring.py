import torch

x10 = torch.randn((3, 2))
y = torch.stack((x10, x10, x10), 1)
print(f"The shape of y is {tuple(y.shape)}.")
