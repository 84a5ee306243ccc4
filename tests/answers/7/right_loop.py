import torch

X7_A = torch.rand(2, 2)
X7_B = torch.rand(2, 2)
for dim in range(2):
    joined = torch.cat((X7_A, X7_B), dim=dim)
    print(f"dim={dim}: shape {tuple(joined.shape)}\n{joined}")
