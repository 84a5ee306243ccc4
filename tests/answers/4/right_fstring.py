import torch

X4_A, X4_B = 1 + torch.randint(5, (2, 2, 3))
s, d, p = X4_A.add(X4_B), X4_A.sub(X4_B), X4_A.mul(X4_B)
print(f"A + B = {s.tolist()}, of shape {list(s.shape)}")
print(f"A - B = {d.tolist()}, of shape {list(d.shape)}")
print(f"A * B = {p.tolist()}, of shape {list(p.shape)}")
