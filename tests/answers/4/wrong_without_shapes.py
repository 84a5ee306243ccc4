# wrong: the shapes are not shown
import torch

X4_A = torch.randint(1, 6, (2, 3))
X4_B = torch.randint(1, 6, (2, 3))
print(X4_A + X4_B)
print(X4_A - X4_B)
print(X4_A * X4_B)
