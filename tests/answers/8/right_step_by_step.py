import torch

x8 = torch.randint(0, 50, (2, 3, 4))
best = x8.max(dim=2).values.max(dim=1).values.max(dim=0).values
as_float = x8 + 0.0
mean = torch.einsum("ijk->ij", as_float) / 4
print("max", int(best), best.shape, "mean", mean.numpy(), mean.shape, sep="\n")
