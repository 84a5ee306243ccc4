import torch

torch.manual_seed(0)
x6 = torch.rand(4, 4)
for name, dim in [("column", 0), ("row", 1)]:
    s = x6.sum(dim)
    print(f"{name}-wise sum: {[round(v, 4) for v in s.tolist()]}, shape {list(s.shape)}")
