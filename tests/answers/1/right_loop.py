import torch

x1 = torch.randn(size=[5, 6])
total = 0.0
for row in x1:
    for value in row:
        total += value.item()
facts = {"shape": list(x1.size()), "dtype": x1.dtype, "mean": total / x1.numel()}
for name, fact in facts.items():
    print(name, "=", fact)
