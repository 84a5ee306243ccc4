import torch

x8 = torch.randint(10, (2, 3, 4))
m = x8.amax()
a = x8.sum(dim=2) / x8.shape[2]
print(f"The largest is {m.item()} (shape {list(m.shape)}).")
print(f"The means are {a.tolist()} (shape {list(a.shape)}).")
