import torch

x5 = torch.linspace(start=1, end=12, steps=12).unflatten(0, (3, 4))
shapes = {"original": x5, "flattened": x5.ravel()}
for name, tensor in shapes.items():
    print(name, "shape:", list(tensor.shape))
