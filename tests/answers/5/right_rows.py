import torch

line = torch.arange(1.0, 13.0)
x5 = torch.stack(line.split(4))
flat = torch.hstack(list(x5))
print("shapes:", x5.shape, flat.shape)
